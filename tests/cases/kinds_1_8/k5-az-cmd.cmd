@echo off
call az vm extension set -g rg-web --vm-name vm-web-9 -n KeyVaultForWindows --publisher Microsoft.Azure.KeyVault --version 3.0 ^
  --settings "{\"secretsManagementSettings\": {\"pollingIntervalInS\": \"3600\", \"observedCertificates\": [{\"url\": \"https://%VAULT%.vault.azure.net/certificates/web\", \"certificateStoreName\": \"MY\"}]}, \"authenticationSettings\": {\"msiEndpoint\": \"http://169.254.169.254/metadata/identity/oauth2/token\", \"msiClientId\": \"%CLIENT_ID%\"}}"
