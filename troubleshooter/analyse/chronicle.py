"""When the lines of one file were written, which of them are shown, and how the extension's tries went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from troubleshooter.analyse.line import arrivals
from troubleshooter.analyse.rounds import Errors
from troubleshooter.analyse.spans import ALWAYS, Runs, Window
from troubleshooter.analyse.stamp import BEGINNING, Clock, stamp

if TYPE_CHECKING:
    from collections.abc import Hashable  # noqa: TC004 - annotations only: nothing reads them at run time

_KEPT = 200
"""Certificates, and ways to fail, that are kept of one file."""


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
    broke: dict[Hashable, int] = field(default_factory=dict)
    """What failed, and for which certificate, to the last line that says so."""
    came: dict[tuple[str, str], int] = field(default_factory=dict)
    """Certificates that the extension got, by host and secret, to the last line that says so."""
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
        if kind in self.broke or len(self.broke) < _KEPT:
            self.broke[kind] = number
        if at is not None:
            self.errors.add(kind, at)
            self.failed = max(self.failed, number)

    def came_after(self, rule_id: str = "") -> int:
        """The line by which all came that a rule, or any, told of as failed; 0 where one is not known to."""
        told = [
            (kind[1], at)
            for kind, at in self.broke.items()
            if isinstance(kind, tuple) and rule_id in {"", kind[0]}
        ]
        lines = [self.came.get(url, 0) if self.came.get(url, 0) > at else 0 for url, at in told]
        return max(lines) if lines and all(lines) and len(self.broke) < _KEPT else 0

    def see(
        self, piece: bytes, last: int, ends: tuple[bytes, ...], url: tuple[str, str] | None = None
    ) -> None:
        """Look for the first end of a refresh in what was read, up to the line `last`, and for what came.

        `url` has host and secret of the newest secret URL before the piece.
        """
        self._last = (piece, last)
        if ends and b"most recent version is" in piece:
            for one, place in arrivals(piece, url):
                if self._by_then(piece, place) and (one in self.came or len(self.came) < _KEPT):
                    self.came[one] = last - piece.count(b"\n", place)
        if ends and not self.ended:
            places = [at for mark in ends if (at := piece.find(mark)) >= 0]
            self.ended = last - piece.count(b"\n", min(places)) if places else 0

    def _by_then(self, piece: bytes, place: int) -> bool:
        """Whether it was written before the end of what was asked for: at that time it had not come else."""
        if self.window.until is None:
            return True
        start = piece.rfind(b"\n", 0, place) + 1
        known = stamp(piece[start : start + BEGINNING])
        return known is not None and known[0] <= self.window.until

    def close(self, ends: tuple[bytes, ...]) -> None:
        """See how the log ends, once all of it was read."""
        piece, last = self._last
        places = [at for mark in ends if (at := piece.rfind(mark)) >= 0] if self.failed else []
        self.went_on = bool(places) and last - piece.count(b"\n", max(places)) > self.failed
        self._last = (b"", 0)
