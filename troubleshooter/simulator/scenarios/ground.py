"""The world and the pool from which every scenario starts, and in which nothing is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.conditions import Conditions, Identity
from troubleshooter.simulator.around.rights import RoleAssignment
from troubleshooter.simulator.around.roles.built_in import SECRETS_USER
from troubleshooter.simulator.around.vaults import AccessPolicy, Secret, Vault
from troubleshooter.simulator.world.pool import RESERVED
from troubleshooter.simulator.world.world import Account

POOL = "render-pool"
SINCE = datetime(2025, 9, 17, 8, 41, 12, tzinfo=UTC)
"""Before pools stopped mapping SSH by default; made with a newer API version, this one maps none either."""
CORES_EACH = 2
SUBSCRIPTION = "3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10"
ACCOUNT = Account(
    "contosobatch", "rg-contoso-batch", SUBSCRIPTION, "72c4e5a1-0b3f-4d68-8f2e-91a7d3c6b504", "westeurope"
)
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{ACCOUNT.resource_group}/providers"
SUBNET = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet-render/subnets/nodes"
IDENTITY = Identity(
    f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-render-certs",
    client_id="c1a7b9e2-5d34-4c86-a0f1-2b7e6d9c8a43",
    principal_id="9e3d2f60-71c8-4b5a-8d49-f05a1c7e6b28",
)
SECRET = Secret("www-contoso-com", "4f8a1c0d7be94e1fa2d06c35b1e8790a")
VAULT = Vault(
    "kv-contoso-certs", f"{GROUP}/Microsoft.KeyVault/vaults/kv-contoso-certs", ACCOUNT.tenant, "westeurope"
)
ROLE = RoleAssignment(IDENTITY.principal_id, SECRETS_USER, VAULT.id)
POLICY = AccessPolicy(IDENTITY.principal_id)
ADDRESS = f"{GROUP}/Microsoft.Network/publicIPAddresses/pip-render"
PREFIX = "10.20.1.0/24"
_NETWORK = SUBNET.partition("/subnets/")[0]
NETWORK = (
    networks.network(_NETWORK, "10.20.0.0/16"),
    networks.subnet(SUBNET, PREFIX),
    networks.address(ADDRESS, RESERVED[0]),
)
"""The network that some of the pools are in, and an address that its owner made."""
ENDPOINT = f"{GROUP}/Microsoft.Network/privateEndpoints/pe-contoso-certs"
PRIVATELY = (
    networks.endpoint(ENDPOINT, VAULT, SUBNET, "10.20.1.200"),
    *networks.zone(GROUP, _NETWORK, records={VAULT.name: "10.20.1.200"}),
)
"""A private endpoint to the vault in the pool's subnet, and the zone by which its name leads there."""
WELL = Conditions((IDENTITY,), (replace(VAULT, secrets=(SECRET,)),), (ROLE,), resources=NETWORK)


def working_settings() -> dict[str, Any]:
    return {
        "secretsManagementSettings": {
            "pollingIntervalInS": "3600",
            "requireInitialSync": True,
            "observedCertificates": [
                {
                    "url": f"https://{VAULT.host}/secrets/{SECRET.name}",
                    "certificateStoreLocation": "/var/lib/waagent/Microsoft.Azure.KeyVault.Store",
                },
            ],
        },
        "authenticationSettings": {
            "msiEndpoint": "http://169.254.169.254/metadata/identity",
            "msiClientId": IDENTITY.client_id,
        },
    }


def working_pool(nodes: int) -> dict[str, Any]:
    return {
        "properties": {
            "displayName": "Nightly rendering",
            "vmSize": "STANDARD_D2S_V3",
            "interNodeCommunication": "Disabled",
            "taskSlotsPerNode": 2,
            "taskSchedulingPolicy": {"nodeFillType": "Pack"},
            "metadata": [{"name": "team", "value": "media"}, {"name": "costCenter", "value": "4711"}],
            "deploymentConfiguration": {
                "virtualMachineConfiguration": _working_machine(),
            },
            "networkConfiguration": {
                "dynamicVnetAssignmentScope": "none",
                "enableAcceleratedNetworking": False,
                "publicIPAddressConfiguration": {"provision": "BatchManaged"},
            },
            "scaleSettings": {
                "fixedScale": {
                    "targetDedicatedNodes": nodes,
                    "targetLowPriorityNodes": 0,
                    "resizeTimeout": "PT15M",
                },
            },
        },
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY.id: {}}},
        "tags": {"environment": "production", "owner": "media-platform"},
    }


def _working_machine() -> dict[str, Any]:
    return {
        "imageReference": {
            "publisher": "canonical",
            "offer": "0001-com-ubuntu-server-jammy",
            "sku": "22_04-lts",
            "version": "latest",
        },
        "nodeAgentSkuId": "batch.node.ubuntu 22.04",
        "extensions": [
            {
                "name": "KeyVaultForLinux",
                "publisher": "Microsoft.Azure.KeyVault",
                "type": "KeyVaultForLinux",
                "typeHandlerVersion": "3.0",
                "autoUpgradeMinorVersion": True,
                "settings": working_settings(),
            },
        ],
    }


def in_subnet(body: dict[str, Any]) -> dict[str, Any]:
    """A pool whose nodes are in a network of its owner's, from where a private endpoint can be reached."""
    body["properties"]["networkConfiguration"]["subnetId"] = SUBNET
    return body


def with_own_addresses(body: dict[str, Any]) -> dict[str, Any]:
    """A pool whose owner made its public addresses, e.g. so that a firewall can let them in."""
    body["properties"]["networkConfiguration"]["publicIPAddressConfiguration"] = {
        "provision": "UserManaged",
        "ipAddressIds": [ADDRESS],
    }
    return body


def machine_of(body: dict[str, Any]) -> dict[str, Any]:
    """The virtual machine configuration of a pool's body."""
    machine: dict[str, Any] = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    return machine


def extension_of(body: dict[str, Any]) -> dict[str, Any]:
    """The Key Vault extension of a pool's body: the first one."""
    extension: dict[str, Any] = machine_of(body)["extensions"][0]
    return extension
