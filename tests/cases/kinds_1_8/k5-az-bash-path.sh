az vm extension set \
  --resource-group rg-app --vm-name vm-app-9 \
  --name KeyVaultForLinux --publisher Microsoft.Azure.KeyVault \
  --version 3.0 --settings ./kv-settings.json
