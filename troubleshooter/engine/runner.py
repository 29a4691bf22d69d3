"""The only thing that moves a run forward."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.engine.action import Action
from troubleshooter.engine.context import StepContext
from troubleshooter.engine.evidence import EvidenceStore
from troubleshooter.engine.gates import GateOpen, check_choice
from troubleshooter.engine.ownership import Ownership
from troubleshooter.engine.replay import Replay
from troubleshooter.engine.secrets import Secrets
from troubleshooter.errors import Refused, TroubleshooterError
from troubleshooter.model import handover
from troubleshooter.model.event import EventKind
from troubleshooter.model.playbook import END, Playbook
from troubleshooter.model.progress import Moved, SigningIn
from troubleshooter.model.step import StepState
from troubleshooter.redact import Redactor
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.engine.context import Emit
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.playbook import Step
    from troubleshooter.model.run import RunState

ROUNDS = 3
"""How often one step's outcome may lead back before the run stops: no loop without a count."""

_ONCE = 3.0
"""Seconds in which the same line is said once."""


@dataclass(frozen=True, slots=True)
class RunParts:
    """What a run is made of; built by wiring."""

    replay: Replay
    playbook: Playbook
    actions: Mapping[str, Action[[StepContext]]]
    store: EvidenceStore
    redactor: Redactor
    ownership: Ownership
    secrets: Secrets = field(default_factory=lambda: Secrets({}, _nobody))


