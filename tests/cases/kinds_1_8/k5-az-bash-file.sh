az vmss extension set -g "$RG" --vmss-name "$VMSS" \
  -n KeyVaultForLinux --publisher Microsoft.Azure.KeyVault --version 3.0 \
  --settings @kv-settings.json   # generated in step 3
