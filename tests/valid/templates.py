"""ARM templates: a machine or scale set with its extensions as children or inline, a pool, an Arc machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.valid import pools
from tests.valid.machine import machine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.valid.chance import Chance
    from tests.valid.machine import Machine

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_COMPUTE = "2024-07-01"
_PROFILE = ("name",)


def machine_template(chance: Chance) -> Any:
    """The extensions named after the machine, or as its own resources."""
    at = machine(chance, batch=False)
    name = chance.name()
    host = _host("Microsoft.Compute/virtualMachines", name, at, {"storageProfile": _image(at)})
    children = [_child(chance, "Microsoft.Compute/virtualMachines", name, each, at) for each in at.extensions]
    if chance.one_in(3):
        host["resources"] = [
            one | {"type": "extensions", "name": each["name"]}
            for one, each in zip(children, at.extensions, strict=True)
        ]
        return _template(chance, [host])
    return _template(chance, [host, *children])


def scale_set_template(chance: Chance) -> Any:
    """The extensions in the set's profile, or as resources of their own."""
    at = machine(chance, batch=False)
    name = chance.name()
    profile: dict[str, Any] = {"storageProfile": _image(at)}
    inline = chance.one_in(2)
    if inline:
        profile["extensionProfile"] = {"extensions": [_inline(each) for each in at.extensions]}
    properties = {"upgradePolicy": {"mode": "Automatic"}, "virtualMachineProfile": profile}
    host = _host("Microsoft.Compute/virtualMachineScaleSets", name, at, properties)
    host["sku"] = {"name": "Standard_D2s_v5", "capacity": 2}
    kind = "Microsoft.Compute/virtualMachineScaleSets"
    children = [] if inline else [_child(chance, kind, name, each, at) for each in at.extensions]
    return _template(chance, [host, *children])


def pool_template(chance: Chance) -> Any:
    pool = pools.arm_body(chance)
    resource = pool | {
        "type": "Microsoft.Batch/batchAccounts/pools",
        "apiVersion": "2025-06-01",
        "name": f"acct1/{chance.name()}",
        "dependsOn": [],
    }
    return _template(chance, [resource])


def arc_template(chance: Chance) -> Any:
    at = machine(chance, batch=False, alone=True, arc=True)
    name = chance.name()
    child = _child(chance, "Microsoft.HybridCompute/machines", name, at.extension, at)
    return _template(chance, [child | {"apiVersion": "2024-07-10"}])


def _template(chance: Chance, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """As a list, or by symbolic names, which language version 2.0 has."""
    made: dict[str, Any] = {"$schema": _SCHEMA, "contentVersion": "1.0.0.0"}
    if chance.one_in(2):
        made |= {"parameters": {"vmName": {"type": "string", "defaultValue": chance.name()}}, "variables": {}}
    if chance.one_in(4):
        named = {f"{chance.word()}{place}": each for place, each in enumerate(resources)}
        return made | {"languageVersion": "2.0", "resources": named}
    return made | {"resources": resources}


def _host(kind: str, name: str, at: Machine, properties: dict[str, Any]) -> dict[str, Any]:
    users: dict[str, Any] = {one.resource: {} for one in at.identities}
    identity = (
        {"type": "UserAssigned", "userAssignedIdentities": users} if users else {"type": "SystemAssigned"}
    )
    return {
        "type": kind,
        "apiVersion": _COMPUTE,
        "name": name,
        "location": at.cloud.regions[0],
        "identity": identity,
        "properties": properties,
    }


def _image(at: Machine) -> dict[str, Any]:
    system = at.system
    image = {"publisher": system.publisher, "offer": system.offer, "sku": system.sku, "version": "latest"}
    return {"imageReference": image}


def _child(chance: Chance, kind: str, host: str, extension: dict[str, Any], at: Machine) -> dict[str, Any]:
    spelled = kind.lower() if chance.one_in(10) else kind  # Azure compares types without regard to case
    return {
        "type": f"{spelled}/extensions",
        "apiVersion": _COMPUTE,
        "name": f"{host}/{extension['name']}",
        "location": chance.pick((at.cloud.regions[0], "[resourceGroup().location]")),
        "dependsOn": [f"[resourceId('{kind}', '{host}')]"],
        "properties": _properties(extension),
    }


def _inline(extension: dict[str, Any]) -> dict[str, Any]:
    return {"name": extension["name"], "properties": _properties(extension)}


def _properties(extension: dict[str, Any]) -> dict[str, Any]:
    return _without(extension, _PROFILE)


def _without(extension: dict[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in extension.items() if key not in keys}
