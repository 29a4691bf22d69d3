"""The data plane's words for pools, nodes, extensions and errors, after BatchService 2025-06-01."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.timestamp import iso, now
from troubleshooter.simulator.extension import others
from troubleshooter.simulator.world import nat, pool_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshooter.simulator.around.conditions import Conditions, Identity
    from troubleshooter.simulator.around.refusal import Refusal
    from troubleshooter.simulator.extension.akvvm import Fate
    from troubleshooter.simulator.extension.trouble import NodeError
    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.machine import Machine
    from troubleshooter.simulator.world.pool import Pool, ResizeError
    from troubleshooter.simulator.world.world import Habits, World

API_VERSIONS = ("2024-07-01.20.0", "2025-06-01")
_ENTITIES = "Microsoft.Azure.Batch.Protocol.Entities"
_COUNTED = [
    "creating",
    "deallocated",
    "deallocating",
    "idle",
    "leavingPool",
    "offline",
    "preempted",
    "rebooting",
    "reimaging",
    "running",
    "starting",
    "startTaskFailed",
    "unknown",
    "unusable",
    "upgradingOS",
    "waitingForStartTask",
]
_RENAMED = {
    "nodeAgentSkuId": "nodeAgentSKUId",
    "inboundNatPools": "inboundNATPools",
    "dynamicVnetAssignmentScope": "dynamicVNetAssignmentScope",
    "userName": "username",
}
_RENAMED_WITHIN = {("imageReference", "id"): "virtualMachineImageId"}
_ARM_ONLY = frozenset({("securityProfile", "diskEncryptionSet")})
_LOWER_CASE = frozenset(
    {"protocol", "access", "storageAccountType", "placement", "policy", "scope", "elevationLevel", "targets"}
    | {"jobDefaultOrder", "loginMode", "securityType", "dynamicVnetAssignmentScope"},
)
"""Whose values ARM capitalises and the data plane does not; of others both do, whatever its file says."""
_STATUSES = {
    "success": ("ProvisioningState/succeeded", "Provisioning succeeded", "Info", "Succeeded"),
    # Of a transitioning extension only the status is known; the other words are assumed.
    "transitioning": ("ProvisioningState/transitioning", "Transitioning", "Info", "Creating"),
    "error": ("ProvisioningState/failed", "Provisioning failed", "Error", "Failed"),
}
_NOT_UP = frozenset({"creating", "starting"})
_LEVEL_NUMBERS = {"Info": 0, "Warning": 1, "Error": 2}


def metadata(base: str, path: str) -> dict[str, str]:
    """Of which entity set the answer is; of one of its elements, where the path ends in a name."""
    parts = path.strip("/").split("/")
    named = len(parts) % 2 == 0
    return {
        "odata.metadata": f"{base}/$metadata#{parts[-2]}/@Element"
        if named
        else f"{base}/$metadata#{parts[-1]}"
    }


def pool(world: World, pool: Pool, base: str) -> dict[str, Any]:
    """The pool as ARM's definition has it, spelt as the data plane spells it."""
    properties = _given_back(pool, world.habits)
    present = [machine for _, machine in pool.visible()]
    dedicated = sum(machine.dedicated for machine in present)
    target, spot = pool.wanted
    scale = properties.get("scaleSettings") or {}
    body: dict[str, Any] = {
        "id": pool.name,
        "url": f"{base}/pools/{pool.name}",
        "eTag": pool.etag,
        "lastModified": iso(pool.modified),
        "creationTime": iso(pool.created),
        "state": "active" if pool.deleting is None else "deleting",
        "stateTransitionTime": iso(pool.created),
        "allocationState": "steady" if pool.steady else "resizing",
        "allocationStateTransitionTime": iso(pool.moved),
        "vmSize": properties["vmSize"].lower(),
        "virtualMachineConfiguration": _respelt(
            properties["deploymentConfiguration"]["virtualMachineConfiguration"]
        ),
        "resizeTimeout": scale.get("fixedScale", {}).get("resizeTimeout", "PT15M"),
        "currentDedicatedNodes": dedicated,
        "currentLowPriorityNodes": len(present) - dedicated,
        "targetDedicatedNodes": target,
        "targetLowPriorityNodes": spot,
        "enableAutoScale": "autoScale" in scale,
        "enableInterNodeCommunication": properties.get("interNodeCommunication") == "Enabled",
        "taskSlotsPerNode": properties.get("taskSlotsPerNode", 1),
        "taskSchedulingPolicy": _respelt(properties.get("taskSchedulingPolicy", {"nodeFillType": "Spread"})),
    }
    for name in ("displayName", "metadata", "startTask", "userAccounts", "networkConfiguration"):
        if name in properties:
            body[name] = _respelt(properties[name])
    if pool.evaluated:
        body["autoScaleRun"] = {"timestamp": iso(pool.evaluated), "results": pool.formula_said}
    if pool.steady and pool.resize_errors:
        body["resizeErrors"] = [_resize_error(error) for error in pool.resize_errors]
    found = pool_body.identities(pool.body, world.conditions)
    return {**body, "identity": _identity(found)} if found else body


