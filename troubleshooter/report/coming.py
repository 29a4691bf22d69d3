"""What a run does after it told what it found, in the words of its next question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Confidence
from troubleshooter.model.handover import NoNodes, Planned, Surveyed

if TYPE_CHECKING:
    from troubleshooter.model.finding import Finding
    from troubleshooter.model.run import RunState


def coming(state: RunState, cause: Finding | None) -> str:
    """What the run does after this moment, in the words of its next question."""
    current = state.current
    if current is None:
        return ""
    if not state.diagnosed:
        return _before_a_pool(state)
    if state.of(NoNodes) is not None:
        return "The debug pool got no nodes, so no fix can be proven now: what this run made is removed."
    if current.id == "clean-up":
        return _before_it_is_gone(cause)
    if current.id != "choose-fix":
        return ""
    planned = state.of(Planned)
    in_place = planned is not None and planned.route == "in-place"
    return _of_the_fixes(
        cause, f"{state.target.pool} itself, created once more" if in_place else "a fresh pool"
    )


def _before_a_pool(state: RunState) -> str:
    if state.question is not None and state.question.gate == "next":
        return "Nothing was made yet: its fix can be proven at once, or a node is looked at first."
    surveyed = state.of(Surveyed)
    lets = "a node be asked" if surveyed and surveyed.pool.always else "the log on a node be read"
    return f"A debug pool beside the original lets {lets}; its plan is shown before anything is made."


def _before_it_is_gone(cause: Finding | None) -> str:
    """What needs a node has to be done before the node is removed."""
    unsure = cause is not None and cause.confidence is not Confidence.CONFIRMED
    if cause is None or not unsure or not any("on the node" in step for step in cause.confirm):
        return ""
    return (
        "To make sure on a node first, choose keep: give it a user of your own (az batch node user create),"
        " sign in, and clean up afterwards."
    )


_FIRST_DOOR = frozenset({"allow-network", "private-endpoint"})
_BEHIND = "A vault asks its network rules first: a missing permission may hide behind them."


def _of_the_fixes(cause: Finding | None, on: str) -> str:
    fixes = [fix for fix in cause.fixes if fix.provable] if cause else []
    if not fixes:
        return "This run knows no fix that it could prove: what it made is removed."
    if all(fix.outside and not fix.patch for fix in fixes):
        made = f"The fix lies outside the pool: somebody makes it, then it is proven on {on}."
        opens = any(fix.outside and fix.outside.kind in _FIRST_DOOR for fix in fixes)
        return f"{made} {_BEHIND}" if opens else made
    offered = "One fix is" if len(fixes) == 1 else f"{len(fixes)} fixes are"
    return f"{offered} known: choosing changes nothing yet. What you choose is proven on {on}."
