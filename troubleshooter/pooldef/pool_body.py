"""From the pool as it is to the pools this tool creates: pure functions on the ARM definition.

ARM's GET and PUT are made with one api-version, so unknown fields are carried as they are.
Read-only fields: Microsoft.Batch 2025-06-01, pool model (`readOnly` in the OpenAPI file).
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import jsonpatch

from troubleshooter.errors import Refused
from troubleshooter.model.extension import System
from troubleshooter.pooldef.mark import take_off

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.extension import Blocking, Extension, Recognised

_READ_ONLY_TOP = ("id", "name", "type", "etag", "systemData")
_READ_ONLY = (
    "allocationState",
    "allocationStateTransitionTime",
    "provisioningState",
    "provisioningStateTransitionTime",
    "creationTime",
    "lastModified",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
    "autoScaleRun",
    "resizeOperationStatus",
)

Body = dict[str, Any]


def creatable(definition: Any) -> Body:
    """The definition as a PUT body: without what only the service sets, identities as empty objects.

    A run's mark is not part of it: on another pool it would be a false one.
    """
    body = copy.deepcopy(dict(definition))
    for name in _READ_ONLY_TOP:
        body.pop(name, None)
    properties = body.setdefault("properties", {})
    for name in _READ_ONLY:
        properties.pop(name, None)
    identities = (body.get("identity") or {}).get("userAssignedIdentities")
    if identities:
        body["identity"]["userAssignedIdentities"] = {identity: {} for identity in identities}
    for name in ("principalId", "tenantId"):
        (body.get("identity") or {}).pop(name, None)
    take_off(body)
    return body


def patched(definition: Any, patch: list[dict[str, Any]]) -> Body:
    """The definition after a JSON Patch. Raises Refused when the patch does not fit."""
    try:
        result: Body = jsonpatch.apply_patch(dict(definition), patch)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise Refused(
            "The fix does not fit the pool's definition.",
            f"Applying it as a JSON Patch failed: {error}.",
            "Change the definition by hand as the finding explains.",
        ) from error
    return result


def extensions(definition: Any) -> list[dict[str, Any]]:
    found = machine(definition).get("extensions")
    return found if isinstance(found, list) else []


def fixable(definition: Any) -> Body:
    """What a fix of this playbook can change: identity and extensions."""
    return {"identity": creatable(definition).get("identity"), "extensions": extensions(definition)}


def image(definition: Any) -> str:
    """Which image its nodes are made from, whatever its version, to be compared; empty where it has none."""
    said = machine(definition).get("imageReference")
    reference = said if isinstance(said, dict) else {}
    named = [str(reference.get(key) or "") for key in ("publisher", "offer", "sku")]
    ids = (reference.get(key) for key in ("id", "sharedGalleryImageId", "communityGalleryImageId"))
    return (":".join(named) if all(named) else str(next(filter(None, ids), ""))).lower()


def ours(definition: Any, extension: Extension) -> list[dict[str, Any]]:
    """Those of the pool's extensions that are this one; only they are ever changed."""
    return [entry for entry in extensions(definition) if recognised(entry, extension).ours]


def meant(definition: Any, extension: Extension) -> dict[str, Recognised]:
    """Those that are only meant to be it, by name, with what is wrong."""
    found = {str(entry.get("name", "")): recognised(entry, extension) for entry in extensions(definition)}
    return {name: one for name, one in found.items() if one.meant}


def recognised(entry: Any, extension: Extension) -> Recognised:
    return extension.recognise(entry.get("publisher"), entry.get("type"))


def set_blocking(body: Body, extension: Extension, *, on: bool) -> bool:
    """Set the setting that blocks wherever the settings hold it. Returns whether a place was found."""
    found = False
    for entry in ours(body, extension):
        for holder, setting in _holders(entry.get("settings"), extension.settings.blocks):
            holder[setting] = on
            found = True
    return found


