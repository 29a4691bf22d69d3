"""The state of a run is a fold over its events: pure, and the same whoever replays them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.model.change import (
    DELETED,
    DELETING,
    FINAL,
    JOB,
    JOB_SCHEDULE,
    NODES,
    ORIGINAL,
    STAGE,
    TASKS,
    Act,
    Change,
    ChangeState,
    Verb,
)
from troubleshooter.model.event import EventKind
from troubleshooter.model.finding import Diagnosis
from troubleshooter.model.run import (
    Answer,
    ErrorText,
    KeptFile,
    Note,
    Question,
    RunState,
    StepRecord,
    StepState,
    answer_key,
)
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.model.event import Event

_NOTES_SHOWN = 500
"""How many of the newest notes a state carries; the journal keeps all."""

_CHANGE_STATES = {
    EventKind.CHANGE_INTENDED: ChangeState.INTENDED,
    EventKind.CHANGE_MADE: ChangeState.MADE,
    EventKind.CHANGE_REMOVING: ChangeState.REMOVING,
    EventKind.CHANGE_REMOVED: ChangeState.REMOVED,
    EventKind.CHANGE_NEVER_MADE: ChangeState.NEVER_MADE,
    EventKind.CHANGE_UNKNOWN: ChangeState.UNKNOWN,
    EventKind.CHANGE_CLOSED: ChangeState.CLOSED,
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
    if event.kind in _CHANGE_STATES:
        return _changed(state, event)
    return _MOVES[event.kind](state, event)


def _started(state: RunState, event: Event) -> RunState:
    step = event.data["step"]
    return _with_step(state, step, question=None, state=StepState.RUNNING, started=event.at, error=None)


def _with_step(run: RunState, step_id: str, /, *, question: Question | None, **fields: Any) -> RunState:
    steps = tuple(replace(record, **fields) if record.id == step_id else record for record in run.steps)
    return replace(run, steps=steps, question=question)


def _finished(state: RunState, event: Event) -> RunState:
    data = event.data
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


def _skipped(state: RunState, event: Event) -> RunState:
    return _set_all(state, event.data, StepState.SKIPPED)


def _reset(state: RunState, event: Event) -> RunState:
    """Back to pending. Time spent is not forgotten, nor how often an outcome has led back."""
    back = _set_all(state, event.data, StepState.PENDING)
    by = event.data.get("by")
    steps = tuple(
        replace(record, rounds=record.rounds + 1) if record.id == by else record for record in back.steps
    )
    return replace(back, steps=steps)


def _set_all(state: RunState, data: Mapping[str, Any], to: StepState) -> RunState:
    chosen = set(data["steps"])
    steps = tuple(
        StepRecord(record.id, state=to, why=data["why"], seconds=record.seconds, rounds=record.rounds)
        if record.id in chosen
        else record
        for record in state.steps
    )
    return replace(state, steps=steps, question=None)


def _asked(state: RunState, event: Event) -> RunState:
    question = msgspec.convert(event.data["question"], Question)
    seconds = round(state.step(question.step).seconds + event.data["seconds"], 3)
    return _with_step(state, question.step, question=question, state=StepState.ASKING, seconds=seconds)


def _answered(state: RunState, event: Event) -> RunState:
    answer = Answer(**event.data)
    key = answer_key(answer.gate, answer.about)
    return replace(state, answers={**state.answers, key: answer}, question=None)


def _noted(state: RunState, event: Event) -> RunState:
    note = Note(event.at, event.data["step"], event.data["text"])
    return replace(state, notes=(*state.notes, note)[-_NOTES_SHOWN:])


def _diagnosed(state: RunState, event: Event) -> RunState:
    diagnosis = msgspec.convert(event.data["diagnosis"], Diagnosis)
    if event.data.get("likely"):
        return replace(state, likely=diagnosis)
    return replace(state, diagnosis=diagnosis, diagnosed=True)


def _verified(state: RunState, event: Event) -> RunState:
    return replace(state, verified=event.data["verified"], not_verified_because=event.data["because"])


def _kept(state: RunState, event: Event) -> RunState:
    """By step, then by node: threads bring them home in any order, and what is concluded must not follow it.

    Nodes of different steps may be of different pools, and chance is in the ids of some.
    """
    steps = [record.id for record in state.steps]

    def place(file: KeptFile) -> tuple[int, str]:
        return (steps.index(file.step) if file.step in steps else -1, file.node)

    kept = msgspec.convert(event.data, KeptFile)
    others = tuple(file for file in state.files if (file.node, file.name) != (kept.node, kept.name))
    at = bisect_right(others, place(kept), key=place)
    return replace(state, files=(*others[:at], kept, *others[at:]))


def _changed(state: RunState, event: Event) -> RunState:
    to, data = _CHANGE_STATES[event.kind], event.data
    key = (data["kind"], data["id"])
    known = next((change for change in state.changes if (change.kind, change.id) == key), None)
    intended = to is ChangeState.INTENDED
    begins = known is None or not known.open
    first_unknown = to is ChangeState.UNKNOWN and known is not None and known.state is not to
    change = Change(
        *key,
        to,
        _detail({} if known is None else known.detail, data, to),
        seen=to is ChangeState.MADE or (known is not None and known.seen and not (intended and begins)),
        tried=known.tried if known is not None and not (intended or first_unknown) else event.at,
        moved=event.at,
    )
    verb = _verb(known, change)
    acts = (*state.acts, Act(*key, verb, event.at, _how(verb, change))) if verb else state.acts
    if known is None:
        return replace(state, changes=(*state.changes, change), acts=acts)
    changes = tuple(change if (each.kind, each.id) == key else each for each in state.changes)
    return replace(state, changes=changes, acts=acts)


def _verb(before: Change | None, now: Change) -> Verb | None:
    """What was done, if this event tells that something was: an intent alone is no act."""
    was_gone = before is not None and bool(before.detail.get(DELETED))
    if now.kind == ORIGINAL and now.state is ChangeState.INTENDED:
        return Verb.REMOVED if now.detail.get(DELETED) and not was_gone else None
    if now.state is ChangeState.MADE:
        if before is not None and before.state is ChangeState.MADE:
            grown = before.detail.get(NODES) != now.detail.get(NODES)
            return Verb.RESIZED if grown else None
        if now.kind == ORIGINAL:
            return Verb.CREATED if was_gone else None
        return Verb.DISABLED if now.kind in {JOB, JOB_SCHEDULE} else Verb.CREATED
    return _ended(before, now)


def _ended(before: Change | None, now: Change) -> Verb | None:
    if now.state is ChangeState.CLOSED:
        return Verb.CLOSED
    if now.state is not ChangeState.REMOVED or before is None or not before.open:
        return None
    if now.kind == ORIGINAL:
        return Verb.SETTLED
    if not now.seen:
        return None
    return Verb.ENABLED if now.kind in {JOB, JOB_SCHEDULE} else Verb.REMOVED


def _how(verb: Verb | None, change: Change) -> str:
    nodes = change.detail.get(NODES)
    size = f"{nodes} node{'s' * (nodes != 1)}" if nodes else ""
    words = {
        Verb.CREATED: (change.detail.get(STAGE), size),
        Verb.RESIZED: (size,),
        Verb.SETTLED: (change.detail.get(STAGE),),
        Verb.DISABLED: (change.detail.get(TASKS),),
    }
    return ", ".join(str(word) for word in words.get(verb, ()) if word) if verb else ""


def _detail(before: Mapping[str, Any], data: Mapping[str, Any], to: ChangeState) -> Mapping[str, Any]:
    """What is known of a change. That the original is away ends with whatever stands under its id again."""
    said: Mapping[str, Any] = data.get("detail", {})
    if to is ChangeState.INTENDED:
        return {**before, **_told_of_old(data["kind"], said)}
    gone = {DELETING, DELETED} if to is not ChangeState.REMOVING else set()
    return {**{key: value for key, value in before.items() if key not in gone}, **said}


def _told_of_old(kind: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first journals did not say that the original was going to be deleted: their intent meant it."""
    if kind != ORIGINAL or DELETING in said or DELETED in said or said.get("stage") == FINAL:
        return said
    return {**said, DELETING: True}


_MOVES = {
    EventKind.STEP_STARTED: _started,
    EventKind.STEP_FINISHED: _finished,
    EventKind.STEPS_SKIPPED: _skipped,
    EventKind.STEPS_RESET: _reset,
    EventKind.ASKED: _asked,
    EventKind.ANSWERED: _answered,
    EventKind.NOTED: _noted,
    EventKind.FILE_KEPT: _kept,
    EventKind.DIAGNOSED: _diagnosed,
    EventKind.VERIFIED: _verified,
}
