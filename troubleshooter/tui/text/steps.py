"""How a step of a run looks in a list, narrow or wide."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.model.change import ORIGINAL
from troubleshooter.model.step import StepState
from troubleshooter.tui.widgets.remarks import Remark

if TYPE_CHECKING:
    from troubleshooter.model.playbook import Step
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import StepRecord

_PUT_BACK = "troubleshooter runs restore RUN --confirm POOL"


class StepRow(NamedTuple):
    record: StepRecord
    name: str


def rows(state: RunState) -> tuple[StepRow, ...]:
    """The steps in order; names come from their ids, which are shorter than titles."""
    return tuple(StepRow(record, short_name(record.id)) for record in state.steps)


def looked_at(state: RunState, selected: str | None) -> StepRecord:
    """The step chosen, else the one under way, else the last that did something."""
    if selected is not None:
        return state.step(selected)
    ended = [record for record in state.steps if record.state is not StepState.SKIPPED]
    return state.current or (ended or state.steps)[-1]


def beside(state: RunState, step_id: str, by: int) -> str:
    """The step so many before or after this one, or the outermost."""
    ids = [each.id for each in state.steps]
    return ids[max(0, min(len(ids) - 1, ids.index(step_id) + by))]


_NAMES = {
    "wait-for-idle": "Wait for nodes",
    "verify": "Prove the fix",
    "verify-all": "Prove at full size",
    "apply": "Apply the fix",
    "apply-all": "Bring back to size",
}
"""Where the id alone would not tell."""


def short_name(step_id: str) -> str:
    if step_id in _NAMES:
        return _NAMES[step_id]
    words = step_id.replace("-", " ")
    return words[:1].upper() + words[1:]


def filled(text: str, state: RunState) -> str:
    """A playbook's words for a run: RUN and POOL are its id and its pool's."""
    return re.sub(r"\bRUN\b|\bPOOL\b", lambda hit: {"RUN": state.id}.get(hit[0], state.target.pool), text)


def plan(step: Step, state: RunState) -> tuple[Remark, ...]:
    """What a step changes and how to take that back, as the command to type."""
    back = _PUT_BACK if any(each.kind == ORIGINAL for each in state.open_changes) else step.undo
    changes = Remark("changes  ", step.changes)
    return (changes, Remark("undo     ", filled(back, state))) if step.mutates else (changes,)


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
