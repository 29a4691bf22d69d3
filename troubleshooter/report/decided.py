"""Extension, network or Batch, in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.model.handover import CrossChecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.decision import Decision, Reason
    from troubleshooter.model.run import RunState

_WORDS = {"extension": "the extension", "network": "the network", "batch": "Batch or the machine"}
_SPEAKS = {"for": "possible", "against": "excluded", "open": "open"}


def decision_of(state: RunState) -> Decision | None:
    crossed = state.of(CrossChecked)
    return crossed.decision if crossed else None


def in_a_line(decision: Decision) -> str:
    """Whose fault it is that nodes do not come, and how sure that is."""
    if decision.whose is None:
        return "extension, network or Batch cannot be decided"
    word = _WORDS[decision.whose.value]
    return f"it is {word}" if decision.firm else f"it is likely {word}"


def decision_rows(decision: Decision | None, *, asked: bool = False) -> Iterator[tuple[str, str]]:
    """A label and what is said, line by line; nothing where there was nothing to decide.

    `asked`: what would decide it was done meanwhile.
    """
    if decision is None:
        return
    said = in_a_line(decision)
    yield "whose fault", f"{said[:1].upper()}{said[1:]}."
    for reason in decision.reasons:
        yield "whose fault", f"{_told(decision, reason)}{reason.says}"
    for one in () if asked else decision.would_decide:
        yield "would decide", one


def _told(decision: Decision, reason: Reason) -> str:
    if reason.whose is decision.whose and reason.speaks == "for":
        return ""
    return f"{reason.whose.value} {_SPEAKS[reason.speaks]}: "


def decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "whose": decision.whose.value if decision.whose else None,
        "firm": decision.firm,
        "reasons": [
            {
                "says": reason.says,
                "whose": reason.whose.value,
                "speaks": reason.speaks,
                "evidence": [
                    {"call": proof.call, "field": proof.field, "text": proof.text, "node": proof.node}
                    for proof in reason.evidence
                ],
            }
            for reason in decision.reasons
        ],
        "would_decide": list(decision.would_decide),
    }
