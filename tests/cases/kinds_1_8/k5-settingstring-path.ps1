Set-AzVMExtension -TypeHandlerVersion "3.0" -EnableAutomaticUpgrade $true `
    -ResourceGroupName $rg -VMName $vm -Location $location `
    -Name "KeyVaultForWindows" -Publisher "Microsoft.Azure.KeyVault" -Type "KeyVaultForWindows" `
    -SettingString '.\kv-settings.json'
