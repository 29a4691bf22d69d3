"""Definitions of our own, right as they stand, and where a mistake is put into them."""

from __future__ import annotations

import json
from typing import Any

CLIENT = "5f0c3b1e-7d64-4c0a-9a2b-0c1d2e3f4a5b"
IDENTITY = (
    "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/farm/providers/"
    "Microsoft.ManagedIdentity/userAssignedIdentities/certificate-reader"
)
VAULT = "https://farm-keys.vault.azure.net"
URL = f"{VAULT}/secrets/render-tls"
AUTH = {"msiEndpoint": "http://169.254.169.254/metadata/identity", "msiClientId": CLIENT}
PLACEHOLDERS = {"theFirstKey": "its value", "theSecondKey": "another"}
GONE = object()
"""The value of a key that is to be left out."""


def shown(document: Any) -> str:
    return json.dumps(document, indent=1)


def settings(auth: Any = AUTH, **secrets: Any) -> dict[str, Any]:
    """Of Linux at 3.x; `secrets` are members of secretsManagementSettings."""
    wanted = {"pollingIntervalInS": "900", "requireInitialSync": True, "observedCertificates": [{"url": URL}]}
    kept = {key: value for key, value in {**wanted, **secrets}.items() if value is not GONE}
    return {"secretsManagementSettings": kept} | ({} if auth is GONE else {"authenticationSettings": auth})


def linux(settings: Any = GONE, **fields: Any) -> dict[str, Any]:
    whole = {
        "name": "certificates",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0",
        "settings": settings,
    }
    return {key: value for key, value in {**whole, **fields}.items() if value is not GONE}


def windows(settings: Any = GONE, **fields: Any) -> dict[str, Any]:
    return linux(settings, **{"type": "KeyVaultForWindows", **fields})


def in_store(**values: Any) -> dict[str, Any]:
    """A certificate as Windows takes it."""
    whole = {"url": URL, "certificateStoreName": "MY", "certificateStoreLocation": "LocalMachine"}
    return {key: value for key, value in {**whole, **values}.items() if value is not GONE}


def in_the_older_form(**secrets: Any) -> dict[str, Any]:
    """Of Windows before 3.0: one store for all certificates."""
    return windows(settings(observedCertificates=[URL], **secrets), typeHandlerVersion="1.0")


def machine(extension: dict[str, Any], agent: str = "batch.node.ubuntu 22.04") -> dict[str, Any]:
    return {"nodeAgentSkuId": agent, "extensions": [extension]}


def pool(extension: dict[str, Any], agent: str = "batch.node.ubuntu 22.04", **fields: Any) -> dict[str, Any]:
    """As ARM takes it."""
    identity = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    configuration = {"virtualMachineConfiguration": machine(extension, agent)}
    whole = {
        "name": "farm",
        "type": "Microsoft.Batch/batchAccounts/pools",
        "properties": {"vmSize": "STANDARD_D2S_V5", "deploymentConfiguration": configuration},
        "identity": identity,
    }
    return {key: value for key, value in {**whole, **fields}.items() if value is not GONE}


def configuration(pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = pool["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    return found


def data_plane(extension: dict[str, Any]) -> dict[str, Any]:
    """As Batch's own service takes it."""
    return {"id": "farm", "vmSize": "standard_d2s_v5", "virtualMachineConfiguration": machine(extension)}


def template(extension: dict[str, Any], identity: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    """The extension beside its machine."""
    kind = "Microsoft.Compute/virtualMachines"
    vm = {"type": kind, "name": "[variables('vm')]", "identity": identity, "properties": {}}
    fields = {key: value for key, value in extension.items() if key != "name"}
    name = "[concat(variables('vm'), '/certificates')]"
    child = {"type": f"{kind}/extensions", "name": name, "properties": fields}
    return {"$schema": "deploymentTemplate.json#", "resources": [vm, child, *others]}


SEVERAL = {"type": "UserAssigned", "userAssignedIdentities": {"[variables('reader')]": {}}}
ITS_OWN = {"type": "SystemAssigned"}


def granted_to_the_machine() -> dict[str, Any]:
    """Its own identity is given its rights by the very template that waits for the certificates."""
    principal = (
        "[reference(resourceId('Microsoft.Compute/virtualMachines', variables('vm')), "
        "'2023-03-01', 'Full').identity.principalId]"
    )
    allowed = {"objectId": principal, "permissions": {"secrets": ["get"]}}
    return {
        "type": "Microsoft.KeyVault/vaults/accessPolicies",
        "name": "[concat(variables('vault'), '/add')]",
        "properties": {"accessPolicies": [allowed]},
    }


def plan(extension: dict[str, Any]) -> dict[str, Any]:
    """What Terraform shows of a machine with several identities and the extension on it."""
    vm = "azurerm_linux_virtual_machine.render"
    values = {
        "name": extension["name"],
        "publisher": extension["publisher"],
        "type": extension["type"],
        "type_handler_version": extension["typeHandlerVersion"],
        "settings": json.dumps(extension["settings"]),
    }
    kind, called = "azurerm_virtual_machine_extension", "certificates"
    resources = [
        {
            "address": vm,
            "type": "azurerm_linux_virtual_machine",
            "name": "render",
            "values": {"name": "render", "identity": [{"type": "UserAssigned"}]},
        },
        {"address": f"{kind}.{called}", "type": kind, "name": called, "values": values},
    ]
    of = {"virtual_machine_id": {"references": [f"{vm}.id", vm]}}
    configured = {"type": kind, "name": called, "expressions": of}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"root_module": {"resources": [configured]}},
    }
