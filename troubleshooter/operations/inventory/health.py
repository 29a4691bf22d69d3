"""How a pool is, from what was read of it: facts in, one of six words out. Nothing is asked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.cloud.translate import objects
from troubleshooter.model.facts import ExtensionStatus, NodeFacts, NodeState
from troubleshooter.model.inventory import ExtensionSeen, Health, PoolHealth
from troubleshooter.model.target import Target
from troubleshooter.pooldef.pool_body import fixed_size, ours
from troubleshooter.report.counted import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.extension import Extension

DOWN = (NodeState.UNUSABLE, NodeState.START_TASK_FAILED)
"""Batch has given up on them."""
_LOST = (NodeState.UNKNOWN, NodeState.OFFLINE)
"""Batch does not hear of them, or they are kept from tasks."""
_WORKING = (NodeState.IDLE, NodeState.RUNNING)
_AWAY = (NodeState.PREEMPTED, NodeState.DEALLOCATED)
"""Azure took them away, or they were given back to be had again: no work of theirs fails."""
_WORST_FIRST = (*DOWN, *_LOST)


@dataclass(slots=True)
class PoolRead:
    """What was read of a pool by now."""

    target: Target
    definition: Mapping[str, Any]
    """As ARM lists it."""
    counts: Mapping[NodeState, int] | None = None
    """None while nobody said; where the pool is not among those counted it has no nodes."""
    nodes: tuple[NodeFacts, ...] | None = None
    seen: ExtensionSeen | None = None
    unread: list[str] = field(default_factory=list)
    left: int = 0
    """Questions about it that are under way."""

    @property
    def states(self) -> dict[NodeState, int] | None:
        """Nodes per state, the worst first: as they were listed, else as they were counted."""
        if self.nodes is not None:
            of_each = [node.state for node in self.nodes]
            found: Mapping[NodeState, int] = {state: of_each.count(state) for state in set(of_each)}
        elif self.counts is not None:
            found = self.counts
        else:
            return None
        return dict(sorted(found.items(), key=lambda item: (_order(item[0]), -item[1], item[0])))


class Judgement(NamedTuple):
    health: Health
    why: str
    """In a few words."""
    states: tuple[NodeState, ...] = ()
    """Of the nodes that it is for."""


def has_nodes(definition: Mapping[str, Any]) -> bool:
    """Whether ARM says so, which may know of nodes before they are counted."""
    properties = definition.get("properties") or {}
    return any(properties.get(name) for name in ("currentDedicatedNodes", "currentLowPriorityNodes"))


def wanted_of(definition: Mapping[str, Any]) -> int | None:
    """None where a formula decides, or where what stands there is no number."""
    try:
        return fixed_size(definition)
    except (TypeError, ValueError):
        return None


def judged(pool: PoolRead, about: Extension) -> PoolHealth:
    """The pool as one row of the list."""
    health, why, states = _health(pool)
    told = pool.states or {}
    return PoolHealth(
        pool.target,
        health,
        why,
        {state.value: number for state, number in told.items()},
        wanted_of(pool.definition),
        _since(pool, states),
        bool(ours(pool.definition, about)),
        pool.seen,
        " ".join(pool.unread),
        complete=not pool.left,
    )


def _health(pool: PoolRead) -> Judgement:
    properties = pool.definition.get("properties") or {}
    if _word(properties, "provisioningState") == "deleting":
        return Judgement(Health.MOVING, "it is being deleted")
    if (states := pool.states) is None:
        why = "its nodes could not be read" if pool.unread else "its nodes are being read"
        return Judgement(Health.UNKNOWN, why)
    upright = _upright(states, properties, wanted_of(pool.definition))
    return next(chain(_ailing(pool, states, properties), upright))


def _ailing(
    pool: PoolRead, states: Mapping[NodeState, int], properties: Mapping[str, Any]
) -> Iterator[Judgement]:
    """What is wrong with it, the worst first."""
    number, wanted = sum(states.values()), _asked_for(properties)
    if down := [f"{states[state]} of {number} {_said(state)}" for state in DOWN if states.get(state)]:
        yield Judgement(Health.ILL, listed(down), DOWN)
    if (errors := _resize_errors(properties)) and number < wanted:  # else it was overcome since
        health = Health.ATTENTION if number else Health.ILL
        yield Judgement(health, f"it got {number} of {counted(wanted, 'node')}: {errors}")
    if pool.seen is not None and pool.seen.status is ExtensionStatus.ERROR:
        yield Judgement(Health.ATTENTION, "its extension reports an error", tuple(states))
    if lost := sum(states.get(state, 0) for state in _LOST):
        yield Judgement(Health.ATTENTION, f"{lost} of {number} offline or unknown", _LOST)
    if (taken := states.get(NodeState.PREEMPTED)) and not any(states.get(state) for state in _WORKING):
        yield Judgement(Health.ATTENTION, f"Azure took {taken} of {number} away", (NodeState.PREEMPTED,))


def _upright(
    states: Mapping[NodeState, int], properties: Mapping[str, Any], wanted: int | None
) -> Iterator[Judgement]:
    """Of a pool with which nothing is wrong."""
    number, working = sum(states.values()), sum(states.get(state, 0) for state in _WORKING)
    if moving := tuple(state for state in states if state not in {*_WORKING, *_AWAY}):
        told = listed([f"{states[state]} {_said(state)}" for state in moving])
        yield Judgement(Health.MOVING, told, moving)
    if _word(properties, "allocationState") not in {"", "steady"}:
        yield Judgement(Health.MOVING, "it is being resized")
    if working:
        yield Judgement(Health.WELL, f"{counted(working, 'node')} idle or running")
    if number or not wanted:
        yield Judgement(Health.EMPTY, "its nodes are deallocated" if number else "no nodes")
    yield Judgement(Health.MOVING, "no node has come yet")


def _since(pool: PoolRead, states: tuple[NodeState, ...]) -> str:
    """When the first of them came into its state."""
    times = [node.since for node in pool.nodes or () if node.state in states and node.since]
    return min(times, default="")


def looked_at(nodes: Iterable[NodeFacts]) -> NodeFacts | None:
    """The node whose extension is asked for: of the worst state, and there the one that is in it longest.

    None where there is none that would have run it: one that is still made, or away.
    """
    ran = [node for node in nodes if node.state not in {NodeState.CREATING, *_AWAY}]
    return min(ran, key=lambda node: (_order(node.state), node.since or "9", node.id), default=None)


def _order(state: NodeState) -> int:
    if state in _WORST_FIRST:
        return _WORST_FIRST.index(state)
    return 10 if state in _WORKING else 20 if state in _AWAY else 5


def _asked_for(properties: Mapping[str, Any]) -> int:
    """Nodes that its last resize was to give it, of both kinds; 0 where that is not told."""
    last = properties.get("resizeOperationStatus") or {}
    asked = (last.get(name) for name in ("targetDedicatedNodes", "targetLowPriorityNodes"))
    return sum(number for number in asked if isinstance(number, int))


def _resize_errors(properties: Mapping[str, Any]) -> str:
    """Their codes: a quota that is full, a subnet without addresses."""
    errors = objects((properties.get("resizeOperationStatus") or {}).get("errors"))
    return ", ".join(dict.fromkeys(str(error.get("code") or "an error without a code") for error in errors))


def _word(properties: Mapping[str, Any], name: str) -> str:
    return str(properties.get(name) or "").lower()


_WORDS = {
    NodeState.START_TASK_FAILED: "start task failed",
    NodeState.WAITING_FOR_START_TASK: "waiting for the start task",
    NodeState.LEAVING_POOL: "leaving",
    NodeState.UPGRADING_OS: "upgrading",
}


def _said(state: NodeState) -> str:
    return _WORDS.get(state, state.value)
