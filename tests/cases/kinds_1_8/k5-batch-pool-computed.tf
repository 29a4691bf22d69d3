  # half of the pool, the rest is in ../modules
  extensions {
    name                 = "kv"
    publisher            = "Microsoft.Azure.KeyVault"
    type                 = "KeyVaultForLinux"
    type_handler_version = "3.0"
    settings_json        = templatefile("${path.module}/kv-settings.json.tftpl", { certs = local.certs })
  }
