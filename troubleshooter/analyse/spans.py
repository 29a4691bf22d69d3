"""When lines were written: as runs without a long gap, of which the newest is what is going on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GAP = timedelta(hours=24)
"""Without an error for so long, what comes after it is told apart from what was before."""
_RUNS_KEPT = 64
"""Of more runs the oldest become one."""


@dataclass(frozen=True, slots=True)
class Window:
    """What was asked for; an end that is None is open. Both in UTC."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last of several times."""

    first: datetime
    last: datetime


@dataclass(slots=True)
class Runs:
    """The times of lines of one sort in one file."""

    spans: list[Span] = field(default_factory=list)

    def add(self, at: datetime) -> bool:
        """Take a time in; whether it begins a new run, after a gap."""
        if not self.spans:
            self.spans.append(Span(at, at))
            return False
        newest = self.spans[-1]
        if at - newest.last <= GAP:  # of a clock that was set back as well
            self.spans[-1] = Span(min(newest.first, at), max(newest.last, at))
            return False
        self.spans.append(Span(at, at))
        if len(self.spans) > _RUNS_KEPT:
            oldest, second, *rest = self.spans
            self.spans = [Span(oldest.first, second.last), *rest]
        return True


def newest(spans: Iterable[Span]) -> Span | None:
    """The newest run of all of them together; None of none."""
    latest: Span | None = None
    for span in sorted(spans, key=lambda one: one.last, reverse=True):
        if latest is None:
            latest = span
        elif latest.first - span.last <= GAP:
            latest = Span(min(latest.first, span.first), latest.last)
        else:
            break
    return latest
