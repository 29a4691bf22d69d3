"""Pool definitions as ARM's GET gives them, with one thing wrong."""

from __future__ import annotations

import copy
from typing import Any

IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/"
    "Microsoft.ManagedIdentity/userAssignedIdentities/reader"
)
CLIENT = "11111111-1111-4111-8111-111111111111"
PRINCIPAL = "22222222-2222-4222-8222-222222222222"
EXTENSION = "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions/0"

_GOOD: dict[str, Any] = {
    "name": "render-pool",
    "properties": {
        "vmSize": "STANDARD_D2S_V5",
        "deploymentConfiguration": {
            "virtualMachineConfiguration": {
                "nodeAgentSkuId": "batch.node.ubuntu 22.04",
                "extensions": [
                    {
                        "name": "kv",
                        "publisher": "Microsoft.Azure.KeyVault",
                        "type": "KeyVaultForLinux",
                        "typeHandlerVersion": "3.0",
                        "settings": {
                            "secretsManagementSettings": {
                                "pollingIntervalInS": "3600",
                                "requireInitialSync": True,
                                "observedCertificates": [{"url": "https://v.vault.azure.net/secrets/web"}],
                            },
                            "authenticationSettings": {
                                "msiEndpoint": "http://169.254.169.254/metadata/identity",
                                "msiClientId": CLIENT,
                            },
                        },
                    }
                ],
            }
        },
    },
    "identity": {
        "type": "UserAssigned",
        "userAssignedIdentities": {IDENTITY: {"clientId": CLIENT, "principalId": PRINCIPAL}},
    },
}


def good() -> dict[str, Any]:
    return copy.deepcopy(_GOOD)


def machine(pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    return found


def extension(pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = machine(pool)["extensions"][0]
    return found


def settings(pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = extension(pool)["settings"]
    return found
