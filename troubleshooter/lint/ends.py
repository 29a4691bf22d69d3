"""When support ends: what the dated list of playbooks/support-ends.json says, and how old it is.

It holds what was announced; what the service itself says of images today is asked where it is reachable.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from troubleshooter.settings import playbooks_folder

FILE = "support-ends.json"
TODAY = "TROUBLESHOOTER_TODAY"
"""Which day it is, where that must not change: for tests, and for who asks about a day to come."""


@dataclass(frozen=True, slots=True)
class End:
    kind: str
    match: str
    """A pattern of a whole value, in small letters; of API versions the first that stays."""
    name: str
    ends: date | None
    """The last day; None where no source says it."""
    label: str
    """verified, documented, inferred or unknown."""
    then: str
    instead: str
    sources: tuple[str, ...]

    def over(self, day: date) -> bool:
        return self.ends is not None and day > self.ends


@dataclass(frozen=True, slots=True)
class Ends:
    checked: date
    soon_days: int
    """How long before its day an end is told."""
    old_after_days: int
    """How old the list may be before that is told, too."""
    ends: tuple[End, ...]

    def of(self, kind: str, value: str) -> End | None:
        found = (one for one in self.ends if one.kind == kind)
        return next((one for one in found if re.fullmatch(one.match, value.lower())), None)

    def near(self, end: End, day: date) -> bool:
        """Whether it is over, or soon, or may be any day."""
        return end.ends is None or (end.ends - day).days <= self.soon_days

    def age(self, day: date) -> str:
        """As of when it holds; how old it is once that matters."""
        days = (day - self.checked).days
        old = f", a list {days} days old: look whether it still holds" if days > self.old_after_days else ""
        return f"as of {self.checked}{old}"


@cache
def known() -> Ends:
    plain = json.loads((playbooks_folder() / FILE).read_bytes())
    ends = (
        End(
            **{
                **one,
                "ends": one["ends"] and date.fromisoformat(one["ends"]),
                "sources": tuple(one["sources"]),
            }
        )
        for one in plain["ends"]
    )
    checked = date.fromisoformat(plain["checked"])
    return Ends(checked, plain["soon_days"], plain["old_after_days"], tuple(ends))


def today() -> date:
    given = os.environ.get(TODAY)
    try:
        return date.fromisoformat(given) if given else datetime.now(UTC).date()
    except ValueError:
        return datetime.now(UTC).date()
