"""What earlier runs of a data directory waited for pools of their own, as the journal has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from troubleshooter.model.event import Event, RunCreated, StepFinished, StepsReset, StepStarted
from troubleshooter.model.handover import Ready, Surveyed, read
from troubleshooter.model.step import StepState
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.engine.journal import Journal

MOST = 10
"""Runs of whose waits is read, the newest."""
_WHOLE = 5.0
"""Seconds by which a wait may be longer on the clock than it worked; more, and the program was away."""


@dataclass(frozen=True, slots=True)
class Wait:
    run: str
    target: Target
    surveyed: Surveyed
    """The pool of which a copy was made and waited for."""
    seconds: float
    """From when the copy was made until its nodes were ready."""


def waits(journal: Journal, besides: str) -> Iterator[Wait]:
    """Those that ended with all nodes ready and were never interrupted; of runs on a real Azure alone."""
    for run in journal.that_gave(Ready.__name__, MOST):
        if run != besides:
            yield from _of_run(run, journal.rows(run))


def _of_run(run: str, rows: tuple[object, ...]) -> Iterator[Wait]:
    target: Target | None = None
    surveyed: Surveyed | None = None
    begun: dict[str, list[str]] = {}
    for row in rows:
        if not isinstance(row, Event):
            return  # what cannot be read whole tells nothing
        match row.body:
            case RunCreated() as created if not created.options.get("rehearsal"):
                target = created.target
            case StepStarted(step=step):
                begun.setdefault(step, []).append(row.at)
            case StepsReset(steps=steps):
                for step in steps:
                    begun.setdefault(step, []).append("")
            case StepFinished(gives=Surveyed.__name__) as finished:
                surveyed = _surveyed(finished)
            case StepFinished(gives=Ready.__name__) as finished if target and surveyed:
                if _is_whole(finished, row.at, begun.get(finished.step, [])):
                    yield Wait(run, target, surveyed, finished.seconds)


def _surveyed(finished: StepFinished) -> Surveyed | None:
    try:
        return read(Surveyed, finished.output)
    except msgspec.ValidationError:
        return None


def _is_whole(finished: StepFinished, at: str, begun: list[str]) -> bool:
    """Whether it was waited once, at a stretch, and for nodes that all came."""
    if finished.state is not StepState.DONE or finished.attention or len(begun) != 1:
        return False
    try:
        lasted = (datetime.fromisoformat(at) - datetime.fromisoformat(begun[0])).total_seconds()
    except ValueError:
        return False
    return abs(lasted - finished.seconds) <= _WHOLE
