"""The extensions that are shipped, for tests that hand them on."""

from __future__ import annotations

from troubleshooter import extensions
from troubleshooter.model.extension import Answer

KNOWN = extensions.shipped()
KEY_VAULT = extensions.named("key-vault", KNOWN)

OURS, MEANT, ANOTHER = Answer
PAIRS = (
    ("Microsoft.Azure.KeyVault", "KeyVaultForLinux", OURS, ()),
    ("Microsoft.Azure.KeyVault", "KeyVaultForWindows", OURS, ()),
    ("Microsoft.Azure.KeyVault.Edp", "KeyVaultForLinux", OURS, ()),
    ("MICROSOFT.AZURE.KEYVAULT", "keyvaultforlinux", OURS, ()),
    ("Microsoft.Azure.KeyVault", "KVVMExtensionForLinux", MEANT, ("type",)),
    ("Microsoft.Azure.KeyVault", "KeyVaultForLinx", MEANT, ("type",)),
    ("Microsoft.Azure.KeyVault", "AzureMonitorLinuxAgent", MEANT, ("type",)),
    ("Microsoft.Azure.KeyVaults", "KeyVaultForLinux", MEANT, ("publisher",)),
    ("Microsoft.Azure.KeyVault.Preview", "KeyVaultForWindows", MEANT, ("publisher",)),
    ("Contoso.Extensions", "KeyVaultForLinux", MEANT, ("publisher",)),
    ("Microsoft.Azur.KeyVault", "KeyVautForLinux", MEANT, ("publisher", "type")),
    ("Contoso.Extensions", "KVVMExtensionForWindows", MEANT, ("publisher", "type")),
    ("Microsoft.Azure.Monitor", "AzureMonitorLinuxAgent", ANOTHER, ()),
    ("Microsoft.Azure.Extensions", "DockerExtension", ANOTHER, ()),
    ("Contoso.Extensions", "GadgetForLinux", ANOTHER, ()),
)
"""Publisher, type, whether that is the Key Vault extension, and which of the two is wrong."""
