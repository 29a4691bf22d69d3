"""A value as a source holds it, with the line of each of its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
    OBJECT = auto()
    LIST = auto()
    TEXT = auto()
    """A string; what is put in when the program runs stands in it as `${…}`."""
    PLAIN = auto()
    """A number, true, false or null."""
    NAME = auto()
    """A name that stands for a value: a variable, a parameter, a property of something."""
    CALL = auto()
    """Of a function, of a constructor, or a command with its parameters."""
    COMPUTED = auto()
    """Anything else: its value is not known before the source is run."""


@dataclass(slots=True)
class Held:
    kind: Kind
    line: int
    """Counted from 1."""
    value: str | float | bool | None = None
    """Of a text, a plain value and a name; what is called, of a call."""
    entries: list[tuple[str, Held]] = field(default_factory=list)
    """Of an object; the named arguments of a call."""
    items: list[Held] = field(default_factory=list)
    """Of a list; the other arguments of a call; what is found inside of something computed."""
    cut: bool = False
    """Some of it is left out, is not understood, or is put in from elsewhere: what it lacks may be there."""
    put_in: bool = False
    """Of a text within JSON: it is nothing but what is put in between its quotes."""
    labels: tuple[str, ...] = ()
    """Of a block (HCL) and of a declaration (Bicep): what stands between its first word and its brace."""

    def get(self, *keys: str) -> Held | None:
        """The first entry of one of these names, by letters alone."""
        wanted = {key.lower() for key in keys}
        return next((one for key, one in self.entries if key.lower() in wanted), None)
