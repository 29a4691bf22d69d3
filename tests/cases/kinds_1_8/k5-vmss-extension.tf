resource "azurerm_virtual_machine_scale_set_extension" "kv" {
  name                         = "kv-certs"
  virtual_machine_scale_set_id = azurerm_linux_virtual_machine_scale_set.app.id
  publisher                    = "Microsoft.Azure.KeyVault"
  type                         = "KeyVaultForLinux"
  type_handler_version         = "3.0"
  auto_upgrade_minor_version   = true

  settings = jsonencode({
    secretsManagementSettings = {
      pollingIntervalInS = "3600"
      requireInitialSync = "false" # TODO turn on later
      observedCertificates = [
        for c in var.certs : {
          url                      = c.versionless_secret_id
          certificateStoreLocation = "/etc/${var.app}/tls"
        }
      ]
    }
    authenticationSettings = {
      msiEndpoint = "http://169.254.169.254/metadata/identity"
      msiClientId = azurerm_user_assigned_identity.app.client_id
    }
  })
}