def _given_back(pool: Pool, habits: Habits) -> dict[str, Any]:
    properties: dict[str, Any] = pool_body.readable(pool.properties)
    return pool_body.settings_as_text(properties) if habits.view_settings == "text" else properties


def _resize_error(error: ResizeError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message,
        "values": [{"name": name, "value": value} for name, value in error.values.items()],
    }


def _identity(found: Sequence[Identity]) -> dict[str, Any]:
    """A list here, where ARM has a map."""
    listed = [
        {"resourceId": one.id, "clientId": one.client_id, "principalId": one.principal_id} for one in found
    ]
    return {"type": "UserAssigned", "userAssignedIdentities": listed}


def _respelt(value: Any, key: str = "") -> Any:
    if key == "settings":
        return value
    if isinstance(value, dict):
        return {
            _RENAMED_WITHIN.get((key, name), _RENAMED.get(name, name)): _respelt(inner, name)
            for name, inner in value.items()
            if (key, name) not in _ARM_ONLY
        }
    if isinstance(value, list):
        return [_respelt(inner, key) for inner in value]
    if key in _LOWER_CASE and isinstance(value, str) and value != "trustedLaunch":
        return value.lower()
    return value


def node(
    pool: Pool,
    cohort: Cohort,
    machine: Machine,
    state: str,
    base: str,
    conditions: Conditions,
    load: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    """`load` is how many tasks run there, and how many slots they take."""
    image = pool.properties["deploymentConfiguration"]["virtualMachineConfiguration"]["imageReference"]
    problems = cohort.problems(conditions) if state == "unusable" else ()
    errors = {"errors": [_node_error(problem) for problem in problems]} if problems else {}
    endpoints = [_endpoint(one) for one in nat.endpoints(pool.properties, machine)]
    task = pool.properties.get("startTask")
    started = task and state not in _NOT_UP and state != "unusable"
    told = {
        **errors,
        **(
            {"startTask": task, "startTaskInfo": others.start_task(conditions, cohort.tasked(machine))}
            if started
            else {}
        ),
        "id": machine.id,
        "url": f"{base}/pools/{pool.name}/nodes/{machine.id}",
        "state": state,
        "schedulingState": "disabled" if machine.offline else "enabled",
        "stateTransitionTime": iso(cohort.since(machine, state)),
        **({} if state in _NOT_UP else _since_boot(cohort)),
        "allocationTime": iso(cohort.allocated),
        "ipAddress": machine.private_address,
        **({"ipv6Address": f"fd00::{machine.index + 4:x}"} if nat.is_dual(pool.properties) else {}),
        "affinityId": f"TVM:{machine.id}",
        "vmSize": pool.properties["vmSize"].lower(),
        **_worked(*load),
        "isDedicated": machine.dedicated,
        **({"endpointConfiguration": {"inboundEndpoints": endpoints}} if endpoints else {}),
        "virtualMachineInfo": {"imageReference": _exact(image)},
    }
    return {name: value for name, value in (told | dict(machine.said)).items() if value is not None}


def _worked(tasks: int, slots: int) -> dict[str, int]:
    return {
        "totalTasksRun": tasks,
        "totalTasksSucceeded": 0,
        "runningTasksCount": tasks,
        "runningTaskSlotsCount": slots,
    }


def _since_boot(cohort: Cohort) -> dict[str, Any]:
    """What only the node's agent can tell."""
    booted = iso(cohort.booted)
    return {"lastBootTime": booted, "nodeAgentInfo": {"version": "1.13.4.0", "lastUpdateTime": booted}}


def _endpoint(one: nat.Endpoint) -> dict[str, Any]:
    return {
        "name": one.name,
        "protocol": one.protocol,
        "publicIPAddress": one.address,
        "publicFQDN": one.host,
        "frontendPort": one.port,
        "backendPort": one.backend,
    }


def _node_error(error: NodeError) -> dict[str, Any]:
    details = [{"name": name, "value": value} for name, value in error.details.items()]
    return {"code": error.code, "message": error.message, "errorDetails": details}


def _exact(image: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = _respelt(dict(image), "imageReference")
    return {**shown, "exactVersion": image.get("version", "latest")}


def extension(
    definition: Mapping[str, Any], fate: Fate | None, cohort: Cohort, habits: Habits
) -> dict[str, Any]:
    """A node's view of one extension; without a fate it is one whose inside is not simulated."""
    status, message = (fate.status, fate.message) if fate else ("success", "Enable succeeded")
    if not status:
        return unreported_extension(definition, habits)
    code, display, level, provisioning = _STATUSES[status]
    shown = _shown(definition, habits)
    name = definition["name"]
    view: dict[str, Any] = {
        "code": code,
        "level": level,
        "displayStatus": display,
        "message": message,
        "time": iso(cohort.booted),
    }
    if not habits.odd_shapes:
        return {
            "provisioningState": provisioning,
            "vmExtension": shown,
            "instanceView": {"name": name, "statuses": [view]},
        }
    # As the documentation's one sample shows it.
    del view["time"]
    view["level"] = _LEVEL_NUMBERS[level]
    if "settings" in shown and habits.view_settings == "object":
        shown["settings"] = json.dumps(shown["settings"], indent=2).replace("\n", "\r\n")
    return {"vmExtension": shown, "instanceView": {"name": f"{name}-handler", "statuses": [view]}}


def unreported_extension(definition: Mapping[str, Any], habits: Habits) -> dict[str, Any]:
    """On a machine that does not run yet, or whose guest agent is silent."""
    return {"provisioningState": "Creating", "instanceView": {}, "vmExtension": _shown(definition, habits)}


def _shown(definition: Mapping[str, Any], habits: Habits) -> dict[str, Any]:
    shown: dict[str, Any] = pool_body.readable(dict(definition))
    if "settings" in shown and habits.view_settings == "text":
        shown["settings"] = json.dumps(shown["settings"])
    return {"enableAutomaticUpgrade": False, **shown}


def login(base: str, address: str, port: int, six: nat.Endpoint | None) -> dict[str, Any]:
    """`six` is the way by IPv6, in a pool that has one."""
    more = {"ipv6RemoteLoginIPAddress": six.address, "ipv6RemoteLoginPort": six.port} if six else {}
    return {
        "odata.metadata": f"{base}/$metadata#{_ENTITIES}.RemoteLoginSettings",
        "remoteLoginIPAddress": address,
        "remoteLoginPort": port,
        **more,
    }


def node_counts(name: str, states: list[tuple[str, bool]]) -> dict[str, Any]:
    """`states` is each node's state and whether it is a dedicated one."""
    body: dict[str, Any] = {"poolId": name}
    for key, wanted in (("dedicated", True), ("lowPriority", False)):
        counted = Counter(state for state, dedicated in states if dedicated is wanted)
        body[key] = {one: counted[one.lower()] for one in _COUNTED} | {"total": counted.total()}
    return body


def error(refusal: Refusal, base: str) -> dict[str, Any]:
    text = f"{refusal.message}\nRequestId:{uuid.uuid4()}\nTime:{iso(now())}"
    body: dict[str, Any] = {
        "odata.metadata": f"{base}/$metadata#{_ENTITIES}.Container.errors/@Element",
        "code": refusal.code,
        "message": {"lang": "en-US", "value": text},
    }
    if refusal.details:
        body["values"] = [{"key": name, "value": value} for name, value in refusal.details.items()]
    return body