def blocks(definition: Any, extension: Extension) -> bool:
    """Whether a node waits for the extension to succeed; off unless set (documented)."""
    return any(
        holder.get(setting) is True
        for entry in ours(definition, extension)
        for holder, setting in _holders(entry.get("settings"), extension.settings.blocks)
    )


def has_switch(entry: Any, extension: Extension) -> bool:
    """Whether the version that an entry names has a setting by which nodes wait for the extension.

    From version 4 the Key Vault extension has none (documented). Without a version it is taken to have it.
    """
    blocking = extension.settings.blocks
    major = str(entry.get("typeHandlerVersion", "")).partition(".")[0]
    gone = blocking and blocking.gone_from and major.isdecimal() and int(major) >= blocking.gone_from
    return blocking is not None and not gone


def always_waits(definition: Any, extension: Extension) -> bool:
    """Whether its extension is of a version that no setting tells not to wait.

    Such a one succeeds only with all certificates in place (documented of the Key Vault extension).
    """
    found = ours(definition, extension)
    return extension.settings.blocks is not None and any(not has_switch(entry, extension) for entry in found)


def older_version(extension: Extension) -> str:
    """The last major version that has the setting, e.g. 3.x; empty where every version has it."""
    blocking = extension.settings.blocks
    return f"{blocking.gone_from - 1}.x" if blocking and blocking.gone_from else ""


def make_older(body: Body, extension: Extension) -> None:
    """Ask for the newest minor version of that; which one is there the region says."""
    for entry in ours(body, extension):
        entry["typeHandlerVersion"] = older_version(extension).replace("x", "0")
        entry["autoUpgradeMinorVersion"] = True


def newer_settings(definition: Any, extension: Extension) -> list[str]:
    """Those of its settings that came with the version which always waits."""
    blocking, found = extension.settings.blocks, ours(definition, extension)
    told = json.dumps([entry.get("settings") for entry in found])
    return [name for name in (blocking.came if blocking else ()) if name in told]


def has_blocking(definition: Any, extension: Extension) -> bool:
    """Whether the settings say anything about waiting."""
    return any(
        setting in holder
        for entry in ours(definition, extension)
        for holder, setting in _holders(entry.get("settings"), extension.settings.blocks)
    )


def _holders(settings: Any, blocking: Blocking | None) -> list[tuple[dict[str, Any], str]]:
    """Objects in which the setting belongs, also where a wrapper or a slip put them."""
    if not isinstance(settings, dict) or blocking is None:
        return []
    found = []
    if isinstance(holder := settings.get(blocking.inside), dict):
        found.append((holder, blocking.setting))
    if isinstance(inner := settings.get("settings"), dict):
        found += _holders(inner, blocking)
    return found


def without(body: Body, extension: Extension) -> None:
    """Leave the extension out, and what waited for it waits no more."""
    kept = [entry for entry in extensions(body) if not recognised(entry, extension).ours]
    names = {entry.get("name") for entry in kept}
    for entry in kept:
        if waits := entry.get("provisionAfterExtensions"):
            entry["provisionAfterExtensions"] = [name for name in waits if name in names]
    machine(body)["extensions"] = kept


def spot_only(definition: Any) -> bool:
    """Whether its nodes are Spot nodes alone, which the API calls low priority still (documented).

    Where a formula decides, as far as can be read: by the nodes that it has.
    """
    dedicated, spot = sizes(definition)
    return not dedicated and bool(spot)


def resize(body: Body, nodes: int, *, spot: bool) -> str:
    """Fixed scale with so many nodes of one kind. Returns a note, or nothing."""
    properties = body["properties"]
    scale = properties.get("scaleSettings") or {}
    fixed = dict(scale.get("fixedScale") or {})
    fixed["targetDedicatedNodes"] = 0 if spot else nodes
    fixed["targetLowPriorityNodes"] = nodes if spot else 0
    properties["scaleSettings"] = {"fixedScale": fixed}
    return "autoscale becomes a fixed size" if scale.get("autoScale") else ""


