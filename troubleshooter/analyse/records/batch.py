"""Records of Batch: a node with its start task, and a pool with the errors of its last resize."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.records.azure import error_text
from troubleshooter.analyse.records.said import Keys, Read, Said, keys, objects, shown
from troubleshooter.analyse.resize import of_before

if TYPE_CHECKING:
    from troubleshooter.analyse.records.said import At

_DISTINCT = {"starttaskfailed", "unusable", "waitingforstarttask", "leavingpool", "preempted", "reimaging"}
"""States that only a node of Batch can be in."""
_STATES = _DISTINCT | {
    "idle", "running", "starting", "creating", "rebooting", "offline", "unknown", "upgradingos",
    "deallocated", "deallocating",
}  # fmt: skip
_LOST = {"offline", "preempted", "unknown"}
"""States of a node that does no work and will not by itself; of the two that have rules these tell."""
_UP = {"idle", "running"}
_OF_A_NODE = {
    "vmsize", "affinityid", "lastboottime", "allocationtime", "nodeagentinfo", "starttaskinfo",
    "starttaskinformation", "schedulingstate", "errors", "endpointconfiguration", "isdedicated",
}  # fmt: skip
_OF_A_POOL = {"allocationstate", "virtualmachineconfiguration", "deploymentconfiguration", "scalesettings"}
_NODE_ID = re.compile(r"tvm(?:ps)?[-_]\w")
_NAMES = ("id", "nodeid", "name", "computenodeid", "node", "vmname")
_STATE = ("state", "nodestate", "status", "computenodestate")


def node(record: Keys, at: At) -> Read | None:
    """A node: its state, its start task, its errors."""
    if record.keys() & _OF_A_POOL:
        return None
    state = _state(record)
    if state not in _STATES or not (state in _DISTINCT or record.keys() & _OF_A_NODE or _has_node_id(record)):
        return None
    name = next((named for key in _NAMES if (named := shown(record.get(key)))), "")
    errors = objects(record.get("errors"))
    known = "errors" in record or (record.keys() & _OF_A_NODE and at.kind is not FileKind.TEXT)
    count = str(len(errors)) if errors else "none" if known else "not shown"
    told = Said(
        f"state: {state}; errors: {count}; node: {name}",
        True if state in _LOST else None if state not in _UP else False,
        FileKind.NODE_ERRORS,
        near=name,
    )
    task = _start_task(record, state, name)
    done = frozenset({"state", "status", "starttask", "starttaskinfo", "starttaskinformation", "recenttasks"})
    return Read((told, *task), done, at._replace(kind=FileKind.NODE_ERRORS))


def _state(record: Keys) -> str:
    said = next((named for key in _STATE if (named := record.text(key))), "")
    return said.lower().replace(" ", "").replace("_", "").replace("-", "")


def _has_node_id(record: Keys) -> bool:
    return any(_NODE_ID.match(record.text(key)) for key in _NAMES)


def start_task(record: Keys, _: At) -> Read | None:
    """What became of a start task, where it stands without its node: of a definition nothing became."""
    info = record.record("starttaskinfo", "starttaskinformation", "starttask")
    if info is None or not info.keys() & {"exitcode", "result", "failureinfo", "failureinformation"}:
        return None
    done = frozenset({"starttask", "starttaskinfo", "starttaskinformation"})
    return Read(_start_task(Keys(starttaskinfo=info), "", ""), done)


def _start_task(record: Keys, state: str, name: str) -> tuple[Said, ...]:
    info = record.record("starttaskinfo", "starttaskinformation")
    if info is None:
        return ()
    failure = info.record("failureinfo", "failureinformation") or (info if info.text("code") else None)
    ended = info.number("exitcode")
    failed = info.text("result").lower() == "failure" or failure is not None or bool(ended)
    if not failed:
        return ()
    parts = [
        "start task: failed" if state not in _UP else f"start task: not well, though the node is {state}"
    ]
    parts += [f"exit code: {ended}"] if ended is not None else []
    parts += [error_text(failure)] if failure is not None and error_text(failure) else []
    parts += [f"node: {name}"] if name else []
    near = (failure.text("message") or failure.text("code")) if failure is not None else ""
    return (Said("; ".join(parts), True, FileKind.NODE_ERRORS, near=near or name),)


def pool(record: Keys, at: At) -> Read | None:
    """A pool: what its last resize says, and whether that is over."""
    if not (
        "resizeerrors" in record or "resizeoperationstatus" in record or record.keys() & {"allocationstate"}
    ):
        return None
    over = of_before(_as_documented(record))
    kind = FileKind.PAST_RESIZE_ERRORS if over else FileKind.RESIZE_ERRORS
    resize = record.record("resizeoperationstatus")
    errors = objects(record.get("resizeerrors")) or objects(resize.get("errors") if resize else None)
    said = []
    for error in filter(None, errors):  # PowerShell prints none at all as {}
        told, message = error_text(keys(error)), keys(error).text("message")
        text = f"{told}; happened, not current: {over}" if over else told
        said.append(Said(text, not over, kind, near=message or told))
    done = frozenset({"resizeerrors", "resizeoperationstatus"})
    return Read(tuple(said), done, at._replace(kind=kind))


_DOCUMENTED = {
    "allocationstate": "allocationState",
    "allocationstatetransitiontime": "allocationStateTransitionTime",
    **{
        f"{what}{kind}{tail}": f"{what}{named}"
        for what in ("current", "target")
        for kind, named in (("dedicated", "DedicatedNodes"), ("lowpriority", "LowPriorityNodes"))
        for tail in ("nodes", "computenodes")
    },
}


def _as_documented(record: Keys) -> dict[str, object]:
    """The pool as the service spells it, of which tools make their own."""
    found: dict[str, object] = {
        name: _number(record.get(key), record.number(key))
        for key, name in _DOCUMENTED.items()
        if record.get(key) is not None
    }
    for key, name in (("resizeoperationstatus", "resizeOperationStatus"), ("scalesettings", "scaleSettings")):
        if isinstance(record.get(key), Mapping):
            found[name] = record[key]
    if "resizeerrors" in record:
        found["resizeErrors"] = objects(record["resizeerrors"])
    return found


def _number(value: object, number: int | None) -> object:
    return value if number is None else number
