"""What to ask the simulated Azure for so that it has the pool that was recorded."""

from __future__ import annotations

import copy
from typing import Any

_ARMS = {
    "nodeAgentSKUId": "nodeAgentSkuId",
    "inboundNATPools": "inboundNatPools",
    "dynamicVNetAssignmentScope": "dynamicVnetAssignmentScope",
}
_SET_BY_SERVICE = frozenset(
    {
        "lastModified",
        "creationTime",
        "provisioningState",
        "provisioningStateTransitionTime",
        "allocationState",
        "allocationStateTransitionTime",
        "currentDedicatedNodes",
        "currentLowPriorityNodes",
        "resizeOperationStatus",
    }
)
PASSWORD = "made-up, since none is ever recorded"
IMAGE = {
    "publisher": "canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts",
    "version": "latest",
}
MACHINE = {"imageReference": IMAGE, "nodeAgentSkuId": "batch.node.ubuntu 22.04"}
"""Where none was recorded."""


def of_arm(body: dict[str, Any]) -> dict[str, Any]:
    """Of ARM's answer: all that can be asked for."""
    properties = {
        name: copy.deepcopy(value)
        for name, value in body["properties"].items()
        if name not in _SET_BY_SERVICE
    }
    if "virtualMachineConfiguration" not in properties["deploymentConfiguration"]:
        properties["deploymentConfiguration"] = {"virtualMachineConfiguration": MACHINE}
    return _complete(properties)


def of_batch(body: dict[str, Any]) -> dict[str, Any]:
    """Of the data plane's answer, in ARM's words."""
    properties: dict[str, Any] = {
        "vmSize": body["vmSize"],
        "deploymentConfiguration": {
            "virtualMachineConfiguration": _respelt(body["virtualMachineConfiguration"])
        },
        "scaleSettings": {
            "fixedScale": {
                "targetDedicatedNodes": body["targetDedicatedNodes"] or body["currentDedicatedNodes"],
                "targetLowPriorityNodes": body["targetLowPriorityNodes"] or body["currentLowPriorityNodes"],
            }
        },
    }
    for name in ("networkConfiguration", "userAccounts"):
        if name in body:
            properties[name] = _respelt(body[name])
    return _complete(properties)


def of_nodes(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A pool with one node such as these, and none without."""
    machine: dict[str, Any] = copy.deepcopy(MACHINE)
    network: dict[str, Any] = {}
    for node in nodes:
        image = {**node["virtualMachineInfo"]["imageReference"]}
        del image["exactVersion"]
        windows = "windows" in image["publisher"].lower()
        machine = {
            "imageReference": image,
            "nodeAgentSkuId": "batch.node.windows amd64" if windows else "batch.node.ubuntu 22.04",
        }
        endpoints = node["endpointConfiguration"]["inboundEndpoints"]
        network = _network([each for each in endpoints if "ipv6" not in each["name"]], "ipv6Address" in node)
    scale = {"targetDedicatedNodes": len(nodes)}
    return _complete(
        {
            "vmSize": "standard_d2_v2",
            "deploymentConfiguration": {"virtualMachineConfiguration": machine},
            "scaleSettings": {"fixedScale": scale},
            **({"networkConfiguration": network} if network else {}),
        }
    )


def _network(endpoints: list[dict[str, Any]], dual: bool) -> dict[str, Any]:
    families = {"publicIPAddressConfiguration": {"ipFamilies": ["IPv6", "IPv4"]}} if dual else {}
    pools = [
        {
            "name": each["name"].rpartition(".")[0],
            "protocol": each["protocol"],
            "backendPort": each["backendPort"],
            "frontendPortRangeStart": each["frontendPort"],
            "frontendPortRangeEnd": each["frontendPort"] + 100,
        }
        for each in endpoints
    ]
    return {"endpointConfiguration": {"inboundNatPools": pools}, **families}


def _complete(properties: dict[str, Any]) -> dict[str, Any]:
    """With the secrets that are never given back."""
    for account in properties.get("userAccounts", ()):
        account["password"] = PASSWORD
    return {"properties": properties}


def _respelt(value: Any) -> Any:
    if isinstance(value, dict):
        return {_ARMS.get(name, name): _respelt(inner) for name, inner in value.items()}
    return [_respelt(inner) for inner in value] if isinstance(value, list) else value
