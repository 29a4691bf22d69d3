"""Azure's JSON, as it came over the wire, as our facts.

Read with a light hand: fields that are documented as optional, spelt in another case, numbers instead of
words or plainly missing must not stop a diagnosis.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from troubleshooter.cloud.names import check
from troubleshooter.errors import GaveUp
from troubleshooter.model.facts import (
    AccountFacts,
    ExtensionFacts,
    ExtensionStatus,
    ImageFacts,
    JobFacts,
    LoginFacts,
    NodeFacts,
    NodeState,
    PoolDefinition,
    PoolProgress,
    ServiceProblem,
    SizeFacts,
    TaskFacts,
    WorkFacts,
)
from troubleshooter.model.inventory import BatchAccount, Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

_LEVELS = {"0": "info", "1": "warning", "2": "error"}
"""The order of the SDK's StatusLevelTypes; a documented answer has the number 0 (only 0 was seen)."""

_PLACE = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?/?", re.IGNORECASE)
"""Of an account: a host and perhaps a port, and nothing that would lead elsewhere."""

_ACCOUNT_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.Batch/batchAccounts/(?P<name>[^/]+)",
    re.IGNORECASE,
)

_STATES = {
    "succeeded": ExtensionStatus.SUCCESS,
    "failed": ExtensionStatus.ERROR,
    "error": ExtensionStatus.ERROR,
    "transitioning": ExtensionStatus.TRANSITIONING,
    "creating": ExtensionStatus.TRANSITIONING,
    "updating": ExtensionStatus.TRANSITIONING,
    "inprogress": ExtensionStatus.TRANSITIONING,
}
_WORST_FIRST = (ExtensionStatus.ERROR, ExtensionStatus.TRANSITIONING, ExtensionStatus.SUCCESS)


def account(body: Json) -> AccountFacts:
    properties = _object(body.get("properties"))
    endpoint = _text(properties.get("accountEndpoint"))
    if not endpoint:
        raise GaveUp(
            f"Azure did not say where account {body.get('name')} is.",
            "Its accountEndpoint is missing, so its nodes cannot be asked for.",
            "Look whether the account is still being created; then try again.",
        )
    whole = endpoint if endpoint.startswith("https://") else f"https://{endpoint}"
    if not _PLACE.fullmatch(whole):
        raise GaveUp(
            f"Azure did not say where account {body.get('name')} is.",
            f"Its accountEndpoint is {endpoint!r}, which is no address of a host, so nothing was sent there.",
            "Check --arm-endpoint, and whether a proxy answers in Azure's place.",
        )
    return AccountFacts(
        name=_text(body.get("name")),
        endpoint=whole,
        location=_text(body.get("location")),
        allocation_mode=_text(properties.get("poolAllocationMode")) or "BatchService",
        dedicated_cores=_cores(properties.get("dedicatedCoreQuota")),
        spot_cores=_cores(properties.get("lowPriorityCoreQuota")),
        family_cores=_family_cores(properties),
        sign_ins=_texts(properties.get("allowedAuthenticationModes")),
        public_access=_text(properties.get("publicNetworkAccess")),
        let_in=_let_in(_object(_object(properties.get("networkProfile")).get("accountAccess"))),
    )


def subscription(body: Json) -> Subscription:
    """Raises UsageProblem where its id is none."""
    found = check("subscription", _text(body.get("subscriptionId"))).lower()
    return Subscription(found, _text(body.get("displayName")), _text(body.get("state")))


def batch_account(body: Json) -> BatchAccount:
    """Raises UsageProblem where its id is that of no account, GaveUp where it does not say where it is."""
    found = _ACCOUNT_ID.fullmatch(_text(body.get("id")))
    if found is None:
        raise GaveUp(
            f"Azure did not say where account {body.get('name')} is.",
            f"Its id is {_text(body.get('id'))!r}, which is that of no Batch account.",
            "Check --arm-endpoint, and whether a proxy answers in Azure's place.",
        )
    facts = account(body)
    return BatchAccount(
        check("subscription", found["subscription"]).lower(),
        check("resource group", found["group"]),
        check("Batch account", found["name"]),
        facts.location,
        facts.endpoint,
    )


