"""Terraform plans as `terraform show -json` prints them, of azurerm and azapi."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.valid import pools
from tests.valid.documented import SIZES
from tests.valid.machine import machine

if TYPE_CHECKING:
    from tests.valid.chance import Chance
    from tests.valid.machine import Machine

_AZURERM = "registry.terraform.io/hashicorp/azurerm"
_AZAPI = "registry.terraform.io/azure/azapi"


def machine_plan(chance: Chance) -> Any:
    """One resource an extension, of a machine or of a scale set; settings are text in the provider."""
    at = machine(chance, batch=False)
    of_set = chance.one_in(2)
    kind = "azurerm_virtual_machine_scale_set_extension" if of_set else "azurerm_virtual_machine_extension"
    host = "virtual_machine_scale_set_id" if of_set else "virtual_machine_id"
    found = []
    for place, each in enumerate(at.extensions):
        values = _common(each) | {"settings": json.dumps(each["settings"]), "tags": None, "timeouts": None}
        found.append(_resource(kind, f"kv{place}", values, {"id": True, host: True}))
    return _plan(chance, found)


def scale_set_plan(chance: Chance) -> Any:
    at = machine(chance, batch=False)
    kind = (
        "azurerm_linux_virtual_machine_scale_set"
        if at.os == "linux"
        else "azurerm_windows_virtual_machine_scale_set"
    )
    values = {
        "name": chance.name(),
        "location": at.cloud.regions[0],
        "sku": "Standard_D2s_v5",
        "instances": 2,
        "source_image_reference": [_image(at)],
        "identity": _identity(at),
        "extension": [_common(each) | {"settings": json.dumps(each["settings"])} for each in at.extensions],
    }
    return _plan(chance, [_resource(kind, "nodes", values, {"id": True, "unique_id": True})])


def pool_plan(chance: Chance) -> Any:
    at = machine(chance, batch=True)
    values = {
        "name": chance.name(),
        "display_name": chance.spoken(),
        "account_name": "acct1",
        "resource_group_name": at.place.rpartition("/")[2],
        "vm_size": chance.pick(SIZES),
        "node_agent_sku_id": at.system.agent,
        "storage_image_reference": [_image(at) | {"id": None}],
        "identity": _identity(at),
        "fixed_scale": [
            {"target_dedicated_nodes": 1, "target_low_priority_nodes": 0, "resize_timeout": "PT15M"}
        ],
        "extensions": [
            _common(each) | {"settings_json": json.dumps(each["settings"])} for each in at.extensions
        ],
    }
    return _plan(chance, [_resource("azurerm_batch_pool", "pool", values, {"id": True})])


def azapi_plan(chance: Chance) -> Any:
    """The body is an object since azapi 2, and text before."""
    body = pools.arm_body(chance)
    identity = body.pop("identity")
    for key in ("name", "type", "tags"):
        body.pop(key, None)
    blocks = [{"type": "UserAssigned", "identity_ids": list(identity["userAssignedIdentities"])}]
    values = {
        "type": "Microsoft.Batch/batchAccounts/pools@2025-06-01",
        "name": chance.name(),
        "body": json.dumps(body) if chance.one_in(3) else body,
        "identity": blocks,
    }
    return _plan(chance, [_resource("azapi_resource", "pool", values, {"id": True}, _AZAPI)])


def _common(extension: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": extension["name"],
        "publisher": extension["publisher"],
        "type": extension["type"],
        "type_handler_version": extension["typeHandlerVersion"],
        "auto_upgrade_minor_version": extension.get("autoUpgradeMinorVersion", True),
        "automatic_upgrade_enabled": extension.get("enableAutomaticUpgrade"),
        "protected_settings": None,
        "provision_after_extensions": extension.get("provisionAfterExtensions"),
    }


def _image(at: Machine) -> dict[str, Any]:
    system = at.system
    return {"publisher": system.publisher, "offer": system.offer, "sku": system.sku, "version": "latest"}


def _identity(at: Machine) -> list[dict[str, Any]]:
    if not at.identities:
        return [{"type": "SystemAssigned", "identity_ids": None}]
    return [{"type": "UserAssigned", "identity_ids": [one.resource for one in at.identities]}]


def _resource(
    kind: str, name: str, values: dict[str, Any], unknown: dict[str, bool], provider: str = _AZURERM
) -> dict[str, Any]:
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": provider,
        "schema_version": 2,
        "values": values,
        "sensitive_values": {},
        "unknown": unknown,
    }


def _plan(chance: Chance, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """What is planned, at the root or in a module; and the same as changes."""
    planned = [{key: value for key, value in each.items() if key != "unknown"} for each in resources]
    root: dict[str, Any] = {"resources": planned}
    if chance.one_in(3):
        root = {"child_modules": [{"address": "module.pool", "resources": planned}]}
    changes = [
        {
            **{key: each[key] for key in ("address", "mode", "type", "name", "provider_name")},
            "change": {
                "actions": ["create"],
                "before": None,
                "after": each["values"],
                "after_unknown": each["unknown"],
            },
        }
        for each in resources
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": root},
        "resource_changes": changes,
        "configuration": {"provider_config": {"azurerm": {"name": "azurerm"}}, "root_module": {}},
    }
