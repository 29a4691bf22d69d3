"""Slow or broken: one verdict on the nodes that are not ready, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from troubleshooter.checks.starts.limits import Pool, There, limits
from troubleshooter.checks.starts.measured import begun, moment
from troubleshooter.checks.starts.usual import ELSEWHERE, no_history, usual
from troubleshooter.model.facts import NodeFacts, NodeState
from troubleshooter.model.starting import Pace, Starting, Starts
from troubleshooter.text import span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.starting import Figure, Usual

_BOOTING = frozenset({NodeState.CREATING, NodeState.STARTING})


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged, as Azure said it at one time."""

    nodes: tuple[NodeFacts, ...]
    now: datetime
    """By the service's clock."""
    starts: Starts
    pool: Pool
    missing: int = 0
    """Nodes that were asked for and are not there."""
    resizing_since: str = ""
    """When the pool began to grow; empty where that is not said."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Those that are judged: of a pool the ones whose end is nearest to being told."""

    there: There
    nodes: int
    are: str
    """What is so of them, in words."""
    begun: tuple[datetime | None, ...]


def judged(subject: Subject) -> Starting | None:
    """None where all that was asked for is there and ready: nothing is waited for."""
    group = _group(subject)
    if group is None:
        return None
    found, known = limits(subject.pool, group.there), usual(subject.starts)
    spans = [(subject.now - time).total_seconds() for time in group.begun if time is not None]
    waited = max((one for one in spans if one >= 0), default=None)  # a time of the future tells nothing
    reached = _reached(found, waited)
    pace = Pace.POINTLESS if reached else _pace(group.there, known, waited)
    down = sum(node.down for node in subject.nodes)
    says = (
        _verdict(group, pace, waited),
        *_why(reached),
        *_history(subject.starts, known, pace),
        *_outlook(found, reached),
        *_beside(group.there, down),
    )
    return Starting(
        pace,
        says,
        0 if group.there.gone else group.nodes,
        down,
        waited,
        known,
        "" if known else no_history(subject.starts),
        () if known else ELSEWHERE,
        found,
    )


def _group(subject: Subject) -> _Group | None:
    booting = [node for node in subject.nodes if node.state in _BOOTING]
    if booting:
        return _Group(There.BOOTING, len(booting), "under way", tuple(map(begun, booting)))
    if subject.missing:
        began = moment(subject.resizing_since)
        return _Group(There.MISSING, subject.missing, "asked for and not there", (began,))
    tasked = [node for node in subject.nodes if node.state is NodeState.WAITING_FOR_START_TASK]
    if tasked:
        since = tuple(moment(node.since) for node in tasked)
        return _Group(There.START_TASK, len(tasked), "up and in their start task", since)
    down = [node for node in subject.nodes if node.down]
    if not down:
        return None
    mute = [node for node in down if not node.problems and node.state is NodeState.UNUSABLE]
    if mute:
        since = tuple(moment(node.since) for node in mute)
        return _Group(There.UNREACHED, len(mute), "unusable without an error", since)
    return _Group(There.GIVEN_UP, len(down), "given up by Batch", tuple(moment(node.since) for node in down))


def _reached(found: tuple[Figure, ...], waited: float | None) -> Figure | None:
    """What says that waiting is pointless by now."""
    for one in found:
        if one.seconds is not None and (one.seconds == 0 or (waited is not None and waited > one.seconds)):
            return one
    return None


def _pace(there: There, known: Usual | None, waited: float | None) -> Pace:
    """Starts are measured from the allocation of a node: of nodes that are not there yet they tell less."""
    if waited is None or known is None or there is There.START_TASK:
        return Pace.UNKNOWN
    if there.gone:
        return Pace.SLOW
    if waited <= known.longest:
        return Pace.USUAL
    return Pace.SLOW if there is There.BOOTING else Pace.UNKNOWN


_PACES = {
    Pace.USUAL: "not longer than starts take here",
    Pace.SLOW: "longer than starts take here",
    Pace.POINTLESS: "and waiting is pointless",
    Pace.UNKNOWN: "and whether that is long here cannot be told",
}


def _verdict(group: _Group, pace: Pace, waited: float | None) -> str:
    long = f" for {lasting(waited)}" if waited is not None else ", for how long is not said"
    return f"{_nodes(group.nodes)} {group.are}{long}, {_PACES[pace]}"


def _why(reached: Figure | None) -> Iterator[str]:
    if reached is not None:
        after = f"after {span(reached.seconds)}: " if reached.seconds else ""
        yield f"pointless {after}{_known(reached)}"


def _history(starts: Starts, known: Usual | None, pace: Pace) -> Iterator[str]:
    if known is not None:
        longest = f"; the longest took {lasting(known.ever)}" if known.ever > known.longest else ""
        yield known.says + longest
    else:
        yield no_history(starts)
        if pace is not Pace.POINTLESS:
            yield from (f"elsewhere: {_known(one)}" for one in ELSEWHERE)
    for why, number in starts.left_out.items():
        yield f"not counted of those that are ready: {number} ({why})"
    if starts.unknown:
        yield f"other pools of the account were not looked at: {starts.unknown}"
    elif starts.not_read:
        yield f"{starts.not_read} more pools have the same image and size; their nodes were not read"


def _outlook(found: tuple[Figure, ...], reached: Figure | None) -> Iterator[str]:
    """What is still ahead, where nothing was reached."""
    if reached is None:
        for one in found:
            after = f"after {span(one.seconds)} waiting is pointless: " if one.seconds else ""
            yield f"{after}{_known(one)}"


def _beside(there: There, down: int) -> Iterator[str]:
    if down and not there.gone:
        yield f"beside them {_nodes(down)} given up by Batch"


def _known(one: Figure) -> str:
    return f"{one.says} ({one.label}: {one.source})"


def _nodes(number: int) -> str:
    return f"{number} node{'s are' if number != 1 else ' is'}"


def lasting(seconds: float) -> str:
    """About how long, for a sentence: 40 s, 9 min, 3 h, 12 days."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172800 else f"{seconds // 86400:.0f} days"
