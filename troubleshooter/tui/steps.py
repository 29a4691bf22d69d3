"""How a step of a run looks in a list, narrow or wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.model.run import StepState

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState, StepRecord


class StepRow(NamedTuple):
    record: StepRecord
    name: str


def rows(state: RunState) -> tuple[StepRow, ...]:
    """The steps in order; names come from their ids, which are shorter than titles."""
    return tuple(StepRow(record, short_name(record.id)) for record in state.steps)


def short_name(step_id: str) -> str:
    words = step_id.replace("-", " ")
    return words[:1].upper() + words[1:]


def tone(record: StepRecord) -> str:
    """The colour of a step's symbol; the symbol itself says the same."""
    match record.state:
        case StepState.DONE:
            return "$warning" if record.attention else "$success"
        case StepState.RUNNING:
            return "$accent bold"
        case StepState.ASKING:
            return "$warning bold"
        case StepState.FAILED:
            return "$error bold"
        case _:
            return "$quiet"
