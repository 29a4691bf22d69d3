kv_settings = {
    "secretsManagementSettings": {
        "pollingIntervalInS": str(POLL),
        "observedCertificates": [{"url": f"{vault.rstrip('/')}/secrets/{c}"} for c in certs],
        ...
    },
    "authenticationSettings": {"msiEndpoint": "http://169.254.169.254/metadata/identity", "msiClientId": identity.client_id},
}
ext = VMExtension(name="kv", publisher="Microsoft.Azure.KeyVault", type="KeyVaultForLinux", type_handler_version="3.0", settings=kv_settings)