def fixed_size(body: Mapping[str, Any]) -> int | None:
    """How many nodes it asks for; None where a formula decides."""
    fixed = (body["properties"].get("scaleSettings") or {}).get("fixedScale")
    if not fixed:
        return None
    return int(fixed.get("targetDedicatedNodes") or 0) + int(fixed.get("targetLowPriorityNodes") or 0)


def has_own_addresses(definition: Mapping[str, Any]) -> bool:
    """Whether its nodes leave by public addresses that its owner made for it."""
    network = definition["properties"].get("networkConfiguration") or {}
    addresses = network.get("publicIPAddressConfiguration") or {}
    return str(addresses.get("provision", "")).lower() == "usermanaged"


def has_public_addresses(definition: Mapping[str, Any]) -> bool:
    """Whether its nodes have any: without, no port of theirs can be mapped (documented)."""
    network = definition["properties"].get("networkConfiguration") or {}
    addresses = network.get("publicIPAddressConfiguration") or {}
    return str(addresses.get("provision", "")).lower() != "nopublicipaddresses"


def task_slots(definition: Mapping[str, Any]) -> int:
    """Of each node: as many tasks of one slot run on it at once."""
    return int((definition.get("properties") or {}).get("taskSlotsPerNode") or 1)


def has_ipv6(definition: Mapping[str, Any]) -> bool:
    """Whether its nodes have IPv6 addresses beside their own of IPv4, which all have (specification)."""
    network = definition["properties"].get("networkConfiguration") or {}
    return "IPv6" in ((network.get("publicIPAddressConfiguration") or {}).get("ipFamilies") or ())


_KEPT_OF_ADDRESSES = ("ipFamilies", "ipTags")
"""What Batch's own public addresses can have as well as those that somebody made."""


def batch_managed_addresses(body: Body) -> str:
    """Public addresses of the debug pool are Batch's own. Returns a note, or nothing."""
    if not has_own_addresses(body):
        return ""
    network = body["properties"]["networkConfiguration"]
    theirs = network["publicIPAddressConfiguration"]
    kept = {key: theirs[key] for key in _KEPT_OF_ADDRESSES if key in theirs}
    network["publicIPAddressConfiguration"] = {**kept, "provision": "BatchManaged"}
    return (
        "it leaves by other public addresses than the original, which keeps its own: a firewall may refuse it"
        " and let the original in, so its refusal there is no cause of the original's. Working in place keeps"
        " the addresses"
    )


def machine(definition: Any) -> dict[str, Any]:
    """Of which its nodes are made."""
    deployment = (definition.get("properties") or {}).get("deploymentConfiguration") or {}
    found: dict[str, Any] = deployment.get("virtualMachineConfiguration") or {}
    return found


def system(definition: Any) -> System:
    """Of its nodes, by the agent that Batch runs on them: a pool has to name it."""
    agent = str(machine(definition).get("nodeAgentSkuId", "")).lower()
    return System.WINDOWS if "windows" in agent else System.LINUX


def original_size(definition: Any) -> int:
    """How many nodes the original wants, or has where a formula decides."""
    dedicated, spot = sizes(definition)
    return dedicated + spot


def its_nodes(definition: Any) -> str:
    """In words. Where a formula decides, no number holds until the plan is carried out."""
    number = original_size(definition)
    if fixed_size(definition) is None:
        return "its nodes, as many as its formula gives it"
    return f"its {number} node{'' if number == 1 else 's'}"


def sizes(definition: Any) -> tuple[int, int]:
    properties = definition["properties"]
    fixed = (properties.get("scaleSettings") or {}).get("fixedScale")
    if fixed:
        return int(fixed.get("targetDedicatedNodes") or 0), int(fixed.get("targetLowPriorityNodes") or 0)
    return (
        int(properties.get("currentDedicatedNodes") or 0),
        int(properties.get("currentLowPriorityNodes") or 0),
    )
