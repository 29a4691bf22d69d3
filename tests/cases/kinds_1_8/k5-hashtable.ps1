$settings = @{
    secretsManagementSettings = @{
        pollingIntervalInS       = 3600
        certificateStoreName     = "MY"
        certificateStoreLocation = "LocalMachine"
        observedCertificates     = @("https://$vaultName.vault.azure.net/secrets/$certName")
    }
    authenticationSettings = @{
        msiEndpoint = "http://169.254.169.254/metadata/identity/oauth2/token"
        msiClientId = (Get-AzUserAssignedIdentity -ResourceGroupName $rg -Name $idName).ClientId
    }
}
Set-AzVMExtension -ResourceGroupName $rg -VMName $vm -Location $loc -Name 'KeyVaultForWindows' -Publisher 'Microsoft.Azure.KeyVault' -Type 'KeyVaultForWindows' -TypeHandlerVersion '1.0' -Setting $settings
