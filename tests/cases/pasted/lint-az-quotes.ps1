az vm extension set --name KeyVaultForLinux --publisher Microsoft.Azure.KeyVault --vm-name vm1 -g rg `
  --settings "{\"secretsManagementSettings\":{\"pollingIntervalInS\":\"3600\"}}"
