"""How sure a rule's finding is, and why it is not surer.

One rule for all (playbooks/README.md): confirmed is what a service itself answered to this node's call, known
by its code, or what Azure's own record says that by itself excludes success. All else is inferred.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.rules import Label
from troubleshooter.model.finding import Confidence

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import Rule, RuleText
    from troubleshooter.analyse.scan import Scan


class Certainty(NamedTuple):
    confidence: Confidence
    why_not_surer: str
    """Empty where it is confirmed."""


_ASKED = "The node itself was asked and says so; that its extension met the same is inferred."
_UNTRIED = "This answer came by a script that has not been run against live Windows yet."
_ALSO_UNTRIED = "One of the answers came by a script that has not been run against live Windows yet."
_WHY_NOT = {
    Label.KV: "The text is known from reports of this failure, and these do not show all of it.",
    Label.AGENT: "The text is the guest agent's and fits; the same text is known with other causes.",
    Label.SVC: "A service answers so, but the words alone do not prove that it answered this extension.",
    Label.LIB: "The text is known from a library that the extension seems to use, not from a log.",
    Label.DOC: "The documentation says that it means this; no log of such a node was at hand to compare.",
    Label.ASKED: _ASKED,
}


class Witness(Enum):
    """Who says so, where nobody else does."""

    LOG = auto()
    NODE = auto()
    """The node, asked itself: in words of the probe."""
    UNTRIED = auto()
    """The same, by a script that has been run on no live node yet."""


def certainty(
    text: RuleText, *, foreign: bool, raised: bool, first: bool = True, by: Witness = Witness.LOG
) -> Certainty:
    """`foreign`: only lines about other extensions say so. `raised`: one of the rule's codes was seen.

    `first`: it was seen by its `match`, and not by a further way, of which its record says nothing.
    """
    if foreign:
        return Certainty(Confidence.POSSIBLE, "Only lines about another extension say so.")
    if by is Witness.UNTRIED:
        return Certainty(Confidence.LIKELY, _UNTRIED)
    if raised or (text.record and first and by is Witness.LOG):
        return Certainty(Confidence.CONFIRMED, "")
    if by is Witness.NODE:
        return Certainty(Confidence.LIKELY, _ASKED)
    sure = Confidence.LIKELY if text.record else text.confidence
    return Certainty(sure, text.doubt or _no_code(text) or _WHY_NOT[text.label])


def _no_code(text: RuleText) -> str:
    codes = " or ".join(text.raises)
    return f"The service's own code for it, {codes}, is not in what was read." if codes else ""


def witness(rule: Rule, told: list[Scan]) -> Witness:
    """A log goes before the node, asked itself; and of such answers those of a script that was tried."""
    saying = _saying(rule, told)
    if any(one.kind is not FileKind.PROBE for one in saying):
        return Witness.LOG
    return Witness.UNTRIED if all(one.untried for one in saying) else Witness.NODE


def _saying(rule: Rule, told: list[Scan]) -> list[Scan]:
    return [one for one in told if any(hit.rule is rule for hit in one.hits)]


def also_untried(rule: Rule, told: list[Scan]) -> str:
    """The end of an explanation that stands on such an answer among others; alone it is its doubt."""
    which = {one.untried for one in _saying(rule, told)}
    return f" {_ALSO_UNTRIED}" if which == {True, False} else ""
