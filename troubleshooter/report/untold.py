"""What could not be told, grouped by what is missing, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis

_ONE_OF = "one of: "
_SOURCES = {
    "akvvm": "the extension's own log",
    "status": "the extension's status file",
    "settings": "the extension's settings on the node",
    "handler-status": "the guest agent's status of the extension",
    "handler-state": "the guest agent's state of the extension",
    "waagent": "the guest agent's log",
    "waappagent": "the guest agent's log (Windows)",
    "command-execution": "the log of the extension's commands",
    "extension-view": "a node's extension view",
    "resize-errors": "resize errors of the pool",
    "past-resize-errors": "those of an earlier resize",
    "node-errors": "errors of a node",
    "crp": "an error of the compute resource provider",
    "os-release": "/etc/os-release",
    "agent-conf": "waagent.conf",
    "other texts": "an error message as text",
}


def untold(diagnosis: Diagnosis) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is missing, and the known failures it would decide; what decides most comes first."""
    groups: dict[str, list[str]] = {}
    for check in diagnosis.checked:
        if check.verdict is Verdict.UNKNOWN:
            groups.setdefault(in_words(check.missing), []).append(check.id)
    for missing, ids in sorted(groups.items(), key=lambda group: -len(group[1])):
        yield missing, tuple(ids)


def in_words(missing: str) -> str:
    """Name kinds of files as people know them."""
    if not missing.startswith(_ONE_OF):
        return missing
    kinds = missing.removeprefix(_ONE_OF).split(", ")
    return " or ".join(dict.fromkeys(_SOURCES.get(kind, kind) for kind in kinds))
