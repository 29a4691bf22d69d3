"""The original pool in a run's hands, as it is told where the work on it is about to be left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.change import ORIGINAL
from troubleshooter.report.away import put_back, told

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState


def at_stake(state: RunState) -> tuple[str, ...]:
    """How the original stands, what else stays behind, and how it is put back; or nothing."""
    pool = next((change.id for change in state.open_changes if change.kind == ORIGINAL), None)
    if pool is None:
        return ()
    others = ", ".join(f"{each.kind} {each.id}" for each in state.open_changes if each.kind != ORIGINAL)
    how = (
        told(state.away)
        if state.away
        else f"Pool {pool} is not as it was: run {state.id} works on it in place. {_way_back(state, pool)}"
    )
    return (how, *([f"Not as it should be either: {others}"] if others else []))


def _way_back(state: RunState, pool: str) -> str:
    return "It ends with the demo." if state.rehearsal else f"Put it back with: {put_back(state.id, pool)}"
