"""The tables of Microsoft's pages: what may stand where, by operating system, major version and cloud.

Pages: key-vault-linux (3.0: 2025-04-29; 4.x: 2026-08-24) and key-vault-windows (1.0, 3.0; 4.0: 2026-05-07) of
azure/virtual-machines/extensions; azure/batch/create-pool-extensions; Azure/Batch's issues on ends.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLISHER = "Microsoft.Azure.KeyVault"
TYPES = {"linux": "KeyVaultForLinux", "windows": "KeyVaultForWindows"}

VERSIONS = {
    "linux": {1: ("1.0",), 2: ("2.0", "2.2"), 3: ("3.0", "3.1", "3.5"), 4: ("4.0",)},
    "windows": {1: ("1.0",), 3: ("3.0", "3.1", "3.2", "3.3", "3.6"), 4: ("4.0",)},
}
"""There is no Windows 2.x on any page; Linux 3.5 is what AzureTRE deploys."""


@dataclass(frozen=True)
class Cloud:
    name: str
    vaults: str
    regions: tuple[str, ...]
    has_4: bool = True


CLOUDS = (
    Cloud(
        "public", "vault.azure.net", ("westeurope", "eastus2", "japaneast", "West Europe", "swedencentral")
    ),
    Cloud("china", "vault.azure.cn", ("chinanorth3", "chinaeast2"), has_4=False),
    Cloud("government", "vault.usgovcloudapi.net", ("usgovvirginia", "usgovarizona"), has_4=False),
)
"""Key Vault's access-behind-firewall page; the sovereign clouds' pages still document 3.0 alone."""


@dataclass(frozen=True)
class System:
    """An image of the Marketplace, the majors of the extension documented for it, and Batch's node agent."""

    os: str
    publisher: str
    offer: str
    sku: str
    majors: tuple[int, ...]
    agent: str | None
    """None where Batch lists no such image."""


_WINDOWS_AGENT = "batch.node.windows amd64"
_JAMMY = "0001-com-ubuntu-server-jammy"
_AZURE_LINUX = ("MicrosoftCBLMariner", "azure-linux-3")
_SERVER = ("MicrosoftWindowsServer", "WindowsServer")
_SERVER_SMALL = ("microsoftwindowsserver", "windowsserver")
"""Of either case: Azure compares them without regard to it."""
SYSTEMS = (
    System("linux", "canonical", "ubuntu-24_04-lts", "server", (3, 4), "batch.node.ubuntu 24.04"),
    System("linux", "Canonical", "ubuntu-24_04-lts", "server-gen1", (3, 4), "batch.node.ubuntu 24.04"),
    System("linux", "Canonical", _JAMMY, "22_04-lts", (2, 3), "batch.node.ubuntu 22.04"),
    System("linux", "canonical", _JAMMY, "22_04-lts-gen2", (2, 3), "batch.node.ubuntu 22.04"),
    System("linux", *_AZURE_LINUX, "azure-linux-3-gen2", (3, 4), "batch.node.azurelinux 3.0"),
    System("linux", "RedHat", "RHEL", "9-lvm-gen2", (4,), None),
    System("linux", "RedHat", "RHEL", "9_4", (4,), None),
    System("windows", *_SERVER, "2019-datacenter-smalldisk", (1, 3), _WINDOWS_AGENT),
    System("windows", *_SERVER_SMALL, "2019-datacenter", (1, 3), _WINDOWS_AGENT),
    System("windows", *_SERVER, "2022-datacenter-azure-edition", (3, 4), _WINDOWS_AGENT),
    System("windows", *_SERVER_SMALL, "2022-datacenter-smalldisk", (3, 4), _WINDOWS_AGENT),
    System("windows", *_SERVER, "2022-datacenter-g2", (3, 4), _WINDOWS_AGENT),
    System("windows", *_SERVER, "2025-datacenter-smalldisk", (4,), _WINDOWS_AGENT),
)  # fmt: skip
"""Linux: 2.x Ubuntu 22.04, 3.0 "Ubuntu 22.04 and later" and Azure Linux, 4.x Ubuntu 24.04, Azure Linux 3
and 4, RHEL 9. Windows: 3.0 Server 2012 to 2022, 4.0 Server 2022 and 2025. Left out is what Batch ended, or
ends within half a year (Ubuntu 20.04, CBL-Mariner 2, Server 2016: Azure/Batch issues 174, 188, 197)."""

SIZES = (
    "STANDARD_D2S_V5", "Standard_D4s_v5", "standard_d2as_v5", "Standard_D8ads_v5", "STANDARD_E4S_V5",
    "Standard_F4s_v2", "standard_d4ds_v5", "Standard_HB120rs_v3", "STANDARD_D2S_V3", "Standard_D4ds_v6",
)  # fmt: skip
"""None of a family that Batch gave notice for (D, Ds, Dv2, Dsv2, Ls, HBv2, HC, NP: Azure/Batch issue 140)."""

ENDPOINTS = (
    "http://169.254.169.254/metadata/identity",
    "http://169.254.169.254/metadata/identity/oauth2/token",
)
"""Both are in samples of the Linux page and of the Windows page."""
ARC_ENDPOINT = "http://localhost:40342/metadata/identity"

STORES = {
    "linux": (
        "/var/lib/waagent/Microsoft.Azure.KeyVault.Store",
        "/var/lib/waagent/Microsoft.Azure.KeyVault",
        "/var/lib/waagent/Microsoft.Azure.KeyVault/gateway",
        "/etc/ssl/certs",
        "/opt/app/certs/",
    ),
    "windows": ("LocalMachine", "CurrentUser"),
}
"""A path on disk; on Windows one of two words, case sensitive."""
STORE_NAMES = ("MY", "My", "Root", "CA")

POLLING = {
    "any": ("60", "300", "360", "600", "3600", "7200", "14400", "43200", "86400"),
    "4": ("300", "600", "900", "1800", "3600"),
}
"""In seconds, as text; 4.x takes 5 to 60 minutes."""

NEIGHBOURS = {
    "linux": (
        ("Microsoft.Azure.Monitor", "AzureMonitorLinuxAgent", "1.33"),
        ("Microsoft.HpcCompute", "NvidiaGpuDriverLinux", "1.6"),
    ),
    "windows": (
        ("Microsoft.Azure.Monitor", "AzureMonitorWindowsAgent", "1.10"),
        ("Microsoft.HpcCompute", "NvidiaGpuDriverWindows", "1.4"),
        ("Microsoft.HpcCompute", "AmdGpuDriverWindows", "1.1"),
        ("Microsoft.Azure.Security", "IaaSAntimalware", "1.5"),
        ("Microsoft.Powershell", "DSC", "2.77"),
    ),
}
"""The others of Batch's list that are still offered: the Log Analytics agents ended with 2024-08-31, the
diagnostics extension for Windows with 2026-03-31 (Azure's list of services that end)."""
ELSEWHERE = {
    "linux": (
        ("Microsoft.Azure.Extensions", "CustomScript", "2.1"),
        ("Microsoft.OSTCExtensions", "VMAccessForLinux", "1.5"),
    ),
    "windows": (
        ("Microsoft.Compute", "CustomScriptExtension", "1.10"),
        ("Microsoft.Compute", "BGInfo", "2.1"),
    ),
}
"""What a virtual machine may have beside it, and a pool not: Batch keeps Custom Script to itself."""
