"""What could not be told, grouped by what is missing, in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from troubleshooter.model.finding import Check, Diagnosis

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
    "diagnostic-log": "the vault's diagnostic log",
    "journal": "systemd's journal of the node",
    "probe": "answers of the node itself",
    "node-errors": "errors of a node",
    "crp": "an error of the compute resource provider",
    "os-release": "/etc/os-release",
    "agent-conf": "waagent.conf",
    "other texts": "an error message as text",
}


def untold(diagnosis: Diagnosis) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is missing, and the known failures it would decide; what decides most comes first.

    What one of several would decide is told with the one that decides most.
    """
    left = {
        check.id: _wanted(check.missing) for check in diagnosis.checked if check.verdict is Verdict.UNKNOWN
    }
    while left:
        numbers = Counter(source for sources in left.values() for source in sources)
        best = max(numbers, key=lambda source: (numbers[source], source))
        yield best, tuple(each for each, sources in left.items() if best in sources)
        left = {each: sources for each, sources in left.items() if best not in sources}


_SEVERAL = 3


def hangs_on(checks: Collection[Check]) -> str:
    """The one answer of Azure that would decide the most checks, with their ids; empty where it is few."""
    left = [check for check in checks if check.verdict is Verdict.UNKNOWN]
    ((missing, number),) = Counter(check.missing for check in left).most_common(1) or (("", 0),)
    if number < _SEVERAL:
        return ""
    ids = ", ".join(check.id for check in left if check.missing == missing)
    of_all = f"{number} of {len(checks)} checks hang on it: {ids}"
    return f"See to it that this can be told: {missing}. {of_all}. Then look again:"


def _wanted(missing: str) -> tuple[str, ...]:
    """What would decide it, each of it alone, as people know it."""
    if not missing.startswith(_ONE_OF):
        return (missing,)
    kinds = missing.removeprefix(_ONE_OF).split(", ")
    return tuple(dict.fromkeys(_SOURCES.get(kind, kind) for kind in kinds))
