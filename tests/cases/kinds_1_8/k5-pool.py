from azure.mgmt.batch import models

extension = models.VMExtension(
    name="kv",
    publisher="Microsoft.Azure.KeyVault",
    type="KeyVaultForLinux",
    type_handler_version="3.0",
    auto_upgrade_minor_version=True,
    settings={
        "secretsManagementSettings": {
            "pollingIntervalInS": "3600",
            "observedCertificates": [],  # filled by deploy.py?
        },
        "authenticationSettings": {
            "msiEndpoint": "http://169.254.169.254/metadata/identity",
            "msiClientId": os.environ["POOL_CLIENT_ID"],
        },
    },
)
