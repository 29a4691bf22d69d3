"""How sure a rule's finding is, and why it is not surer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.analyse.rules import Label
from troubleshooter.model.finding import Confidence

if TYPE_CHECKING:
    from troubleshooter.analyse.rules import RuleText


class Certainty(NamedTuple):
    confidence: Confidence
    why_not_surer: str
    """Empty where it is confirmed."""


_WHY_NOT = {
    Label.KV: "The text is known from reports of this failure, and these do not show all of it.",
    Label.AGENT: "The text is the guest agent's and fits; the same text is known with other causes.",
    Label.SVC: "A service answers so, but the words alone do not prove that it answered this extension.",
    Label.LIB: "The text is known from a library that the extension seems to use, not from a log.",
    Label.DOC: "The documentation says that it means this; no log of such a node was at hand to compare.",
}


def certainty(rule: RuleText, *, foreign: bool, raised: bool) -> Certainty:
    """`foreign`: only lines about other extensions say so. `raised`: one of the rule's codes was seen."""
    if foreign:
        return Certainty(Confidence.POSSIBLE, "Only lines about another extension say so.")
    if raised or rule.confidence is Confidence.CONFIRMED:
        return Certainty(Confidence.CONFIRMED, "")
    if rule.raises:
        codes = " or ".join(rule.raises)
        return Certainty(rule.confidence, f"The service's own code for it, {codes}, is not in what was read.")
    return Certainty(rule.confidence, _WHY_NOT[rule.label])
