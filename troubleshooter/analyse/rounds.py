"""How far an extension's tries are: the failed rounds in its log, counted by the error that comes most often.

Documented are up to 25 tries with growing pauses, then the status Error (the page of the extension, 2025 and
later; older versions tried for ever). A log shows neither count nor total: what is counted is a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from troubleshooter.analyse.spans import GAP
from troubleshooter.analyse.stamp import written
from troubleshooter.model.incident import Outlook, Tries
from troubleshooter.text import span as spelt

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping  # noqa: TC004 - annotations only: nothing reads them at run time

_TOGETHER = timedelta(seconds=2)
"""The same error within it belongs to one try, told twice."""
_SHORT = 120
_KINDS_KEPT = 200
_PATIENCE = 2
"""Longest pauses after which a log that says nothing new is no sign of a try any more."""


@dataclass(slots=True)
class _Rounds:
    """The times of one error about one certificate, since the last gap of a day."""

    first: datetime
    last: datetime
    count: int = 1
    longest: timedelta = timedelta()
    shortest: timedelta = GAP


@dataclass(slots=True)
class Errors:
    """The errors of one log, by what failed and for which certificate."""

    by_kind: dict[Hashable, _Rounds] = field(default_factory=dict)

    def add(self, kind: Hashable, at: datetime) -> None:
        known = self.by_kind.get(kind)
        if known is None or at - known.last > GAP:
            if known is not None or len(self.by_kind) < _KINDS_KEPT:
                self.by_kind[kind] = _Rounds(at, at)
            return
        pause = at - known.last
        if pause <= _TOGETHER:
            return
        known.count += 1
        known.last = at
        known.longest, known.shortest = max(known.longest, pause), min(known.shortest, pause)

    @property
    def most(self) -> _Rounds | None:
        """The newest that came most often."""
        newest = max((one.last for one in self.by_kind.values()), default=None)
        current = [one for one in self.by_kind.values() if newest is not None and newest - one.last <= GAP]
        return max(current, key=lambda one: (one.count, one.last), default=None)


def tries(
    errors: Errors,
    place: tuple[str, str | None],
    now: datetime,
    said: Mapping[str | None, str],
    *,
    went_on: bool,
    came: int = 0,
) -> Tries | None:
    """What the errors of one log tell. `said` is by which status a node's extension says error.

    `went_on`: the log goes on with a refresh that ended after the last error; `came`: by which line all came.
    """
    rounds = errors.most
    if rounds is None:
        return None
    file, node = place
    outlook, because = _outlook(rounds, now, said.get(node, ""), went_on=went_on)
    if came and outlook is not Outlook.GIVEN_UP:
        outlook = Outlook.CAME
        because = f"the same log says later that what had failed came (line {came})"
    span = outlook is Outlook.STILL_TRYING
    return Tries(
        file,
        node,
        rounds.count,
        written(rounds.first),
        written(rounds.last),
        rounds.longest.total_seconds(),
        outlook,
        because,
        written(rounds.last + rounds.shortest) if span else "",
        written(rounds.last + _PATIENCE * rounds.longest) if span else "",
    )


def _round(age: timedelta) -> int:
    """Seconds, of more than two minutes whole minutes: it is older by the time that somebody reads it."""
    seconds = int(age.total_seconds())
    return seconds if seconds < _SHORT else seconds // 60 * 60


def _outlook(rounds: _Rounds, now: datetime, said: str, *, went_on: bool) -> tuple[Outlook, str]:
    if said:
        return Outlook.GIVEN_UP, said
    if went_on:
        return Outlook.CANNOT_TELL, "a refresh came to its end after the last error"
    if rounds.count == 1:
        return Outlook.CANNOT_TELL, "one failed try is too few to know its pauses"
    longest = spelt(rounds.longest.total_seconds())
    age = now - rounds.last
    if timedelta() <= age < _PATIENCE * rounds.longest:
        old = spelt(_round(age))
        because = f"the last is {old} old, less than twice the longest pause ({longest})"
        return Outlook.STILL_TRYING, because
    if age < timedelta():
        return Outlook.CANNOT_TELL, "the last failed try lies ahead of this machine's clock"
    return Outlook.CANNOT_TELL, f"what was read ends more than twice the longest pause ({longest}) ago"
