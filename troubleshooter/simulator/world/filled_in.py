"""What ARM adds to a pool's definition, and how it writes some of what was asked for: as recorded."""

from __future__ import annotations

import copy
from typing import Any

_POOL: dict[str, Any] = {
    "interNodeCommunication": "Disabled",
    "taskSlotsPerNode": 1,
    "taskSchedulingPolicy": {"nodeFillType": "Spread", "jobDefaultOrder": "None"},
}
_WHERE_THERE: dict[str, Any] = {
    "networkConfiguration": {"dynamicVnetAssignmentScope": "None", "enableAcceleratedNetworking": False},
    "scaleSettings": {
        "fixedScale": {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 0, "resizeTimeout": "PT15M"},
        "autoScale": {"evaluationInterval": "PT15M"},
    },
    "startTask": {
        "maxTaskRetryCount": 0,
        "waitForSuccess": True,
        "userIdentity": {"autoUser": {"scope": "Pool"}},
    },
    "deploymentConfiguration": {
        "virtualMachineConfiguration": {
            "osDisk": {"caching": "None", "managedDisk": {"storageAccountType": "Standard_LRS"}},
        },
    },
}
"""Of objects that were asked for; what hangs below them only where that was asked for too."""


def filled_in(properties: dict[str, Any]) -> dict[str, Any]:
    filled = copy.deepcopy(properties)
    for name, value in _POOL.items():
        if isinstance(value, dict) and isinstance(filled.get(name, {}), dict):
            filled[name] = {**value, **filled.get(name, {})}
        else:
            filled.setdefault(name, value)
    _add(filled, _WHERE_THERE)
    filled["vmSize"] = filled["vmSize"].upper()
    network = filled.get("networkConfiguration") or {}
    addresses = network.get("publicIPAddressConfiguration") or {}
    if addresses.get("ipFamilies"):
        addresses["ipFamilies"] = sorted(addresses["ipFamilies"])
    for pool in (network.get("endpointConfiguration") or {}).get("inboundNatPools") or ():
        for rule in pool.get("networkSecurityGroupRules") or ():
            rule.setdefault("sourcePortRanges", ["*"])
    return filled


def _add(value: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name, inner in wanted.items():
        if isinstance(inner, dict):
            if isinstance(value.get(name), dict):
                _add(value[name], inner)
        else:
            value.setdefault(name, inner)
