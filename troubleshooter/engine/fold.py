"""The state of a run is a fold over its events: pure, and the same whoever replays them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.model.event import Event, EventKind
from troubleshooter.model.finding import Diagnosis
from troubleshooter.model.run import (
    Answer,
    Change,
    ChangeState,
    ErrorText,
    KeptFile,
    Note,
    Question,
    RunState,
    StepRecord,
    StepState,
)
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NOTES_SHOWN = 500
"""How many of the newest notes a state carries; the journal keeps all."""

_CHANGE_STATES = {
    EventKind.CHANGE_INTENDED: ChangeState.INTENDED,
    EventKind.CHANGE_MADE: ChangeState.MADE,
    EventKind.CHANGE_REMOVING: ChangeState.REMOVING,
    EventKind.CHANGE_REMOVED: ChangeState.REMOVED,
    EventKind.CHANGE_NEVER_MADE: ChangeState.NEVER_MADE,
}


def fold(events: Iterable[Event]) -> RunState:
    """Replay a run from its first event. Raises ValueError for an empty or headless journal."""
    state: RunState | None = None
    for event in events:
        state = advance(state, event)
    if state is None:
        raise ValueError("a run without events")
    return state


def advance(state: RunState | None, event: Event) -> RunState:
    """The state after one more event."""
    if state is None:
        if event.kind is not EventKind.RUN_CREATED:
            raise ValueError(f"a run that starts with {event.kind}")
        return _created(event)
    moved = _moved(state, event)
    return replace(moved, updated=event.at)


def _created(event: Event) -> RunState:
    data = event.data
    return RunState(
        id=event.run,
        target=Target(**data["target"]),
        playbook=data["playbook"],
        created=event.at,
        updated=event.at,
        steps=tuple(StepRecord(step) for step in data["steps"]),
        options=data.get("options", {}),
    )


def _moved(state: RunState, event: Event) -> RunState:
    data = event.data
    match event.kind:
        case EventKind.STEP_STARTED:
            return _with_step(
                state, data["step"], state=StepState.RUNNING, started=event.at, error=None, question=None
            )
        case EventKind.STEP_FINISHED:
            return _finished(state, data)
        case EventKind.STEPS_SKIPPED:
            return _set_all(state, data, StepState.SKIPPED)
        case EventKind.STEPS_RESET:
            return _set_all(state, data, StepState.PENDING)
        case EventKind.ASKED:
            return _asked(state, data)
        case EventKind.ANSWERED:
            return _answered(state, data)
        case EventKind.NOTED:
            note = Note(event.at, data["step"], data["text"])
            return replace(state, notes=(*state.notes, note)[-_NOTES_SHOWN:])
        case EventKind.FILE_KEPT:
            return _kept(state, msgspec.convert(data, KeptFile))
        case EventKind.DIAGNOSED:
            return replace(state, diagnosis=msgspec.convert(data["diagnosis"], Diagnosis), diagnosed=True)
        case EventKind.VERIFIED:
            return replace(state, verified=data["verified"], not_verified_because=data["because"])
        case kind if kind in _CHANGE_STATES:
            return _changed(state, data, _CHANGE_STATES[kind])
        case _:
            return state


def _with_step(state: RunState, step_id: str, *, question: Question | None, **fields: Any) -> RunState:
    steps = tuple(replace(record, **fields) if record.id == step_id else record for record in state.steps)
    return replace(state, steps=steps, question=question)


def _finished(state: RunState, data: Mapping[str, Any]) -> RunState:
    error = data.get("error")
    before = state.step(data["step"])
    return _with_step(
        state,
        data["step"],
        question=None,
        state=StepState(data["state"]),
        seconds=round(before.seconds + data["seconds"], 3),
        why=data["why"],
        attention=data.get("attention", False),
        exit_code=data.get("exit_code", 0),
        output=data.get("output", {}),
        error=ErrorText(**error) if error else None,
    )


def _set_all(state: RunState, data: Mapping[str, Any], to: StepState) -> RunState:
    chosen = set(data["steps"])
    steps = tuple(
        StepRecord(record.id, state=to, why=data["why"]) if record.id in chosen else record
        for record in state.steps
    )
    return replace(state, steps=steps, question=None)


def _asked(state: RunState, data: Mapping[str, Any]) -> RunState:
    question = msgspec.convert(data["question"], Question)
    seconds = round(state.step(question.step).seconds + data["seconds"], 3)
    return _with_step(state, question.step, question=question, state=StepState.ASKING, seconds=seconds)


def _answered(state: RunState, data: Mapping[str, Any]) -> RunState:
    answer = Answer(**data)
    return replace(state, answers={**state.answers, answer.gate: answer}, question=None)


def _kept(state: RunState, kept: KeptFile) -> RunState:
    others = tuple(file for file in state.files if (file.node, file.name) != (kept.node, kept.name))
    return replace(state, files=(*others, kept))


def _changed(state: RunState, data: Mapping[str, Any], to: ChangeState) -> RunState:
    key = (data["kind"], data["id"])
    known = next((change for change in state.changes if (change.kind, change.id) == key), None)
    if known is None:
        return replace(state, changes=(*state.changes, Change(*key, to, data.get("detail", {}))))
    detail = {**known.detail, **data.get("detail", {})}
    changes = tuple(
        Change(*key, to, detail) if (change.kind, change.id) == key else change for change in state.changes
    )
    return replace(state, changes=changes)