def node_counts(body: Json) -> tuple[str, dict[NodeState, int]]:
    """A pool's name, and how many nodes are in each state that any is in, of both kinds together."""
    found: dict[NodeState, int] = {}
    for kind in ("dedicated", "lowPriority"):
        for name, number in _object(body.get(kind)).items():
            state = name.lower()
            if state != "total" and (count := _number(number)):
                known = NodeState(state) if state in set(NodeState) else NodeState.UNKNOWN
                found[known] = found.get(known, 0) + count
    return _text(body.get("poolId")), found


def _let_in(access: Json) -> tuple[str, ...] | None:
    if _text(access.get("defaultAction")).lower() != "deny":
        return None
    rules = objects(access.get("ipRules"))
    return tuple(_text(rule.get("value")) for rule in rules if _text(rule.get("action")).lower() == "allow")


def _cores(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _family_cores(properties: Mapping[str, Any]) -> dict[str, int] | None:
    if not properties.get("dedicatedCoreQuotaPerVMFamilyEnforced"):
        return None
    families = objects(properties.get("dedicatedCoreQuotaPerVMFamily"))
    return {_text(each.get("name")).lower(): _number(each.get("coreQuota")) for each in families}


def size(body: Json) -> SizeFacts | None:
    """None where it does not say how many cores it has."""
    found = {_text(each.get("name")): each.get("value") for each in objects(body.get("capabilities"))}
    cores = _text(found.get("vCPUs"))
    if not cores.isdigit():
        return None
    name, family = _text(body.get("name")), _text(body.get("familyName"))
    return SizeFacts(name, family, int(cores), _day(body.get("batchSupportEndOfLife")))


def image(body: Json) -> ImageFacts:
    reference = _object(body.get("imageReference"))
    publisher, offer, sku = (_text(reference.get(key)) for key in ("publisher", "offer", "sku"))
    agent, ends = _text(body.get("nodeAgentSKUId")), _day(body.get("batchSupportEndOfLife"))
    return ImageFacts(publisher, offer, sku, agent, ends)


def _day(value: object) -> str:
    """Of a moment; empty where it is none."""
    day = _text(value)[:10]
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""


def pool(body: Json, headers: Mapping[str, str]) -> PoolDefinition:
    return PoolDefinition(body, headers.get("ETag") or _text(body.get("etag")) or None)


def progress(body: Json) -> PoolProgress:
    return PoolProgress(
        state=_text(body.get("state")).lower(),
        allocation_state=_text(body.get("allocationState")).lower(),
        target=_number(body.get("targetDedicatedNodes")) + _number(body.get("targetLowPriorityNodes")),
        current=_number(body.get("currentDedicatedNodes")) + _number(body.get("currentLowPriorityNodes")),
        resize_problems=tuple(_problem(error, "values") for error in objects(body.get("resizeErrors"))),
        moved=_text(body.get("allocationStateTransitionTime")),
    )


def node(body: Json) -> NodeFacts:
    state = _text(body.get("state")).lower()
    return NodeFacts(
        id=_text(body.get("id")),
        state=NodeState(state) if state in set(NodeState) else NodeState.UNKNOWN,
        since=_text(body.get("stateTransitionTime")),
        problems=tuple(_problem(error, "errorDetails") for error in objects(body.get("errors"))),
        start_task=_object(body.get("startTaskInfo")),
        allocated=_text(body.get("allocationTime")),
        booted=_text(body.get("lastBootTime")),
        tasks_run=tasks if isinstance(tasks := body.get("totalTasksRun"), int) else None,
        slots_taken=_number(body.get("runningTaskSlotsCount")),
    )


def extension(body: Json) -> ExtensionFacts:
    described, view = _object(body.get("vmExtension")), _object(body.get("instanceView"))
    statuses = objects(view.get("statuses"))
    messages = (_text(status.get("message")) for status in (*statuses, *objects(view.get("subStatuses"))))
    return ExtensionFacts(
        # The two names may differ; the pool's definition knows the first.
        name=_text(described.get("name")) or _text(view.get("name")),
        type=_text(described.get("type")),
        publisher=_text(described.get("publisher")),
        version=_text(described.get("typeHandlerVersion")),
        status=_status(statuses, _text(body.get("provisioningState"))),
        message="\n".join(message for message in messages if message),
        raw=body,
    )


def ssh_endpoint(body: Json, version: int) -> LoginFacts | None:
    """Where a node's port 22 is reached, by this version of IP if it can be; None if it does not say."""
    configuration = _object(body.get("endpointConfiguration"))
    found = [
        LoginFacts(_text(each.get("publicIPAddress")), _number(each.get("frontendPort")))
        for each in objects(configuration.get("inboundEndpoints"))
        if each.get("backendPort") == 22 and _text(each.get("protocol")).lower() == "tcp"
    ]
    whole = [each for each in found if each.host and each.port]
    return min(whole, key=lambda each: (":" in each.host) != (version == 6), default=None)


def login(body: Json, node_id: str) -> LoginFacts:
    for host, port in (
        ("remoteLoginIPAddress", "remoteLoginPort"),
        ("ipv6RemoteLoginIPAddress", "ipv6RemoteLoginPort"),
    ):
        if body.get(host) and _number(body.get(port)):
            return LoginFacts(_text(body[host]), _number(body[port]))
    raise GaveUp(
        f"Azure gave no address to sign in to node {node_id}.",
        "Its remote login settings hold no address and port.",
        "Check that the pool has public addresses and an inbound NAT pool for port 22.",
    )


def is_deleting(body: Mapping[str, Any]) -> bool:
    """Whether ARM's definition of a pool says that it is on its way out."""
    return _text(_object(body.get("properties")).get("provisioningState")).lower() == "deleting"


def job(body: Json) -> JobFacts:
    return JobFacts(_text(body.get("id")), _text(body.get("state")).lower(), etag=_text(body.get("eTag")))


def schedule(body: Json) -> JobFacts:
    return replace(job(body), schedule=True)


def work(body: Json) -> WorkFacts:
    told = {_text(each.get("name")): _text(each.get("value")) for each in objects(body.get("metadata"))}
    return WorkFacts(_text(body.get("id")), _text(body.get("state")).lower(), told)


def task(body: Json) -> TaskFacts:
    ran = _object(body.get("executionInfo"))
    failure, code = _object(ran.get("failureInfo")), ran.get("exitCode")
    said = ": ".join(filter(None, (_text(failure.get("code")), _text(failure.get("message")))))
    return TaskFacts(
        _text(body.get("id")),
        _text(body.get("state")).lower(),
        _text(_object(body.get("nodeInfo")).get("nodeId")),
        code if isinstance(code, int) else None,
        said,
    )


def runs_on(body: Json, pool_id: str) -> bool:
    """Whether a job runs on the pool, by its definition or, for a pool made for it, by what it got."""
    made = _object(body.get("jobSpecification"))  # of a schedule
    places = (body.get("poolInfo"), body.get("executionInfo"), made.get("poolInfo"))
    named = (_object(place).get("poolId") for place in places)
    return any(_text(name).lower() == pool_id.lower() for name in named)


def _status(statuses: list[Json], provisioning_state: str) -> ExtensionStatus:
    """The worst that is said; the extension's own word before provisioningState, which may be missing."""
    found = {_one_status(status) for status in statuses} - {ExtensionStatus.UNKNOWN}
    provisioned = _STATES.get(provisioning_state.lower(), ExtensionStatus.UNKNOWN)
    if not found or (found == {ExtensionStatus.SUCCESS} and provisioned is ExtensionStatus.ERROR):
        return provisioned
    return next(status for status in _WORST_FIRST if status in found)


def _one_status(status: Json) -> ExtensionStatus:
    level = _text(status.get("level")).lower()
    if _LEVELS.get(level, level) == "error":
        return ExtensionStatus.ERROR
    # ProvisioningState/failed/3 and the like: the second part tells
    parts = _text(status.get("code")).lower().split("/")
    return _STATES.get(parts[1], ExtensionStatus.UNKNOWN) if len(parts) > 1 else ExtensionStatus.UNKNOWN


def _problem(body: Json, details: str) -> ServiceProblem:
    return ServiceProblem(
        code=_text(body.get("code")),
        message=_text(body.get("message")),
        details=tuple(f"{pair.get('name')}: {pair.get('value')}" for pair in objects(body.get(details))),
    )


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(each) for each in value) if isinstance(value, list) else ()


def _text(value: object) -> str:
    """Text, or a number as text; a message may be wrapped as {"lang", "value"}."""
    if isinstance(value, dict):
        value = value.get("value")
    return str(value) if isinstance(value, str | int | float) else ""


def _number(value: object) -> int:
    """A whole number, also where it came as text; 0 for anything else."""
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() else 0
