"""The time that a line of a log begins with, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

ASSUMED = "assumed UTC"
"""The line names no zone. Azure's machines run on UTC unless somebody changed it."""
BEGINNING = 100
"""Bytes of a line in which its time stands."""

_ZONED = re.compile(
    rb"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?"
)
_AMERICAN = re.compile(rb"\[(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?\]")


def stamp(line: bytes) -> tuple[datetime, str] | None:
    """The time in UTC, and how UTC was reached: the zone that the line states, or ASSUMED. None for none."""
    start = line[:BEGINNING]
    if found := _ZONED.search(start):
        parts, zone = found.groups()[:7], (found[8] or b"").decode()
        year, month, day, *clock = parts
    elif found := _AMERICAN.search(start):
        month, day, year, *clock = found.groups()
        zone = ""
    else:
        return None
    hour, minute, second, fraction = clock
    written = (
        f"{int(year):04}-{int(month):02}-{int(day):02}T{hour.decode()}:{minute.decode()}:{second.decode()}"
        f".{(fraction or b'0').decode():0<6}{zone or '+00:00'}"
    )
    try:
        return datetime.fromisoformat(written).astimezone(UTC), zone or ASSUMED
    except (ValueError, OverflowError):
        return None  # the 31st of a short month: not a time


def written(at: datetime) -> str:
    """As findings and JSON have times: 2026-11-25T08:12:00Z."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


_BACK = timedelta(minutes=1)
"""Threads may write a little out of turn."""
_TO_THE_SECOND = 19
"""Bytes of most times; two lines that begin alike so far are of the same second."""


@dataclass(slots=True)
class Clock:
    """Reads the times of one file's lines in their order, and notes what is odd about them."""

    zones: set[str] = field(default_factory=set)
    """The zones that its lines state, ASSUMED for none."""
    back: tuple[int, timedelta] | None = None
    """The first line that is older than one before it, and by how much."""
    newest: datetime | None = None
    _seen: tuple[bytes, datetime | None] = (b"", None)

    def read(self, line: bytes, number: int) -> datetime | None:
        start = line[:BEGINNING]
        if start[:_TO_THE_SECOND] == self._seen[0]:  # most errors come in crowds
            return self._seen[1]
        known = stamp(start)
        at = known[0] if known else None
        self._seen = (start[:_TO_THE_SECOND], at)
        if known is not None and at is not None:
            self.zones.add(known[1])
            if self.newest is not None and self.back is None and self.newest - at > _BACK:
                self.back = (number, self.newest - at)
            self.newest = at if self.newest is None else max(self.newest, at)
        return at
