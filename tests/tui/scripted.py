"""A small run and workbench that follow a script: the surface of the engine's, and no Azure."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from troubleshooter.errors import Interrupted, NotFound
from troubleshooter.model.playbook import Playbook, Step
from troubleshooter.model.run import (
    Answer,
    ChangeState,
    ErrorText,
    Moved,
    RunState,
    StepRecord,
    StepState,
)
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from troubleshooter.model.run import (
        Collecting,
        KeptFile,
        Waiting,
    )
    from troubleshooter.wiring import RunOptions

    Emit = Callable[[Moved | Waiting | Collecting], None]
    Act = Callable[["ScriptedRun", str], None]

TARGET = Target("11111111-2222-3333-4444-555555555555", "rg-render", "contosobatch", "render-pool")


def step(step_id: str, action: str = "pool.survey", changes: str = "nothing") -> Step:
    return Step(
        id=step_id,
        title=f"The step {step_id}",
        why=f"Why {step_id} is there, in one sentence.",
        action=action,
        changes=changes,
        undo="nothing to undo",
        source="https://learn.microsoft.com/azure/batch/",
        explain=f"More about {step_id}.",
    )


def fresh_state(steps: Sequence[Step], **changes: object) -> RunState:
    state = RunState(
        id="7f3a0000",
        target=TARGET,
        playbook="scripted",
        created="2026-11-22T12:00:00Z",
        updated="2026-11-22T12:03:00Z",
        steps=tuple(StepRecord(each.id) for each in steps),
    )
    return replace(state, **changes)  # type: ignore[arg-type]  # the tests name real fields


class ScriptedRun:
    """Each step does what its act says; an act moves the run with `record`, `ask` and `emit`."""

    def __init__(self, steps: Sequence[Step], acts: dict[str, Act], state: RunState | None = None) -> None:
        self.playbook = Playbook("scripted", "Scripted", "For tests.", tuple(steps))
        self.state = state or fresh_state(steps)
        self.acts = acts
        self.emit: Emit = lambda _: None
        self.cancel = threading.Event()
        self.closed = threading.Event()
        self.answered: list[tuple[str, str, str]] = []

    def next_step(self) -> Step | None:
        current = self.state.current
        return self.playbook.step(current.id) if current else None

    def run_step(self, step_id: str, emit: Emit, cancel: threading.Event) -> RunState:
        self.emit, self.cancel = emit, cancel
        self.record(step_id, state=StepState.RUNNING, error=None)
        try:
            self.acts.get(step_id, done)(self, step_id)
        except Interrupted as error:
            self.record(
                step_id, state=StepState.FAILED, error=ErrorText(error.what, error.why, error.do, 130)
            )
        return self.state

    def answer(self, gate: str, choice: str, emit: Emit, by: str = "operator", typed: str = "") -> RunState:
        question = self.state.question
        assert question is not None
        assert gate == question.gate
        self.emit = emit
        self.answered.append((gate, choice, typed))
        answers = {**self.state.answers, gate: Answer(gate, choice, question.plan_hash, by)}
        self.move(replace(self.state, question=None, answers=answers))
        self.record(question.step, state=StepState.PENDING)
        return self.state

    def retry(self, step_id: str, emit: Emit) -> RunState:
        self.emit = emit
        self.record(step_id, state=StepState.PENDING, error=None)
        return self.state

    def close(self) -> None:
        self.closed.set()

    def record(self, step_id: str, **changes: object) -> None:
        records = tuple(
            replace(each, **changes) if each.id == step_id else each  # type: ignore[arg-type]  # as above
            for each in self.state.steps
        )
        self.move(replace(self.state, steps=records))

    def move(self, state: RunState) -> None:
        self.state = state
        self.emit(Moved("moved", state))

    def pause(self, seconds: float) -> None:
        """Wait as an action does: hearing cancel."""
        if self.cancel.wait(seconds):
            raise Interrupted("Cancelled.", "You asked for it.", "Press R to go on.")


def done(run: ScriptedRun, step_id: str) -> None:
    run.record(step_id, state=StepState.DONE, why=f"{step_id} went well", seconds=4.0)


@dataclass
class ScriptedWorkbench:
    """Gives out one run, and remembers what was asked of it."""

    run: ScriptedRun | None = None
    cases: tuple[RunState, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    steps: tuple[Step, ...] = ()

    def runs(self) -> tuple[RunState, ...]:
        return self.cases

    def start(self, target: Target, options: RunOptions, cancel: threading.Event) -> ScriptedRun:
        self.opened.append(f"start {target.pool}")
        return self._given()

    def resume(self, run_id: str, cancel: threading.Event) -> ScriptedRun:
        self.opened.append(f"resume {run_id}")
        return self._given()

    def _given(self) -> ScriptedRun:
        if self.run is None:
            raise NotFound("There is no run.", "The journal is empty.", "Start one.")
        return self.run

    def read(self, run_id: str) -> RunState:
        return next(case for case in self.cases if case.id.startswith(run_id))

    def playbook(self, playbook_id: str) -> Playbook:
        return Playbook(playbook_id, "Scripted", "For tests.", self.steps)

    def cleanup(self, run_id: str, emit: Emit, cancel: threading.Event) -> RunState:
        state = self.read(run_id)
        for index, change in enumerate(state.changes):
            gone = replace(change, state=ChangeState.REMOVED)
            state = replace(state, changes=(*state.changes[:index], gone, *state.changes[index + 1 :]))
            emit(Moved("change-removed", state))
        self.cases = tuple(state if case.id == state.id else case for case in self.cases)
        return state

    def evidence(self, run_id: str, kept: KeptFile) -> bytes:
        return self.files[kept.name]

    def delete(self, run_id: str) -> None:
        self.deleted.append(run_id)
        self.cases = tuple(case for case in self.cases if case.id != run_id)
