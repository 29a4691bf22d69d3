"""The state of a run is a fold over its events: the same whoever replays them."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.engine.changes import Changes
from troubleshooter.engine.kept_files import KeptFiles
from troubleshooter.engine.pins import Pins
from troubleshooter.model import handover, host_key
from troubleshooter.model.change import ORIGINAL, POOL, Verb
from troubleshooter.model.event import (
    Answered,
    Asked,
    Changed,
    Diagnosed,
    FileKept,
    HostKeySeen,
    NodeTaken,
    Noted,
    RunCreated,
    StepFinished,
    StepsReset,
    StepsSkipped,
    StepStarted,
    Verified,
)
from troubleshooter.model.handover import Collected, Made
from troubleshooter.model.run import Answer, KeptFile, Note, RunState, answer_key
from troubleshooter.model.step import StepRecord, StepState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from troubleshooter.model.event import Event
    from troubleshooter.model.run import (
        Question,
    )

_NOTES_SHOWN = 500
"""How many of the newest notes a state carries; the journal keeps all."""


def fold(events: Iterable[Event]) -> RunState:
    """Replay a run from its first event. Raises ValueError for an empty or headless journal."""
    folded = Fold()
    for event in events:
        folded.add(event)
    return folded.state


class Fold:
    """A run as far as its events were taken in. What comes often costs the same, however much came before."""

    def __init__(self) -> None:
        self.seq = 0
        """Of the last event taken in."""
        self._run: RunState | None = None
        """Without what stands in the parts beside it."""
        self._updated = ""
        self._changes = Changes()
        self._files = KeptFiles(())
        self._pins = Pins()
        self._notes: deque[Note] = deque(maxlen=_NOTES_SHOWN)
        self._whole: RunState | None = None
        """Put together when it is asked for."""

    def add(self, event: Event) -> None:
        """Take in one more event. Raises ValueError for one that this run cannot have."""
        body = event.body
        if self._run is None:
            self._run = _created(event)
            self._files = KeptFiles([record.id for record in self._run.steps])
        elif isinstance(body, Changed):
            act = self._changes.add(event.kind, body, event.at)
            if act is not None and act.kind in {POOL, ORIGINAL} and act.verb is Verb.CREATED:
                self._pins.made_anew(act.id)
        elif isinstance(body, HostKeySeen):
            self._pins.seen(body.pool, body.node, body.fingerprint)
        elif isinstance(body, NodeTaken):
            self._run = replace(self._run, taken=(*self._run.taken, f"{body.pool}/{body.node}"))
            self._pins.replaced(body.pool, body.node)
        elif isinstance(body, FileKept):
            self._files.add(KeptFile(**msgspec.structs.asdict(body)))
        elif isinstance(body, Noted):
            self._notes.append(Note(event.at, body.step, body.text))
        else:
            self._run = _moved(self._run, event)
            if isinstance(body, StepFinished):
                self._pin_as_of_old(self._run, body.step)
        self.seq, self._updated, self._whole = event.seq, event.at, None

    def _pin_as_of_old(self, run: RunState, step: str) -> None:
        """Earlier versions kept host keys as what collecting left, and with that they were lost."""
        left, made = run.step(step).output, run.of(Made)
        if isinstance(left, Collected) and made is not None:
            for node, line in left.host_keys.items():
                if pin := host_key.of_line(line):
                    self._pins.seen(made.pool, node, pin)

    @property
    def state(self) -> RunState:
        """The run as it stands. Raises ValueError where no event was taken in."""
        if self._run is None:
            raise ValueError("a run without events")
        if self._whole is None:
            self._whole = replace(
                self._run,
                updated=self._updated,
                changes=self._changes.all,
                acts=self._changes.acts,
                notes=tuple(self._notes),
                files=self._files.all,
                host_keys=self._pins.all,
            )
        return self._whole


def _created(event: Event) -> RunState:
    body = event.body
    if not isinstance(body, RunCreated):
        raise ValueError(f"a run does not start with {event.kind}")  # noqa: TRY004 - it is the journal that is wrong
    return RunState(
        id=event.run,
        target=body.target,
        playbook=body.playbook,
        created=event.at,
        updated=event.at,
        steps=tuple(StepRecord(step) for step in body.steps),
        options=body.options,
    )


def _moved(state: RunState, event: Event) -> RunState:
    move = _MOVES.get(type(event.body))
    if move is None:
        raise ValueError(f"{event.kind} stands in the middle of a run")
    return move(state, event.body, event.at)


def _started(state: RunState, body: StepStarted, at: str) -> RunState:
    _known(state, body.step)
    return _with_step(state, body.step, question=None, state=StepState.RUNNING, started=at, error=None)


def _known(state: RunState, step: str) -> StepRecord:
    found = next((record for record in state.steps if record.id == step), None)
    if found is None:
        raise ValueError(f"the run has no step {step}")
    return found


def _with_step(run: RunState, step_id: str, /, *, question: Question | None, **fields: Any) -> RunState:
    steps = tuple(replace(record, **fields) if record.id == step_id else record for record in run.steps)
    return replace(run, steps=steps, question=question)


def _finished(state: RunState, body: StepFinished, _: str) -> RunState:
    return _with_step(
        state,
        body.step,
        question=None,
        state=body.state,
        seconds=round(_known(state, body.step).seconds + body.seconds, 3),
        why=body.why,
        attention=body.attention,
        exit_code=int(body.exit_code),
        output=_output(body),
        error=body.error,
    )


def _output(body: StepFinished) -> object | None:
    name = body.gives or handover.kind_of_old(body.output)
    if not name:
        return None
    if name not in handover.KINDS:
        raise ValueError(f"step {body.step} left a {name}, which this version does not know")
    try:
        return handover.read(handover.KINDS[name], body.output)
    except msgspec.ValidationError as error:
        raise ValueError(f"what step {body.step} left does not fit: {error}") from error


def _skipped(state: RunState, body: StepsSkipped, _: str) -> RunState:
    return _set_all(state, body.steps, body.why, StepState.SKIPPED)


def _reset(state: RunState, body: StepsReset, _: str) -> RunState:
    """Back to pending. Time spent is not forgotten, nor how often an outcome has led back."""
    back = _set_all(state, body.steps, body.why, StepState.PENDING)
    steps = tuple(
        replace(record, rounds=record.rounds + 1) if record.id == body.by else record for record in back.steps
    )
    return replace(back, steps=steps)


def _set_all(state: RunState, chosen: Collection[str], why: str, to: StepState) -> RunState:
    steps = tuple(
        StepRecord(record.id, state=to, why=why, seconds=record.seconds, rounds=record.rounds)
        if record.id in chosen
        else record
        for record in state.steps
    )
    return replace(state, steps=steps, question=None)


def _asked(state: RunState, body: Asked, _: str) -> RunState:
    question = body.question
    seconds = round(_known(state, question.step).seconds + body.seconds, 3)
    return _with_step(state, question.step, question=question, state=StepState.ASKING, seconds=seconds)


def _answered(state: RunState, body: Answered, _: str) -> RunState:
    answer = Answer(**msgspec.structs.asdict(body))
    key = answer_key(answer.gate, answer.about)
    return replace(state, answers={**state.answers, key: answer}, question=None)


def _diagnosed(state: RunState, body: Diagnosed, _: str) -> RunState:
    if body.likely:
        return replace(state, likely=body.diagnosis)
    return replace(state, diagnosis=body.diagnosis, diagnosed=True)


def _verified(state: RunState, body: Verified, _: str) -> RunState:
    return replace(state, verified=body.verified, not_verified_because=body.because)


_MOVES: Mapping[type, Callable[[RunState, Any, str], RunState]] = MappingProxyType(
    {
        StepStarted: _started,
        StepFinished: _finished,
        StepsSkipped: _skipped,
        StepsReset: _reset,
        Asked: _asked,
        Answered: _answered,
        Diagnosed: _diagnosed,
        Verified: _verified,
    }
)
