"""Drives a run without a screen: step after step, each gate answered by the policy or by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshooter.errors import Refused, UsageProblem
from troubleshooter.model.run import StepState

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from troubleshooter.engine.context import Emit
    from troubleshooter.engine.runner import Run
    from troubleshooter.model.run import Question, RunState

GATES = (
    "plan",
    "route",
    "allow-from",
    "identity",
    "fix",
    "outside-fix",
    "apply",
    "clean-up",
    "waive",
    "jobs",
)

YES = {
    "plan": "approve",
    "route": "debug-pool",
    "fix": "1",
    "outside-fix": "skip",
    "apply": "print",
    "clean-up": "remove",
}
"""What --yes answers: nothing destructive beyond what the run itself created."""

_NOT_YET = {("apply", "pool"), ("route", "in-place")}


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """Answers given beforehand: by name, and by --yes."""

    answers: Mapping[str, str] = field(default_factory=dict)
    """Gate to choice; the fields that are waived are lines of one text."""
    yes: bool = False
    confirm: str = ""
    """A name typed beforehand (--confirm)."""

    def __post_init__(self) -> None:
        for gate, choice in self.answers.items():
            _check_gate(gate, choice)

    @classmethod
    def for_run(
        cls, state: RunState, answers: Mapping[str, str], *, yes: bool, confirm: str = ""
    ) -> AnswerPolicy:
        """The answers given now, over those that the run was started with."""
        return cls({**state.options.get("answers", {}), **answers}, yes, confirm)

    def answer(self, question: Question) -> tuple[str, str] | None:
        """Choice and who gave it, or None when nobody did."""
        if question.gate == "waive":
            waived = question.about in self.answers.get("waive", "").split("\n")
            return (question.about, "option") if waived else None
        if question.gate in self.answers:
            return self.answers[question.gate], "option"
        if self.yes and question.gate in YES:
            return YES[question.gate], "yes"
        if question.gate == "identity":
            return "none", "nobody"
        return None

    def typed(self, question: Question) -> str:
        """The name that a destructive choice wants typed. --yes covers what this run created itself."""
        if self.yes and question.gate == "clean-up":
            return question.confirm
        return self.confirm


def _check_gate(gate: str, choice: str) -> None:
    if gate not in GATES:
        raise UsageProblem(
            f"There is no gate {gate}.",
            f"The gates are {', '.join(GATES)}.",
            "Name one of them: --answer GATE=CHOICE",
        )
    if (gate, choice) in _NOT_YET:
        raise Refused(
            f"{gate}={choice} is not available.",
            "This version never changes the original pool; it proves the fix on a pool beside it.",
            "Leave it out: the run prints what to apply, and how.",
        )


def drive(
    run: Run,
    policy: AnswerPolicy,
    emit: Emit,
    cancel: threading.Event,
    until: str | None = None,
    before_answer: Callable[[str, str], None] | None = None,
) -> RunState:
    """Run to the end, to `until`, to a failure, or to a gate that nobody answers (state.question is set)."""
    while (step := run.next_step()) is not None:
        state = run.run_step(step.id, emit, cancel)
        record = state.step(step.id)
        if record.state is StepState.FAILED:
            break
        if state.question is not None:
            given = policy.answer(state.question)
            if given is None:
                break
            if before_answer:
                before_answer(state.question.gate, given[0])
            typed = policy.typed(state.question)
            run.answer(state.question.gate, given[0], emit, by=given[1], typed=typed)
        elif step.id == until:
            break
    return run.state
