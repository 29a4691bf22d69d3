"""One form of a change: what it is called, the file it would be, its text."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = ("arm", "bicep", "terraform", "az", "powershell", "patch", "body")
"""As an operator asks for them; the first is shown where nobody asked."""

_COMMENTED = frozenset({"bicep", "terraform", "az", "powershell"})
"""Whose languages have comments: their notes stand in the text."""

_FILE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    title: str
    file: str
    """The name under which it is written unless another is given."""
    text: str
    """ASCII: the rest is escaped as its language does, so that nothing misleads a reader."""
    notes: tuple[str, ...] = ()
    """What its reader has to know, in words; as comments in the text too where the language has them."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Those that the text itself does not hold."""
        return () if self.name in _COMMENTED else self.notes


def file_name(pool: str, ending: str) -> str:
    return f"{_FILE.sub('-', pool).strip('.-') or 'pool'}.{ending}"


def shown_json(value: Any) -> str:
    return json.dumps(value, indent=2)


def comments(mark: str, notes: Iterable[str]) -> list[str]:
    """Notes as comments, no line longer than a screen is wide."""
    return [f"{mark} {line}" for note in notes for line in _wrapped(comment(note))]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 76, break_long_words=False, break_on_hyphens=False)


def comment(text: str) -> str:
    """A text that stays in its comment: one line, ASCII."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()
