"""Pools that the real service was recorded to take or to have, and those of the official examples, for a PUT.

What was recorded of the data plane is spelled as ARM spells it. Secrets, which nobody recorded, are made up.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.bodies import described
from tests.ground_truth import SAMPLES, SPECIFICATION

ARM_RECORDED = (
    "arm-pool-get-autoscale",
    "arm-pool-list-useraccount",
    "arm-pool-put-confidentialvm",
    "arm-pool-put-minimal",
    "arm-pool-put-publicip-starttask",
)
DATA_RECORDED = (
    "data-pool-create-201",
    "data-pool-get-cmk",
    "data-pool-get-confidentialvm-msp",
    "data-pool-get-deleting",
    "data-pool-get-ipv6",
    "data-pool-get-kv-resizing",
    "data-pool-get-linux-useraccount",
    "data-pool-list-deleting",
)
"""Of each recorded pool one recording; the others show the same pool at another time."""
ARM_EXAMPLES = (
    "PoolCreate_AcceleratedNetworking",
    "PoolCreate_ConfidentialDiskEncryptionSet_ForUserSubscriptionAccounts",
    "PoolCreate_CustomerManagedKey_ForBatchManagedAccounts",
    "PoolCreate_DiskEncryptionSet_ForUserSubscriptionAccounts",
    "PoolCreate_DualStackNetworking",
    "PoolCreate_MinimalVirtualMachineConfiguration",
    "PoolCreate_NoPublicIPAddresses",
    "PoolCreate_PublicIPs",
    "PoolCreate_SecurityProfile",
    "PoolCreate_SharedImageGallery",
    "PoolCreate_Tags",
    "PoolCreate_UpgradePolicy",
    "PoolCreate_UserAssignedIdentities",
    "PoolCreate_VirtualMachineConfiguration",
    "PoolCreate_VirtualMachineConfiguration_Extensions",
    "PoolCreate_VirtualMachineConfiguration_ManagedOSDisk",
    "PoolCreate_VirtualMachineConfiguration_ServiceArtifactReference",
)
DATA_EXAMPLES = (
    "Pools_CreatePool_MountConfiguration",
    "Pools_CreatePool_OSDisk",
    "Pools_CreatePool_VirtualMachineConfigurationWithContainers",
)
"""What ARM's examples have none of."""
NAMES = (*ARM_RECORDED, *DATA_RECORDED, *ARM_EXAMPLES, *DATA_EXAMPLES)

_CARRIED = ("networkConfiguration", "userAccounts", "mountConfiguration", "taskSlotsPerNode")
_CLOUD_SERVICE = {
    "imageReference": {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2019-datacenter",
    },
    "nodeAgentSkuId": "batch.node.windows amd64",
}
"""For a pool of cloud services, which Batch has none of any more."""


def pool(name: str) -> dict[str, Any]:
    """A body that the service would take. Needs the ground truth."""
    found = _found(name)
    if name in DATA_RECORDED or name in DATA_EXAMPLES:
        found = _as_arm(found)
    body = {key: value for key, value in found.items() if key in {"properties", "identity", "tags"}}
    properties = body["properties"] = _writable(body["properties"])
    if "virtualMachineConfiguration" not in properties["deploymentConfiguration"]:
        properties["deploymentConfiguration"] = {"virtualMachineConfiguration": copy.deepcopy(_CLOUD_SERVICE)}
    for user in properties.get("userAccounts", ()):
        user["password"] = "made up"
    return body


def _found(name: str) -> dict[str, Any]:
    if name in ARM_EXAMPLES or name in DATA_EXAMPLES:
        plane = "batch-arm" if name in ARM_EXAMPLES else "batch-data"
        asked = _read(SPECIFICATION / plane / "2025-06-01" / "examples" / f"{name}.json")["parameters"]
        body: dict[str, Any] = asked["parameters" if name in ARM_EXAMPLES else "pool"]
        return body
    kept = _read(SAMPLES / "recordings" / f"{name}.json")
    answered = kept["body"] or kept["request"]["body"]
    first: dict[str, Any] = answered["value"][0] if "value" in answered else answered
    return first


def _read(path: Any) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _writable(properties: dict[str, Any]) -> dict[str, Any]:
    schema = described.DEFINITIONS["PoolProperties"]["properties"]
    return {name: value for name, value in properties.items() if not schema[name].get("readOnly")}


def _as_arm(body: dict[str, Any]) -> dict[str, Any]:
    """Of the data plane's pool what a pool is made of."""
    shape = described.DEFINITIONS["PoolProperties"]["properties"]
    machine = {"virtualMachineConfiguration": body["virtualMachineConfiguration"]}
    fixed = {key: body.get(key, 0) for key in ("targetDedicatedNodes", "targetLowPriorityNodes")}
    properties = {
        "vmSize": body["vmSize"],
        "deploymentConfiguration": _respelt(machine, shape["deploymentConfiguration"]),
        "scaleSettings": {"fixedScale": {**fixed, "resizeTimeout": body.get("resizeTimeout", "PT15M")}},
    }
    for name in _CARRIED:
        if name in body:
            properties[name] = _respelt(body[name], shape[name])
    return {"properties": properties}


def _respelt(value: Any, schema: dict[str, Any]) -> Any:
    """With the names of ARM's schema, in its case. A name that it has not at all is an error."""
    schema = described.whole(schema)
    if isinstance(value, dict):
        names = {name.lower(): name for name in schema["properties"]}
        return {
            names[key.lower()]: _respelt(inner, schema["properties"][names[key.lower()]])
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_respelt(inner, schema["items"]) for inner in value]
    return next((one for one in schema.get("enum", ()) if str(one).lower() == str(value).lower()), value)
