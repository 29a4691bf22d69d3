"""Gates: consent bound to the exact plan it was given for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.run import Answer, Question, RunState


class GateOpen(Exception):
    """Raised inside an action when a gate has no valid answer yet; the runner turns it into a question."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.gate)
        self.question = question


def plan_hash(gate: str, plan: Mapping[str, Any]) -> str:
    """SHA-256 over gate and plan, whatever the order of keys."""
    canonical = msgspec.json.encode([gate, plan], order="deterministic")
    return hashlib.sha256(canonical).hexdigest()


def valid_answer(state: RunState, gate: str, bound_to: str) -> Answer | None:
    """The recorded answer, if it was given for this very plan."""
    answer = state.answers.get(gate)
    return answer if answer and answer.plan_hash == bound_to else None


def check_choice(question: Question, choice: str, typed: str) -> None:
    """Refuse a choice that the question does not offer, or that lacks the typed name it wants."""
    offered = {option.value: option for option in question.choices}
    if offered and choice not in offered:
        raise UsageProblem(
            f"{question.gate}={choice} is not a choice.",
            f"The gate offers {', '.join(offered)}.",
            f"Answer with one of them, e.g. --answer {question.gate}={next(iter(offered))}",
        )
    destructive = bool(offered) and offered[choice].destructive
    if destructive and question.confirm and typed != question.confirm:
        raise Refused(
            f"{question.gate}={choice} was not confirmed.",
            f"It removes things for good and wants the name {question.confirm} typed.",
            f"Type {question.confirm} exactly.",
        )
