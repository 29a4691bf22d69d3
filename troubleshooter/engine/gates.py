"""Gates: consent bound to the exact plan it was given for."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.errors import Refused, UsageProblem
from troubleshooter.model.run import ASIDE, answer_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.model.run import Answer, Question, RunState


@dataclass(frozen=True, slots=True)
class Gate:
    """What may be asked, and what stands for an answer that nobody gives. Declared where it is asked."""

    name: str
    decides: str = ""
    """What is decided by it, in a sentence: for who asks before anything is asked."""
    offers: tuple[tuple[str, str], ...] = ()
    """Each answer and what follows from it; one in capitals stands for what the operator writes, e.g. CIDR.
    Where any are declared, no other may be offered."""
    yes: str = ""
    """What --yes answers: nothing destructive beyond what the run itself made. Empty where it does not."""
    yes_confirms: bool = False
    """Whether --yes also types the name that the answer wants: of what the run itself made."""
    nobody: str = ""
    """What is taken where nobody answers. Empty where the run stops and waits."""
    otherwise: str = ""
    """What is taken of an answer given beforehand that is not offered. Empty where that is refused."""
    destroys: bool = False
    """Whether consent given beforehand holds for one plan only: a pool that changed is asked about again."""
    one_by_one: bool = False
    """Whether each thing it is about is asked for itself. Given beforehand, each is a line of one answer."""
    secret: bool = False
    """Whether the answer is kept in memory only: then it is supplied by its name, never as an option."""
    form: str = ""
    """How what the operator writes is checked before the run comes to it, a row of FORMS; the question may be
    stricter. Empty where only the question knows."""

    def allows(self, choice: str) -> bool:
        """Whether an answer is one that it declares."""
        return not self.offers or any(value in {choice, value.upper()} for value, _ in self.offers)


class GateOpen(Exception):
    """Raised inside an action when a gate has no valid answer yet; the runner turns it into a question."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.gate)
        self.question = question


def plan_hash(gate: str, plan: Mapping[str, Any]) -> str:
    """SHA-256 over gate and plan, whatever the order of keys; but for what only stands aside."""
    bound = {key: value for key, value in plan.items() if key != ASIDE}
    canonical = msgspec.json.encode([gate, bound], order="deterministic")
    return hashlib.sha256(canonical).hexdigest()


def valid_answer(state: RunState, gate: str, bound_to: str, about: str = "") -> Answer | None:
    """The recorded answer, if it was given for this very plan."""
    answer = state.answers.get(answer_key(gate, about))
    return answer if answer and answer.plan_hash == bound_to else None


_WIDEST = {4: 8, 6: 32}
"""Bits of the widest range by IP version: what is wider is nobody's own, and ends at the whole internet."""


def address_range(text: str) -> str:
    """What is wrong with a range from which SSH is to be reached, or nothing."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        return f"It is no address range in CIDR form: {error}."
    widest = _WIDEST[network.version]
    if network.prefixlen < widest:
        everyone = "the whole internet" if network.prefixlen == 0 else f"{network.num_addresses:,} addresses"
        return f"It would let {everyone} try to sign in; nothing wider than /{widest} is opened."
    return ""


def ipv4_range(text: str) -> str:
    """What is wrong with a range from which nodes without IPv6 are to be reached, or nothing."""
    if wrong := address_range(text):
        return wrong
    if ipaddress.ip_network(text.strip(), strict=False).version == 4:
        return ""
    return "The pool's nodes have no IPv6 addresses (its ipFamilies name none), so nobody gets in from there."


NO_RANGE = "none"
"""What is answered where no range is to be opened."""


def _or_none(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "" if text.strip() == NO_RANGE else check(text)


def _identity(text: str) -> str:
    if text == "none" or _IDENTITY.fullmatch(text.strip()):
        return ""
    return "It is not the resource id of a user-assigned managed identity, and not none."


_IDENTITY = re.compile(
    r"/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+"
    r"/providers/Microsoft\.ManagedIdentity/userAssignedIdentities/[^/]+",
    re.IGNORECASE,
)


def _node_ids(text: str) -> str:
    wrong = [name for name in map(str.strip, text.split(",")) if not _NODE.fullmatch(name)]
    return f"{', '.join(map(repr, wrong))} cannot be the id of a node." if wrong else ""


_NODE = re.compile(r"[\w-][\w.-]{0,127}", re.ASCII)


def _number(text: str) -> str:
    return "" if text.isascii() and text.isdecimal() and int(text) else "It is no number of what is offered."


def _json_object(text: str) -> str:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = None
    return "" if isinstance(found, dict) else "It is no JSON object."


FORMS: Mapping[str, Callable[[str], str]] = {
    "address-range": address_range,
    "ipv4-range": ipv4_range,
    "address-range-or-none": _or_none(address_range),
    "ipv4-range-or-none": _or_none(ipv4_range),
    "identity": _identity,
    "node-ids": _node_ids,
    "number": _number,
    "json-object": _json_object,
}
"""How free text is checked: what is wrong with it, or nothing."""


def _wanted(question: Question) -> str:
    return f"Give {question.hint}." if question.hint else question.text


def check_choice(question: Question, choice: str, typed: str) -> None:
    """Refuse an answer that is not offered, not of the form wanted, or that lacks the typed name."""
    if question.form and (wrong := FORMS[question.form](choice)):
        shown = "What was supplied" if question.kept_as else repr(choice)
        raise UsageProblem(f"{shown} cannot be used.", wrong, _wanted(question))
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
