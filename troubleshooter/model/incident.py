"""When it happened, and how far the extension's tries are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Incident:
    """The span that a diagnosis is about. Times are UTC, as 2026-11-25T08:12:00Z; empty for an open end."""

    first: str
    last: str
    given: bool = False
    """By whoever asked; else it is the newest run of errors without a gap of 24 hours."""


class Outlook(StrEnum):
    STILL_TRYING = "still-trying"
    GIVEN_UP = "given-up"
    CAME = "came"
    """The same log says later of each certificate that failed that it came."""
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Tries:
    """The failed rounds that one log of an extension shows."""

    file: str
    node: str | None
    failed: int
    """At least so many: the log shows neither count nor total."""
    since: str
    last: str
    longest_pause: float
    """Seconds between two of them; 0 where there is one alone."""
    outlook: Outlook
    because: str
    next_from: str = ""
    next_to: str = ""
    """When the next try may be, inferred from the pauses of this log alone; empty where it cannot be said."""
