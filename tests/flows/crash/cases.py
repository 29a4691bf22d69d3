"""The runs beside the original that are killed: those that change something in Azure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Case:
    scenario: str
    arguments: tuple[str, ...] = ()
    """Beside target, allow-from and --yes."""
    ends: tuple[str, ...] = ("resume", "resume", "resume", "cleanup", "twice")
    """What may be done after a kill: as in `Plan.end`."""
    step: str = ""
    """The only step in which it is killed; empty for all."""

    def __str__(self) -> str:
        return " ".join((self.scenario, *self.arguments[:2]))


CASES = (
    Case("wrong-client-id", ("--debug-nodes", "2")),
    Case("auth-settings-misplaced"),
    Case("extension-view-refused"),
    Case("resize-quota"),
)

_COLLECT = "collect"
BY_TASKS = (
    Case("wrong-client-id", ("--allow-from", "none", "--debug-nodes", "2"), step=_COLLECT),
    Case("vault-rbac-denied", ("--allow-from", "none"), step=_COLLECT),
)
"""Runs whose nodes are read by tasks, killed while they are."""

_MOVING = {
    "etag", "lastModified", "creationTime", "startTime", "systemData",
    "allocationStateTransitionTime", "provisioningStateTransitionTime",
}  # fmt: skip


def account(state: Any) -> Any:
    """What the account holds, without what differs between two runs that did the same."""
    return {
        "pools": {
            pool["name"]: (
                pool["state"],
                still(pool["definition"]),
                sorted(
                    (node["state"], sorted(user["name"] for user in node["users"])) for node in pool["nodes"]
                ),
            )
            for pool in state["pools"]
        },
        "jobs": sorted((job["id"], job["pool"], job["state"]) for job in state["jobs"]),
    }


def still(definition: Any) -> Any:
    """A definition without times and tags."""
    if isinstance(definition, dict):
        return {key: still(value) for key, value in definition.items() if key not in _MOVING}
    return [still(each) for each in definition] if isinstance(definition, list) else definition


def essence(document: Any) -> Any:
    """What a run's result must not owe to a kill."""
    return {
        "exit": document["exit"],
        "steps": [(step["id"], step["state"]) for step in document["steps"]],
        "findings": [finding["id"] for finding in document["diagnosis"]["findings"]],
        "verified": document["verified"],
        "because": document["not_verified_because"],
        "left": document["changes"]["left"],
    }
