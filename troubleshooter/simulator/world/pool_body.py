"""What the service accepts as a pool's definition, and what of it a GET gives back."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import Refusal, invalid, missing
from troubleshooter.simulator.world import nat
from troubleshooter.simulator.world.filled_in import filled_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.around.conditions import Conditions, Identity

_WRITE_ONLY = frozenset(
    {"protectedSettings", "password", "sshPrivateKey", "accountKey", "sasKey", "nodeDeallocationOption"},
)
"""Secrets, and the one field whose mutability excludes reading."""
READ_ONLY = frozenset(
    {
        "lastModified",
        "creationTime",
        "provisioningState",
        "provisioningStateTransitionTime",
        "allocationState",
        "allocationStateTransitionTime",
        "currentDedicatedNodes",
        "currentLowPriorityNodes",
        "autoScaleRun",
        "resizeOperationStatus",
    },
)
CHANGEABLE_WITH_NODES = frozenset({"applicationPackages", "metadata", "scaleSettings", "startTask"})
_NO_UPDATE = "A property that cannot be updated was specified as part of the request."
_SIMPLE_FORMULA = re.compile(r"\$TargetDedicated(?:Nodes)?\s*=\s*(\d+)")
_BY_TASKS = re.compile(r"\$TargetDedicated(?:Nodes)?\s*=\s*min\(\s*(\d+)\s*,\s*\$(?:Pending|Active)Tasks\b")
_SHAPE: dict[str, Any] = {
    "deploymentConfiguration": {
        "virtualMachineConfiguration": {"imageReference": {}, "extensions": [{}]},
    },
    "scaleSettings": {"fixedScale": {}, "autoScale": {}},
    "networkConfiguration": {
        "publicIPAddressConfiguration": {},
        "endpointConfiguration": {"inboundNatPools": [{"networkSecurityGroupRules": [{}]}]},
    },
}
"""Where objects and lists must be; the rest is checked by the rules that read it."""
_VM = "properties.deploymentConfiguration.virtualMachineConfiguration"


def accepted(body: Any, conditions: Conditions) -> dict[str, Any]:
    """The definition to keep, or a Refusal."""
    if not isinstance(body, dict):
        raise Refusal(
            400, "InvalidRequestContent", "The request content was invalid: a JSON object was expected."
        )
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise missing("properties")
    _check_shape(properties, _SHAPE, "properties")
    _check_machine(properties)
    _check_scale(properties)
    _check_secrets(properties)
    nat.check(properties)
    kept = {key: value for key, value in properties.items() if key not in READ_ONLY and value is not None}
    definition: dict[str, Any] = {"properties": filled_in(kept)}
    identity = _identity(body.get("identity"), conditions)
    if identity is not None:
        definition["identity"] = identity
    if body.get("tags") is not None:
        definition["tags"] = body["tags"]
    return definition


def _check_shape(value: Any, shape: Any, path: str) -> None:
    if value is None:
        return
    if not isinstance(value, type(shape)):
        raise invalid(
            path, "The value is not an object" if isinstance(shape, dict) else "The value is not a list"
        )
    if isinstance(shape, list):
        for inner in value:
            _check_shape(inner if inner is not None else "", shape[0], path)
        return
    for name, inner in shape.items():
        _check_shape(value.get(name), inner, f"{path}.{name}")


def _check_machine(properties: Mapping[str, Any]) -> None:
    if not isinstance(properties.get("vmSize"), str):
        raise missing("properties.vmSize")
    machine = (properties.get("deploymentConfiguration") or {}).get("virtualMachineConfiguration")
    if not machine:
        raise missing(_VM)
    for key in ("imageReference", "nodeAgentSkuId"):
        if not machine.get(key):
            raise missing(f"{_VM}.{key}")
    names: list[str] = []
    for extension in machine.get("extensions") or []:
        for key in ("name", "publisher", "type"):
            if not extension.get(key):
                raise missing(f"{_VM}.extensions.{key}")
        if extension["type"] == "CustomScript":
            raise invalid(
                f"{_VM}.extensions.type", "The type is reserved for the Batch service", "CustomScript"
            )
        if extension["name"] in names:
            raise invalid(
                f"{_VM}.extensions.name", "The name must be unique within the pool", extension["name"]
            )
        names.append(extension["name"])


def _check_secrets(properties: Mapping[str, Any]) -> None:
    """Secrets without which the service does not take what they belong to."""
    for account in properties.get("userAccounts") or []:
        if not account.get("password"):
            raise missing("properties.userAccounts.password")
    for mount in properties.get("mountConfiguration") or []:
        for kind, key in (
            ("azureFileShareConfiguration", "accountKey"),
            ("cifsMountConfiguration", "password"),
        ):
            if kind in mount and not mount[kind].get(key):
                raise missing(f"properties.mountConfiguration.{kind}.{key}")


def _check_scale(properties: Mapping[str, Any]) -> None:
    fixed = (properties.get("scaleSettings") or {}).get("fixedScale") or {}
    for key in ("targetDedicatedNodes", "targetLowPriorityNodes"):
        value = fixed.get(key, 0)
        if not isinstance(value, int) or value < 0:
            raise invalid(f"properties.scaleSettings.fixedScale.{key}", "The value is not a count", value)


def _identity(identity: Any, conditions: Conditions) -> dict[str, Any] | None:
    if identity is None:
        return None
    kind = identity.get("type") if isinstance(identity, dict) else None
    if kind == "None":
        return {"type": "None"}
    if kind != "UserAssigned" or not identity.get("userAssignedIdentities"):
        raise invalid(
            "identity.type", "A pool's identity is UserAssigned, with at least one identity, or None", kind
        )
    if not isinstance(identity["userAssignedIdentities"], dict):
        raise invalid("identity.userAssignedIdentities", "The value is not an object")
    for resource_id in identity["userAssignedIdentities"]:
        # Read-only values inside (clientId, principalId) are let pass and forgotten; assumed of the service.
        if conditions.identity(resource_id) is None:
            # The shape is that of Azure Resource Manager's identity service; assumed for Batch.
            raise Refusal(
                400,
                "FailedIdentityOperation",
                "Identity operation for the resource failed with error 'Failed to perform resource identity"
                f" operation. Status: 'BadRequest'. Resource '{resource_id}' was not found.'",
            )
    return {
        "type": "UserAssigned",
        "userAssignedIdentities": {one: {} for one in identity["userAssignedIdentities"]},
    }


def identities(definition: Mapping[str, Any], conditions: Conditions) -> tuple[Identity, ...]:
    """Those the pool has and that exist."""
    named = (definition.get("identity") or {}).get("userAssignedIdentities") or {}
    found = (conditions.identity(resource_id) for resource_id in named)
    return tuple(identity for identity in found if identity is not None)


def target(properties: Mapping[str, Any], *, working: bool = True) -> tuple[int, int]:
    """How many nodes it wants, dedicated and Spot; `working` is whether an active job gives it tasks.

    Of formulas two are understood: a constant number, and as many as there are tasks up to a number.
    """
    scale = properties.get("scaleSettings") or {}
    automatic = scale.get("autoScale")
    if automatic:
        formula = automatic.get("formula", "")
        if by_tasks := _BY_TASKS.search(formula):
            return (int(by_tasks.group(1)) if working else 0), 0
        found = _SIMPLE_FORMULA.search(formula)
        return (int(found.group(1)) if found else 0), 0
    fixed = scale.get("fixedScale") or {}
    return fixed.get("targetDedicatedNodes", 0), fixed.get("targetLowPriorityNodes", 0)


def readable(value: Any, key: str = "") -> Any:
    """What a GET gives back: all but what can only be written. Extension settings are passed on unread."""
    if key == "settings":
        return value
    if isinstance(value, dict):
        return {
            name: readable(inner, name)
            for name, inner in value.items()
            if inner is not None and name not in _WRITE_ONLY
        }
    if isinstance(value, list):
        return [readable(inner) for inner in value]
    return value


def settings_as_text(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The same with each extension's settings as the JSON text of what they are; a copy."""
    shown: dict[str, Any] = copy.deepcopy(dict(properties))
    machine = shown["deploymentConfiguration"]["virtualMachineConfiguration"]
    for extension in machine.get("extensions") or ():
        if "settings" in extension:
            extension["settings"] = json.dumps(extension["settings"])
    return shown


def merged(definition: Mapping[str, Any], patch: Any) -> dict[str, Any]:
    """The definition after a PATCH: each property that is named is replaced whole.

    Whether the service merges inside one is not documented.
    """
    if not isinstance(patch, dict):
        raise Refusal(
            400, "InvalidRequestContent", "The request content was invalid: a JSON object was expected."
        )
    properties = patch.get("properties") or {}
    if not isinstance(properties, dict):
        raise invalid("properties", "The value is not an object")
    result = {**definition, **{key: patch[key] for key in ("identity", "tags") if patch.get(key) is not None}}
    result["properties"] = {**definition["properties"], **properties}
    return result


def check_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """With nodes in the pool only some properties may change; an unchanged one may be sent along."""
    for key in sorted({*before["properties"], *after["properties"]} - CHANGEABLE_WITH_NODES):
        if readable(before["properties"].get(key), key) != readable(after["properties"].get(key), key):
            raise Refusal(
                400,
                "PropertyCannotBeUpdated",
                _NO_UPDATE,
                {"Reason": _NO_UPDATE, "PropertyName": key, "PropertyPath": f"properties.{key}"},
            )
