"""Pools of every kind, each as one that a run can be about: with the extension of the simulated pool."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.bodies import pools, recorded
from tests.bodies.pools import nat_pool

if TYPE_CHECKING:
    from collections.abc import Mapping

MADE_UP = (
    "everything",
    "everything-of-windows",
    "ssh-mapped-already",
    "room-for-two-rules",
    "priorities-taken",
    "ports-taken",
)
"""The others need the ground truth."""
_UBUNTU = {
    "publisher": "canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts",
    "version": "latest",
}


def pool(name: str) -> dict[str, Any]:
    """As its owner would make it."""
    if name not in MADE_UP:
        return recorded.pool(name)
    if name == "everything-of-windows":
        return pools.windows()
    body = pools.linux()
    del body["properties"]["applicationPackages"]  # the simulated account has none, and nodes want theirs
    endpoints = body["properties"]["networkConfiguration"]["endpointConfiguration"]
    if name == "ssh-mapped-already":
        endpoints["inboundNatPools"].append(nat_pool("ssh", 22, 40000, 151, 152))
    elif name == "room-for-two-rules":
        ports = range(8000, 8004)
        rules = (range(150, 156), range(200, 206), range(300, 306), range(4092, 4097))
        endpoints["inboundNatPools"] = [
            nat_pool(f"n{port}", port, 40000 + 1000 * number, *priorities)
            for number, (port, priorities) in enumerate(zip(ports, rules, strict=True))
        ]
    elif name == "priorities-taken":
        endpoints["inboundNatPools"] = [nat_pool("web", 80, 49900, *range(150, 160), 4096)]
    elif name == "ports-taken":
        wide = {"frontendPortRangeStart": 40000, "frontendPortRangeEnd": 49999}
        upper = {"frontendPortRangeStart": 55001, "frontendPortRangeEnd": 65534}
        endpoints["inboundNatPools"] = [nat_pool("web", 80, 1) | wide, nat_pool("more", 81, 1) | upper]
    return body


def with_extension(body: Mapping[str, Any], simulated: Mapping[str, Any]) -> dict[str, Any]:
    """With the extension and the identity of the simulated pool; every reference is to that identity."""
    whole: dict[str, Any] = copy.deepcopy(dict(body))
    (extension,) = machine_of(simulated)["extensions"]
    machine = machine_of(whole)
    others = [one for one in machine.get("extensions") or () if "KeyVault" not in one["type"]]
    for one in others:
        if "provisionAfterExtensions" in one:
            one["provisionAfterExtensions"] = [extension["name"]]
    machine["extensions"] = [copy.deepcopy(extension), *others]
    identity = copy.deepcopy(simulated["identity"])
    whole["identity"] = {
        "type": identity["type"],
        "userAssignedIdentities": {one: {} for one in identity["userAssignedIdentities"]},
    }
    _refer(whole["properties"], next(iter(identity["userAssignedIdentities"])))
    return whole


def on_linux(body: dict[str, Any]) -> dict[str, Any]:
    """The same on a system that can be signed in to; what only the other can have is left out."""
    machine = machine_of(body)
    if "windows" in machine["nodeAgentSkuId"].lower():
        machine |= {"imageReference": dict(_UBUNTU), "nodeAgentSkuId": "batch.node.ubuntu 22.04"}
        for name in ("windowsConfiguration", "licenseType"):
            machine.pop(name, None)
        if "diskEncryptionConfiguration" in machine:
            machine["diskEncryptionConfiguration"] = {"targets": ["TemporaryDisk"]}
        for user in body["properties"].get("userAccounts", ()):
            user.pop("windowsUserConfiguration", None)
    return body


def machine_of(body: Mapping[str, Any]) -> dict[str, Any]:
    machine: dict[str, Any] = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    return machine


def _refer(value: Any, identity: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "identityReference":
                value[key] = {"resourceId": identity}
            else:
                _refer(inner, identity)
    elif isinstance(value, list):
        for inner in value:
            _refer(inner, identity)
