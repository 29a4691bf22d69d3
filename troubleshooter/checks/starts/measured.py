"""How long one node took from its allocation until it was ready, where its times tell that.

They come from the service and from the node, and are of different things: allocationTime is never set anew,
lastBootTime is of the last start, startTaskInfo.startTime of the last try, stateTransitionTime of the last
change. So a node that was started again, or whose times contradict each other, tells nothing.
Source: https://learn.microsoft.com/rest/api/batchservice/nodes/get-node (BatchNode, BatchStartTaskInfo)
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from troubleshooter.model.facts import NodeState
from troubleshooter.model.starting import Started

if TYPE_CHECKING:
    from troubleshooter.model.facts import NodeFacts
    from troubleshooter.model.starting import Origin

FIRST_BOOT = timedelta(minutes=30)
"""Within which the first boot lies after the allocation; a later one may be another (our own bound)."""
LONGEST = timedelta(hours=2)
"""Of a start: beyond all documented limits, so that it is of something later (our own bound)."""
_APART = timedelta(minutes=1)
"""By which clocks of a node, of the service and of this machine may differ."""
_UNSET = 2000
"""Years before it: how a time that was never set is written."""

NOT_SAID = "no time of its allocation, or of when it was ready"
CONTRADICT = "times that contradict each other or lie in the future"
AGAIN = "started again since its allocation, or that cannot be excluded"
RETRIED = "its start task was tried again, which sets its time anew"
WORKED = "it worked, or does not say that it did not, and has no start task that tells"


def measured(node: NodeFacts, now: datetime, origin: Origin, pool: str) -> Started | str | None:
    """The start, or why a node that is ready tells nothing of it; None for one that is not ready.

    `now` is the service's.
    """
    if not node.state.usable:
        return None
    field, ready = _ready(node)
    if not ready:
        return field
    allocated, end = moment(node.allocated), moment(ready)
    if allocated is None or end is None:
        return NOT_SAID
    if (wrong := _doubt(node, allocated, end, now)) is not None:
        return wrong
    return Started((end - allocated).total_seconds(), origin, node.id, pool, field)


def _ready(node: NodeFacts) -> tuple[str, str]:
    """The field that tells, with its text; or why none does, with nothing."""
    if node.start_task:
        if node.start_task.get("retryCount") or node.start_task.get("lastRetryTime"):
            return RETRIED, ""
        begun = node.start_task.get("startTime")
        return ("startTaskInfo.startTime", begun) if isinstance(begun, str) and begun else (NOT_SAID, "")
    if node.state is NodeState.IDLE and node.tasks_run == 0:
        return ("stateTransitionTime", node.since) if node.since else (NOT_SAID, "")
    return WORKED, ""


def _doubt(node: NodeFacts, allocated: datetime, end: datetime, now: datetime) -> str | None:
    boot, since = moment(node.booted), moment(node.since)
    if end <= allocated or end > now + _APART or (since is not None and since + _APART < end):
        return CONTRADICT
    if boot is None:
        return AGAIN if end - allocated > FIRST_BOOT else None
    if boot + _APART < allocated or boot > now + _APART:
        return CONTRADICT
    if boot - allocated > FIRST_BOOT or end - allocated > LONGEST:
        return AGAIN
    return CONTRADICT if boot > end + _APART else None


def moment(text: object) -> datetime | None:
    """In UTC; None where it is no time, or one that was never set."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= _UNSET else None


def begun(node: NodeFacts) -> datetime | None:
    """When what it is under way to began: its allocation, or its last start where that came later."""
    allocated, since, boot = moment(node.allocated), moment(node.since), moment(node.booted)
    if allocated is None:
        return since
    again = [one for one in (since, boot) if one is not None and one - allocated > FIRST_BOOT]
    return max(again, default=allocated)
