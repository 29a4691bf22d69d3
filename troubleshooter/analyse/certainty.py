"""How sure a rule's finding is, and why it is not surer.

One rule for all (playbooks/README.md): confirmed is what a service itself answered to this node's call, known
by its code, or what Azure's own record says that by itself excludes success. All else is inferred.
"""

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


def certainty(text: RuleText, *, foreign: bool, raised: bool, first: bool = True) -> Certainty:
    """`foreign`: only lines about other extensions say so. `raised`: one of the rule's codes was seen.

    `first`: it was seen by its `match`, and not by a further way, of which its record says nothing.
    """
    if foreign:
        return Certainty(Confidence.POSSIBLE, "Only lines about another extension say so.")
    if raised or (text.record and first):
        return Certainty(Confidence.CONFIRMED, "")
    sure = Confidence.LIKELY if text.record else text.confidence
    if text.doubt:
        return Certainty(sure, text.doubt)
    if text.raises:
        codes = " or ".join(text.raises)
        return Certainty(sure, f"The service's own code for it, {codes}, is not in what was read.")
    return Certainty(sure, _WHY_NOT[text.label])