class Run:
    """One run of one playbook. `emit` may be called from any thread that an action uses."""

    def __init__(self, run_id: str, parts: RunParts) -> None:
        self._parts = parts
        self._lock = threading.RLock()
        self._emit: Emit = _nobody
        self._said: dict[str, float] = {}
        """When a line was said of late."""
        self.id = run_id
        self.playbook = parts.playbook
        self.state = parts.replay.read(run_id)

    def next_step(self) -> Step | None:
        """The first step that is not over, or None when the run has ended."""
        current = self.state.current
        return self.playbook.step(current.id) if current else None

    def run_step(self, step_id: str, emit: Emit, cancel: threading.Event) -> RunState:
        """Run the current step until it is over, asks, or fails. Bugs propagate; failures become state."""
        step = self.playbook.step(step_id)
        current = self.state.current
        if current is None or current.id != step_id:
            raise Refused(
                f"{step.title}: not now.",
                "The steps of a playbook run in order, and this one is not the next.",
                f"Run {current.id} first." if current else "This run has ended; start a new one.",
            )
        self._emit = emit
        self._write([(EventKind.STEP_STARTED, {"step": step_id})])
        self._perform(step, cancel)
        return self.state

    def clean_up(
        self, action: Callable[[StepContext], StepOutcome], emit: Emit, cancel: threading.Event
    ) -> StepOutcome:
        """Take back what was made, outside the order of steps and under the name of the step that does so.

        Failures propagate.
        """
        self._emit = emit
        context = self._context(self._undo_step(), cancel)
        try:
            with context.taking_back():
                return action(context)
        except GateOpen as gate:
            raise Refused(
                f"Nobody answered the gate {gate.question.gate}.",
                gate.question.text,
                "Supply what it wants, or resume the run and answer it there.",
            ) from gate

    def answer(self, gate: str, choice: str, emit: Emit, by: str = "operator", typed: str = "") -> RunState:
        """Answer the open gate. Raises when it is not open, or the choice is not offered or not confirmed."""
        question = self.state.question
        if question is None or question.gate != gate:
            raise Refused(
                f"Nobody asks for {gate}.",
                "The gate is not open: its plan may have changed, or the run moved on.",
                "Look at the run's current question.",
            )
        check_choice(question, choice, typed)
        self._emit = emit
        if question.kept_as:
            self._parts.secrets.put(question.kept_as, choice)
            choice = "supplied"
        data = {"gate": gate, "choice": choice, "plan_hash": question.plan_hash, "by": by}
        if question.about:
            data["about"] = question.about
        self._write([(EventKind.ANSWERED, data)])
        return self.state

    def retry(self, step_id: str, emit: Emit) -> RunState:
        """Put a failed step back to pending, so that it can be run again."""
        self._emit = emit
        self._write([(EventKind.STEPS_RESET, {"steps": [step_id], "why": "to be tried again"})])
        return self.state

    def note(self, text: str) -> None:
        """One line beside the running step, e.g. that the service is being tried again.

        Calls that are made at once meet the same trouble at once: what several say together is said once.
        """
        with self._lock:
            now = time.monotonic()
            self._said = {said: at for said, at in self._said.items() if now - at < _ONCE}
            if text in self._said:
                return
            self._said[text] = now
        current = self.state.current
        self._write([(EventKind.NOTED, {"step": current.id if current else "", "text": text})])

    def sign_in(self, text: str) -> None:
        """Show whoever signs in what to do; it is no event."""
        self._emit_safely(SigningIn(text))

    def close(self) -> None:
        """Let another process own the run."""
        self._parts.ownership.release()

    def _undo_step(self) -> Step:
        """The step that takes back what the run made; the last one where the playbook makes nothing."""
        steps, actions = self.playbook.steps, self._parts.actions
        return next((step for step in reversed(steps) if actions[step.action].takes_back), steps[-1])

    def _context(self, step: Step, cancel: threading.Event) -> StepContext:
        return StepContext(
            step,
            self._parts.actions[step.action],
            self._undo_step(),
            self.playbook,
            lambda: self.state,
            self._write,
            self._emit_safely,
            self._parts.store,
            cancel,
            self._parts.secrets,
        )

    def _perform(self, step: Step, cancel: threading.Event) -> None:
        action = self._parts.actions[step.action]
        started = time.monotonic()

        def seconds() -> float:
            return round(time.monotonic() - started, 3)

        try:
            outcome = action.act(self._context(step, cancel))
            _check_given(step, action, outcome.output)
        except GateOpen as gate:
            question = msgspec.to_builtins(gate.question)
            self._write([(EventKind.ASKED, {"question": question, "seconds": seconds()})])
        except TroubleshooterError as error:
            _check_given(step, action, error.left)
            failed = _failure(step, error, seconds()) | _given(error.left)
            self._write([(EventKind.STEP_FINISHED, failed)])
        else:
            self._write(self._ended(step, outcome, seconds()))

    def _ended(
        self, step: Step, outcome: StepOutcome, seconds: float
    ) -> list[tuple[EventKind, Mapping[str, Any]]]:
        finished = {
            "step": step.id,
            "state": (StepState.SKIPPED if outcome.skipped else StepState.DONE).value,
            "outcome": outcome.outcome,
            "why": outcome.why,
            "attention": outcome.attention,
            "exit_code": int(outcome.exit_code),
            **_given(outcome.output),
            "seconds": seconds,
        }
        leads_to = step.on.get(outcome.outcome)
        if leads_to and self._leads_back(step, leads_to) and self.state.step(step.id).rounds >= ROUNDS:
            return [(EventKind.STEP_FINISHED, _failure(step, _too_often(step, outcome), seconds))]
        moves: list[tuple[EventKind, Mapping[str, Any]]] = [(EventKind.STEP_FINISHED, finished)]
        return moves + self._led(step, leads_to, outcome.why) if leads_to else moves

    def _leads_back(self, step: Step, to: str) -> bool:
        ids = [each.id for each in self.playbook.steps]
        return to != END and ids.index(to) <= ids.index(step.id)

    def _led(self, step: Step, to: str, why: str) -> list[tuple[EventKind, Mapping[str, Any]]]:
        ids = [each.id for each in self.playbook.steps]
        here = ids.index(step.id)
        there = len(ids) if to == END else ids.index(to)
        if not self._leads_back(step, to):
            skipped = ids[here + 1 : there]
            return [(EventKind.STEPS_SKIPPED, {"steps": skipped, "why": why})] if skipped else []
        return [(EventKind.STEPS_RESET, {"steps": ids[there : here + 1], "why": why, "by": step.id})]

    def _write(self, moves: list[tuple[EventKind, Mapping[str, Any]]]) -> None:
        """Append, fold, emit, as one: journal order, state order and screen order are the same."""
        clean = [(kind, self._parts.redactor.json(data)) for kind, data in moves]
        with self._lock:
            states = self._parts.replay.write(self.id, clean)
            for (kind, _), self.state in zip(clean, states, strict=True):
                self._emit(Moved(kind.value, self.state))

    def _emit_safely(self, progress: Any) -> None:
        """What is shown is redacted like what is written: a node's status message is in it."""
        shown = convert(self._parts.redactor.json(msgspec.to_builtins(progress)), type(progress))
        with self._lock:
            self._emit(shown)


def _check_given(step: Step, action: Action[[StepContext]], output: object | None) -> None:
    """What a row does not declare, the check of playbooks knows nothing of."""
    if output is not None and type(output) not in action.gives:
        raise LookupError(f"the action {step.action} does not declare that it gives {type(output).__name__}")


def _given(output: object | None) -> dict[str, Any]:
    if output is None:
        return {}
    return {"gives": type(output).__name__, "output": handover.written(output)}


def _too_often(step: Step, outcome: StepOutcome) -> Refused:
    return Refused(
        f"{step.title}: given up after {ROUNDS} rounds.",
        f"Each ended the same way: {outcome.why}",
        "Find out who or what keeps changing it, then try this step again.",
    )


def _failure(step: Step, error: TroubleshooterError, seconds: float) -> dict[str, Any]:
    return {
        "step": step.id,
        "state": StepState.FAILED.value,
        "outcome": "failed",
        "why": error.what,
        "exit_code": int(error.exit_code),
        "seconds": seconds,
        "error": {
            "what": error.what,
            "why": error.why,
            "do": error.do,
            "exit_code": int(error.exit_code),
        },
    }


def _nobody(_: object) -> None:
    """Nobody listens yet."""
