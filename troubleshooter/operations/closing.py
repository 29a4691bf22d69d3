"""Closing a change as it stands, on the operator's word: what cannot be taken back holds no run open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import NotFound, Refused
from troubleshooter.model.change import ORIGINAL, WHY_LEFT, ChangeState
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.change import Change

_LATE = timedelta(hours=1)
"""A request whose answer was lost is not taken to arrive after this: a choice of ours, documented nowhere."""


def close_change(ctx: StepContext, name: str, now: datetime) -> StepOutcome:
    """Stop looking for it. Raises Refused while a request that got no answer may still be carried out."""
    change = next((each for each in ctx.state.open_changes if each.id == name), None)
    if change is None:
        known = ", ".join(each.id for each in ctx.state.open_changes)
        do = "Name one of these." if known else "There is nothing to close."
        raise NotFound(f"{name!r} is not open.", f"Open in this run: {known or 'nothing'}.", do)
    if change.unknown:
        _demand_time(change, now)
    elif change.kind != ORIGINAL and change.state is not ChangeState.REMOVING:
        raise Refused(
            f"{change.kind} {name} is not closed.",
            "It is known to be there, and nobody has tried to take it back yet.",
            f"Take it back with: troubleshooter runs cleanup {ctx.state.id}",
        )
    why = change.detail.get(WHY_LEFT)
    ctx.write_change(EventKind.CHANGE_CLOSED, change.kind, name)
    ctx.note(f"{change.kind} {name} is closed as it stands" + (f": {why}" if why else ""))
    return StepOutcome(f"{change.kind} {name} is closed as it stands")


def _demand_time(change: Change, now: datetime) -> None:
    possible = datetime.fromisoformat(change.tried) + _LATE
    if now < possible:
        raise Refused(
            f"{change.kind} {change.id} is not closed yet.",
            "A request whose answer was lost may still be carried out.",
            f"Look again, or close it, after {possible:%Y-%m-%d %H:%M} UTC.",
        )
