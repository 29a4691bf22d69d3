param vmName string
param location string = resourceGroup().location

resource kv 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = {
  name: '${vmName}/KeyVaultForLinux'
  location: location
  properties: {
    publisher: 'Microsoft.Azure.KeyVault'
    type: 'KeyVaultForLinux'
    typeHandlerVersion: '3.0'
    autoUpgradeMinorVersion: true
    settings: {
      secretsManagementSettings: {
        pollingIntervalInS: '3600'
        requireInitialSync: true
        observedCertificates: [
          {
            // goes through the private endpoint in snet-pe
            url: 'https://contosokv.privatelink.vaultcore.azure.net/secrets/edge'
            certificateStoreLocation: '/etc/edge/certs'
          }
        ]
      }
      authenticationSettings: {
        msiEndpoint: 'http://169.254.169.254/metadata/identity'
        msiClientId: '11111111-2222-4333-8444-555555555555'
      }
    }
  }
}
