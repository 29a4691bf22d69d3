"""The steps of a run, those that were left out or not begun for one reason as one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from troubleshooter.model.step import StepState
from troubleshooter.report.counted import counted
from troubleshooter.report.symbols import step_symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import StepRecord

_TOGETHER = 3
"""From how many on they are told as one."""


@dataclass(frozen=True, slots=True)
class StepTold:
    symbol: str
    name: str
    """plan, or plan to report."""
    state: str
    seconds: float
    why: str


def steps_told(state: RunState) -> Iterator[StepTold]:
    for _, same in groupby(enumerate(state.steps), _alike):
        records = [record for _, record in same]
        if len(records) >= _TOGETHER:
            yield _as_one(records)
        else:
            yield from map(_alone, records)


def _alike(numbered: tuple[int, StepRecord]) -> tuple[object, ...]:
    number, record = numbered
    together = record.state in {StepState.SKIPPED, StepState.PENDING}
    return (record.state, record.why) if together else (number,)


def _as_one(records: list[StepRecord]) -> StepTold:
    first, last = records[0], records[-1]
    became = "left out" if first.state is StepState.SKIPPED else "not begun"
    why = f": {first.why}" if first.why else ""
    told = f"{counted(len(records), 'step')} {became}{why}"
    return StepTold(step_symbol(first), f"{first.id} to {last.id}", first.state.value, 0.0, told)


def _alone(record: StepRecord) -> StepTold:
    look = record.attention and record.state is StepState.DONE
    word = "done, look at it" if look else record.state.value
    return StepTold(step_symbol(record), record.id, word, record.seconds, record.why)
