"""The decision itself: documented facts go first, then what is left when two of three are excluded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.decision import batch, extension, network
from troubleshooter.checks.decision.seen import Weight
from troubleshooter.model.decision import Decision, Reason, Whose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.checks.decision.seen import Seen, Sign


def decide(seen: Seen) -> Decision | None:
    """None where there is nothing to decide: no node is ill, and none failed to be made."""
    if not seen.ill and not seen.resize:
        return None
    found = (*extension.signs(seen), *network.signs(seen), *batch.signs(seen))
    named = {sign.whose for sign in found if sign.weight is Weight.NAMED}
    deciding = named or {sign.whose for sign in found if sign.weight is Weight.DECIDES}
    if len(deciding) == 1:
        (whose,) = deciding
        return Decision(whose, firm=True, reasons=_reasons(found, whose))
    if deciding:
        said = " and ".join(sorted(deciding))
        return _undecided(found, f"mend one of both, {said}, and look again: each by itself keeps nodes down")
    return _without_proof(seen, found)


_LOOK = "a node that can be signed in to, and the logs of its agent and of its extensions"
_RECOVERS = "wait: Batch tries to recover a node that it cannot reach, which took up to 45 minutes on record"


def _without_proof(seen: Seen, found: tuple[Sign, ...]) -> Decision:
    excluded = {sign.whose for sign in found if sign.weight is Weight.EXCLUDES}
    likely = {sign.whose for sign in found if sign.weight is Weight.LIKELY} - excluded
    left = set(Whose) - excluded
    if len(left) == 1:
        (whose,) = left
        would = (_RECOVERS,) if seen.young else ()
        return Decision(whose, firm=not would, reasons=_reasons(found, whose), would_decide=would)
    if seen.ill and seen.sure and likely == {Whose.EXTENSION} and Whose.NETWORK in excluded:
        # nodes wait for it as documented, it cannot succeed, and nothing is in its way
        return Decision(Whose.EXTENSION, firm=True, reasons=_reasons(found, Whose.EXTENSION))
    if len(likely) == 1:
        (whose,) = likely
        return Decision(whose, firm=False, reasons=_reasons(found, whose), would_decide=_would(found))
    return _undecided(found)


def _undecided(found: tuple[Sign, ...], first: str = "") -> Decision:
    reasons = tuple(_reason(sign) for sign in found)
    would = tuple(filter(None, (first, *_would(found)))) or (_LOOK,)
    return Decision(None, firm=False, reasons=reasons, would_decide=would)


def _would(found: Iterable[Sign]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sign.would for sign in found if sign.would))


def _reasons(found: Iterable[Sign], whose: Whose) -> tuple[Reason, ...]:
    """What speaks for it first, then what excludes the others."""
    speaking = [s for s in found if s.whose is whose and s.weight is not Weight.EXCLUDES]
    against = [s for s in found if s.whose is not whose and s.weight is Weight.EXCLUDES]
    return tuple(_reason(sign) for sign in (*speaking, *against))


def _reason(sign: Sign) -> Reason:
    speaks = {Weight.EXCLUDES: "against", Weight.OPEN: "open"}.get(sign.weight, "for")
    return Reason(sign.says, sign.whose, speaks, sign.evidence)
