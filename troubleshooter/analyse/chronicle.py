"""When the lines of one file were written, which of them are shown, and how the extension's tries went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from troubleshooter.analyse.rounds import Errors
from troubleshooter.analyse.spans import ALWAYS, Runs, Window
from troubleshooter.analyse.stamp import Clock

if TYPE_CHECKING:
    from collections.abc import Hashable


@dataclass(slots=True)
class Chronicle:
    window: Window = ALWAYS
    """What was asked for: what lies outside is counted, and is shown only where nothing lies inside."""
    clock: Clock = field(default_factory=Clock)
    stamped: datetime | None = None
    """Of an answer or a status, which has one time: the newest that stands in it."""
    runs: dict[str, Runs] = field(default_factory=dict)
    """Rule to the times at which its lines were written."""
    errors: Errors = field(default_factory=Errors)
    """Of the extension's own log: its failed rounds."""
    failed: int = 0
    """The last line of such a round."""
    ended: int = 0
    """The first line in which a refresh came to its end: without one, not seeing a failure means nothing."""
    went_on: bool = False
    """A refresh came to its end after the last failed round."""
    _last: tuple[bytes, int] = (b"", 0)
    _outside: set[str] = field(default_factory=set)

    def wants(self, rule_id: str, at: datetime | None, kept: int) -> tuple[bool, bool]:
        """Whether what is kept of a rule gives way to what is newer or was asked for; whether this may be."""
        if at is None:
            return False, True
        anew, inside = self.runs.setdefault(rule_id, Runs()).add(at), self.window.holds(at)
        if not inside:
            first = not kept or rule_id in self._outside
            self._outside.add(rule_id) if first else None
            return False, first
        gives_way = anew or rule_id in self._outside
        self._outside.discard(rule_id)
        return gives_way, True

    def fail(self, kind: Hashable, at: datetime | None, number: int) -> None:
        """Count a failed round; `kind` is what failed, and for which certificate."""
        if at is not None:
            self.errors.add(kind, at)
            self.failed = max(self.failed, number)

    def see(self, piece: bytes, last: int, ends: tuple[bytes, ...]) -> None:
        """Look for the first end of a refresh in what was read, up to the line `last`."""
        self._last = (piece, last)
        if ends and not self.ended:
            places = [at for mark in ends if (at := piece.find(mark)) >= 0]
            self.ended = last - piece.count(b"\n", min(places)) if places else 0

    def close(self, ends: tuple[bytes, ...]) -> None:
        """See how the log ends, once all of it was read."""
        piece, last = self._last
        places = [at for mark in ends if (at := piece.rfind(mark)) >= 0] if self.failed else []
        self.went_on = bool(places) and last - piece.count(b"\n", max(places)) > self.failed
        self._last = (b"", 0)
