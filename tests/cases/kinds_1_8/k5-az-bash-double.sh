#!/usr/bin/env bash
az vm extension set --resource-group rg-app --vm-name vm-app-9 \
  --name KeyVaultForLinux --publisher Microsoft.Azure.KeyVault --version 3.0 \
  --settings "{"secretsManagementSettings": {"pollingIntervalInS": "3600", "observedCertificates": [{"url": "https://kv-app.vault.azure.net/secrets/frontend"}]}, "authenticationSettings": {"msiEndpoint": "http://169.254.169.254/metadata/identity", "msiClientId": "22222222-3333-4444-8555-666666666666"}}"
