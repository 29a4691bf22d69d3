"""Pools: bodies for ARM, what ARM and the Batch service answer, and what a node tells of its extensions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.valid.documented import SIZES
from tests.valid.machine import machine

if TYPE_CHECKING:
    from tests.valid.chance import Chance
    from tests.valid.machine import Machine

_TIME = "2026-10-14T08:13:48.8697947Z"


def arm_body(chance: Chance) -> Any:
    """As it is sent with PUT."""
    at = machine(chance, batch=True)
    pool: dict[str, Any] = {"properties": _properties(chance, at), "identity": _identity(at, shown=False)}
    if chance.one_in(2):
        pool |= {"name": chance.name(), "type": "Microsoft.Batch/batchAccounts/pools"}
    if chance.one_in(4):
        pool["tags"] = {chance.word(): chance.spoken()}
    return pool


def arm_answer(chance: Chance) -> Any:
    """As GET gives it, one or a page of them, with what only the service sets."""
    return {"value": [_answered(chance) for _ in range(2)]} if chance.one_in(4) else _answered(chance)


def _answered(chance: Chance) -> dict[str, Any]:
    at = machine(chance, batch=True)
    name = chance.name()
    set_by_azure = {
        "creationTime": _TIME,
        "lastModified": _TIME,
        "provisioningState": "Succeeded",
        "allocationState": "Steady",
        "allocationStateTransitionTime": _TIME,
        "currentDedicatedNodes": 1,
        "currentLowPriorityNodes": 0,
    }
    return {
        "id": f"{at.place}/providers/Microsoft.Batch/batchAccounts/acct1/pools/{name}",
        "name": name,
        "type": "Microsoft.Batch/batchAccounts/pools",
        "etag": 'W/"0x8DBF6334FE364A5"',
        "properties": _properties(chance, at) | set_by_azure,
        "identity": _identity(at, shown=True),
    }


def data_plane_answer(chance: Chance) -> Any:
    """What `az batch pool show` and `list` print: other names, and identities as a list."""
    return [_shown(chance) for _ in range(2)] if chance.one_in(4) else _shown(chance)


def _shown(chance: Chance) -> dict[str, Any]:
    at = machine(chance, batch=True)
    name = chance.name()
    return {
        "id": name,
        "displayName": chance.spoken(),
        "url": f"https://acct1.westeurope.batch.azure.com/pools/{name}",
        "eTag": "0x8DD6717A8901292",
        "creationTime": _TIME,
        "state": "active",
        "allocationState": "steady",
        "vmSize": chance.pick(SIZES),
        "currentDedicatedNodes": 1,
        "targetDedicatedNodes": 1,
        "currentLowPriorityNodes": 0,
        "targetLowPriorityNodes": 0,
        "enableAutoScale": False,
        "resizeErrors": None,
        "taskSlotsPerNode": 1,
        "taskSchedulingPolicy": {"nodeFillType": "spread"},
        "virtualMachineConfiguration": _virtual_machine(chance, at, agent="nodeAgentSKUId"),
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": [
                {"resourceId": one.resource, "clientId": one.client, "principalId": one.principal}
                for one in at.identities
            ],
        },
    }


def node_extensions(chance: Chance) -> Any:
    """The Batch service's view of a node's extensions; its settings are an object, or the same as text."""
    views = [_view(chance, extension) for extension in machine(chance, batch=True).extensions]
    return views[0] if len(views) == 1 and chance.one_in(2) else {"value": views}


def _view(chance: Chance, extension: dict[str, Any]) -> dict[str, Any]:
    settings = extension["settings"]
    status = {
        "code": "ProvisioningState/succeeded",
        "displayStatus": "Provisioning succeeded",
        "level": chance.pick((0, "Info")),
        "message": "Successfully started Key Vault extension service. 2026-10-14T08:13:48Z",
    }
    return {
        "provisioningState": "Succeeded",
        "vmExtension": extension | {"settings": json.dumps(settings) if chance.one_in(2) else settings},
        "instanceView": {"name": extension["name"], "statuses": [status], "subStatuses": []},
    }


def _identity(at: Machine, *, shown: bool) -> dict[str, Any]:
    """Of an identity its resource is sent; what it is called at sign-in Azure adds."""
    told = {
        one.resource: {"clientId": one.client, "principalId": one.principal} if shown else {}
        for one in at.identities
    }
    return {"type": "UserAssigned", "userAssignedIdentities": told}


def _properties(chance: Chance, at: Machine) -> dict[str, Any]:
    made: dict[str, Any] = {
        "vmSize": chance.pick(SIZES),
        "deploymentConfiguration": {
            "virtualMachineConfiguration": _virtual_machine(chance, at, agent="nodeAgentSkuId")
        },
        "scaleSettings": _scale(chance),
    }
    optional = {
        "displayName": chance.spoken(),
        "taskSchedulingPolicy": {"nodeFillType": chance.pick(("Pack", "Spread"))},
        "taskSlotsPerNode": chance.number(1, 8),
        "interNodeCommunication": "Disabled",
        "metadata": [{"name": chance.word(), "value": chance.spoken()}],
        "startTask": {"commandLine": "/bin/true", "maxTaskRetryCount": 1, "waitForSuccess": True},
        "networkConfiguration": _network(chance, at),
    }
    return made | {key: value for key, value in optional.items() if chance.one_in(3)}


def _scale(chance: Chance) -> dict[str, Any]:
    if chance.one_in(4):
        return {"autoScale": {"formula": "$TargetDedicatedNodes=1;", "evaluationInterval": "PT5M"}}
    fixed: dict[str, Any] = {"targetDedicatedNodes": chance.number(0, 20)}
    if chance.one_in(2):
        fixed |= {"targetLowPriorityNodes": chance.number(0, 4), "resizeTimeout": "PT15M"}
    return {"fixedScale": fixed}


def _network(chance: Chance, at: Machine) -> dict[str, Any]:
    """In a subnet, or with a port for a login from outside."""
    if chance.one_in(2):
        subnet = f"{at.place}/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/pool"
        return {"subnetId": subnet, "publicIPAddressConfiguration": {"provision": "BatchManaged"}}
    ssh = {
        "name": "ssh", "protocol": "TCP", "backendPort": 22,
        "frontendPortRangeStart": 15000, "frontendPortRangeEnd": 15100,
    }  # fmt: skip
    return {"endpointConfiguration": {"inboundNatPools": [ssh]}}


def _virtual_machine(chance: Chance, at: Machine, agent: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "imageReference": _image(chance, at),
        agent: at.system.agent,
        "extensions": list(at.extensions),
    }
    if at.os == "windows" and chance.one_in(2):
        made["windowsConfiguration"] = {"enableAutomaticUpdates": chance.one_in(2)}
    if chance.one_in(5):
        made["nodePlacementConfiguration"] = {"policy": chance.pick(("Regional", "Zonal"))}
    if chance.one_in(6):
        made["securityProfile"] = {"proxyAgentSettings": {"enabled": True, "imds": {"mode": "Audit"}}}
    return made


def _image(chance: Chance, at: Machine) -> dict[str, Any]:
    if chance.one_in(6):  # an own one, whose system the node agent tells alone
        gallery = f"{at.place}/providers/Microsoft.Compute/galleries/images/images/{chance.name()}"
        return {"id": f"{gallery}/versions/1.0.{chance.number(0, 9)}"}
    system = at.system
    image = {"publisher": system.publisher, "offer": system.offer, "sku": system.sku}
    return image if chance.one_in(4) else image | {"version": "latest"}
