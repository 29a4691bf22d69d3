"""Drives a run without a screen: step after step, each gate answered by the policy or by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshooter.engine.gates import FORMS, Gate
from troubleshooter.errors import Refused, UsageProblem
from troubleshooter.model.step import StepState

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from troubleshooter.engine.context import Emit
    from troubleshooter.engine.runner import Run
    from troubleshooter.model.run import Question, RunState

ANSWERS = 10
"""How often one gate is answered while what it is about keeps changing: no loop without a count."""


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """Answers given beforehand: by name, and by --yes."""

    gates: Mapping[str, Gate]
    """By name, those that may be asked."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Gate to choice; where each thing is asked for itself, the things are lines of one text."""
    yes: bool = False
    confirm: str = ""
    """A name typed beforehand (--confirm)."""
    fresh: Mapping[str, str] | None = None
    """Of the answers those given now, not when the run was started; None where all are."""

    def __post_init__(self) -> None:
        for gate in self.answers:
            self._check(gate)
        for gate, choice in (self.answers if self.fresh is None else self.fresh).items():
            _check_choice(self.gates[gate], choice)

    @classmethod
    def for_run(
        cls,
        gates: Mapping[str, Gate],
        state: RunState,
        answers: Mapping[str, str],
        *,
        yes: bool,
        confirm: str = "",
    ) -> AnswerPolicy:
        """The answers given now, over those that the run was started with."""
        return cls(gates, {**state.options.get("answers", {}), **answers}, yes, confirm, answers)

    def answer(self, question: Question) -> tuple[str, str] | None:
        """Choice and who gave it, or None when nobody did."""
        gate = self.gates[question.gate]
        if gate.one_by_one:
            given = question.about in self.answers.get(gate.name, "").split("\n")
            return (question.about, "option") if given else None
        if gate.name in self.answers:
            choice = _offered(gate, question, self.answers[gate.name])
            spent = question.gave_up and choice not in {each.value for each in question.choices}
            return None if spent else (choice, "option")
        if self.yes and gate.yes and not question.gave_up:
            return gate.yes, "yes"
        return (gate.nobody, "nobody") if gate.nobody else None

    def void(self, state: RunState, question: Question, choice: str) -> bool:
        """Whether this would destroy something on the strength of consent to an earlier plan."""
        earlier = state.answers.get(question.key)
        destroys = any(each.value == choice and each.destructive for each in question.choices)
        changed = earlier is not None and earlier.plan_hash != question.plan_hash
        return self.gates[question.gate].destroys and destroys and changed

    def renews(self, gate: str) -> bool:
        """Whether consent was given now, for whatever the plan is by now."""
        return gate in (self.answers if self.fresh is None else self.fresh)

    def typed(self, question: Question) -> str:
        """The name that a destructive choice wants typed. --yes covers what this run created itself."""
        if self.yes and self.gates[question.gate].yes_confirms:
            return question.confirm
        return self.confirm

    def _check(self, name: str) -> None:
        known = [gate.name for gate in self.gates.values() if not gate.secret]
        if name not in known:
            raise UsageProblem(
                f"There is no gate {name}.",
                f"The gates are {', '.join(known)}.",
                "Name one of them: --answer GATE=CHOICE",
            )


def _check_choice(gate: Gate, choice: str) -> None:
    """Before anything is done, also of a gate that may never be asked: a slip of the pen is nobody's wish."""
    each = choice.split("\n") if gate.one_by_one else [choice]
    wrong = [] if gate.otherwise else [one for one in each if not gate.allows(one)]
    if wrong:
        values = [value for value, _ in gate.offers]
        raise UsageProblem(
            f"{gate.name}={wrong[0]} is not a choice.",
            f"The gate offers {', '.join(values)}.",
            f"Answer with one of them, e.g. --answer {gate.name}={values[0]}",
        )
    offered = {value for value, _ in gate.offers if not value.isupper()}
    for one in each:
        if gate.form and one not in offered and (why := FORMS[gate.form](one)):
            raise UsageProblem(f"{gate.name}={one} cannot be used.", why, _what_would_do(gate))


def _what_would_do(gate: Gate) -> str:
    said = "; ".join(f"{value}: {follows}" for value, follows in gate.offers)
    return f"Give one of these. {said}"


def _offered(gate: Gate, question: Question, choice: str) -> str:
    offered = {each.value for each in question.choices}
    return gate.otherwise if gate.otherwise and choice not in offered else choice


def _count(times: Counter[str], asked: str, gate: str) -> None:
    """Refuse to answer for ever: a person would have stopped to ask what goes on."""
    times[asked] += 1
    if times[asked] > ANSWERS:
        raise Refused(
            f"The gate {gate} was asked {times[asked]} times over.",
            f"It was answered {ANSWERS} times, and each time what it is about was another by then.",
            "Find out who or what keeps changing it.",
        )


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
    times: Counter[str] = Counter()
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
            if policy.void(state, state.question, given[0]) and (
                gate in given_here or not policy.renews(gate)
            ):
                break
            given_here.add(gate)
            _count(times, state.question.key if policy.gates[gate].one_by_one else gate, gate)
            if before_answer and (done := before_answer(state.question, given[0])):
                run.note(done)
            typed = policy.typed(state.question)
            run.answer(state.question.gate, given[0], emit, by=given[1], typed=typed)
        elif step.id == until:
            break
    return run.state
