PS C:\deploy> $json = @"
>> {
>>   "secretsManagementSettings": {
>>     "pollingIntervalInS": "3600",
>>     "observedCertificates": [ { "url": "https://$vault.vault.azure.net/secrets/web", "certificateStoreName": "MY", "certificateStoreLocation": "LocalMachine" } ]
>>   },
>>   "authenticationSettings": {
>>     "msiEndpoint": "169.254.169.254/metadata/identity/oauth2/token",
>>     "msiClientId": "$clientId"
>>   }
>> }
>> "@
PS C:\deploy> Add-AzVmssExtension -VirtualMachineScaleSet $vmss -Name KeyVaultForWindows -Publisher Microsoft.Azure.KeyVault -Type KeyVaultForWindows -TypeHandlerVersion 3.0 -Setting ($json | ConvertFrom-Json -AsHashtable)
