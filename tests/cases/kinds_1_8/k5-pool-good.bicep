          extensions: [
            {
              name: 'kv'
              publisher: 'Microsoft.Azure.KeyVault'
              type: 'KeyVaultForLinux'
              typeHandlerVersion: '3.0'
              settings: {
                secretsManagementSettings: {
                  pollingIntervalInS: '300'
                  observedCertificates: [for name in certNames: {
                    url: 'https://${vaultName}${environment().suffixes.keyvaultDns}/secrets/${name}'
                    certificateStoreLocation: storeDir
                  }]
                }
                authenticationSettings: {
                  msiEndpoint: 'http://169.254.169.254/metadata/identity'
                  msiClientId: poolIdentity.properties.clientId
                }
              }
            }
          ]
          ...
