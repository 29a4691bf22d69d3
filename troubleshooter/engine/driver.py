"""Drives a run without a screen: step after step, each gate answered by the policy or by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshooter.errors import UsageProblem
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

_DESTROYS = frozenset({"route", "apply"})
"""Gates whose consent, given beforehand, holds for one plan: a pool that changed is asked about again."""


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """Answers given beforehand: by name, and by --yes."""

    answers: Mapping[str, str] = field(default_factory=dict)
    """Gate to choice; the fields that are waived are lines of one text."""
    yes: bool = False
    confirm: str = ""
    """A name typed beforehand (--confirm)."""
    fresh: Mapping[str, str] | None = None
    """Of the answers those given now, not when the run was started; None where all are."""

    def __post_init__(self) -> None:
        for gate in self.answers:
            _check_gate(gate)

    @classmethod
    def for_run(
        cls, state: RunState, answers: Mapping[str, str], *, yes: bool, confirm: str = ""
    ) -> AnswerPolicy:
        """The answers given now, over those that the run was started with."""
        return cls({**state.options.get("answers", {}), **answers}, yes, confirm, answers)

    def answer(self, question: Question) -> tuple[str, str] | None:
        """Choice and who gave it, or None when nobody did."""
        if question.gate == "waive":
            waived = question.about in self.answers.get("waive", "").split("\n")
            return (question.about, "option") if waived else None
        if question.gate in self.answers:
            return _offered(question, self.answers[question.gate]), "option"
        if self.yes and question.gate in YES:
            return YES[question.gate], "yes"
        if question.gate == "identity":
            return "none", "nobody"
        return None

    def renews(self, gate: str) -> bool:
        """Whether consent was given now, for whatever the plan is by now."""
        return gate in (self.answers if self.fresh is None else self.fresh)

    def typed(self, question: Question) -> str:
        """The name that a destructive choice wants typed. --yes covers what this run created itself."""
        if self.yes and question.gate == "clean-up":
            return question.confirm
        return self.confirm


def _check_gate(gate: str) -> None:
    if gate not in GATES:
        raise UsageProblem(
            f"There is no gate {gate}.",
            f"The gates are {', '.join(GATES)}.",
            "Name one of them: --answer GATE=CHOICE",
        )


def _offered(question: Question, choice: str) -> str:
    """Without a proof nothing is applied: then what to change is printed."""
    unproven = question.gate == "apply" and choice not in {each.value for each in question.choices}
    return "print" if unproven else choice


def _void(state: RunState, question: Question, choice: str) -> bool:
    """Whether this would destroy something on the strength of consent to an earlier plan."""
    earlier = state.answers.get(question.key)
    destroys = any(each.value == choice and each.destructive for each in question.choices)
    changed = earlier is not None and earlier.plan_hash != question.plan_hash
    return question.gate in _DESTROYS and destroys and changed


def drive(
    run: Run,
    policy: AnswerPolicy,
    emit: Emit,
    cancel: threading.Event,
    until: str | None = None,
    before_answer: Callable[[Question, str], str | None] | None = None,
) -> RunState:
    """Run to the end, to `until`, to a failure, or to a gate that nobody answers (state.question is set).

    `before_answer` may do something about a gate before its answer is recorded, and says what it did.
    """
    given_here: set[str] = set()
    while (step := run.next_step()) is not None:
        state = run.run_step(step.id, emit, cancel)
        record = state.step(step.id)
        if record.state is StepState.FAILED:
            break
        if state.question is not None:
            given = policy.answer(state.question)
            if given is None:
                break
            gate = state.question.gate
            if _void(state, state.question, given[0]) and (gate in given_here or not policy.renews(gate)):
                break
            given_here.add(gate)
            if before_answer and (done := before_answer(state.question, given[0])):
                run.note(done)
            typed = policy.typed(state.question)
            run.answer(state.question.gate, given[0], emit, by=given[1], typed=typed)
        elif step.id == until:
            break
    return run.state
