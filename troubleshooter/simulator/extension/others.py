"""Extensions whose inside is not simulated, and the start task: they do what the world says of them.

The texts are those of real reports; that a failed one keeps its node out is assumed, as of Key Vault's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.timestamp import iso
from troubleshooter.simulator.extension.akvvm import Fate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from troubleshooter.simulator.around.conditions import Conditions

OF_BATCH = {
    "name": "batchNodeExtension",
    "publisher": "Microsoft.Azure.Extensions",
    "type": "CustomScript",
    "typeHandlerVersion": "2.0",
    "autoUpgradeMinorVersion": True,
}
"""The extension by which Batch brings its agent onto a node: on every one, and in no pool's definition."""


def fate(extension: Mapping[str, Any], conditions: Conditions) -> Fate | None:
    """What becomes of one that fails; None for one that does not."""
    known = {str(extension.get("name")), str(extension.get("type"))}
    failing = next((one for one in conditions.failing if one.extension in known), None)
    return Fate("error", "", failing.message, blocks=failing.blocks) if failing else None


def start_task_fails(definition: Mapping[str, Any], conditions: Conditions) -> bool:
    """Whether a node waits for a start task that does not succeed."""
    task = definition.get("startTask") or {}
    return bool(conditions.start_task and task.get("commandLine") and task.get("waitForSuccess", True))


def start_task(conditions: Conditions, booted: datetime) -> dict[str, Any]:
    """A node's words of it, after the specification's startTaskInfo; codes as reports show them."""
    ended = {"state": "completed", "startTime": iso(booted), "endTime": iso(booted), "retryCount": 0}
    failure = conditions.start_task
    if failure is None:
        return {**ended, "exitCode": 0, "result": "success"}
    told = {"category": "usererror", "code": failure.code, "message": failure.message, "details": []}
    code = {} if failure.exit_code is None else {"exitCode": failure.exit_code}
    return {**ended, **code, "result": "failure", "failureInfo": told}
