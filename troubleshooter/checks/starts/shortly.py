"""The same in few words, for whoever watches a wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.starts.usual import ELSEWHERE, ENOUGH
from troubleshooter.model.progress import Outlook
from troubleshooter.model.starting import Pace
from troubleshooter.text import span

if TYPE_CHECKING:
    from troubleshooter.model.starting import Figure, Starting, Starts


def shortly(found: Starting, starts: Starts) -> Outlook:
    """Without the pages on which figures stand: `check` and the report have those."""
    late = found.pace in {Pace.SLOW, Pace.POINTLESS}
    return Outlook(_usual(found, starts), _pointless(found), found.waited, late)


def _usual(found: Starting, starts: Starts) -> str:
    if found.usual is not None:
        return found.usual.says
    first, number = ELSEWHERE[0], len(starts.started)
    seen = f"{number} start{'s' * (number != 1)} seen, {ENOUGH} are needed"
    return f"no history here ({seen}); {first.label}: {first.says}"


def _pointless(found: Starting) -> str:
    if not found.limits:
        return ""
    first = found.limits[0]
    if first.seconds is None:
        return _known(first)
    when = f"after {span(first.seconds)} " if first.seconds else ""
    return f"{when}waiting is pointless: {_known(first)}"


def _known(one: Figure) -> str:
    return f"{one.says} ({one.label})"
