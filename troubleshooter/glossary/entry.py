"""One thing that can be looked up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an entry is of; in this order they are listed."""

    RULE = "rule"
    """A log rule."""
    CHECK = "check"
    """A check of `lint`, or of what Azure answers."""
    STEP = "step"
    GATE = "gate"
    EXTENSION = "extension"
    CODE = "code"
    """An error code of a service, or what a command on a node ended with."""
    EXIT_CODE = "exit code"
    """Of this program."""


Value = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part: names with what they are, `name: what`, unless it is one of the other things."""

    title: str
    lines: tuple[str, ...]
    quoted: bool = False
    """Lines as they stand in a file, which may be of any form."""
    numbered: bool = False
    links: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    kind: Kind
    id: str
    title: str
    """The problem, or what it is; one line."""
    good: str = ""
    """The good state, of what finds a problem."""
    facts: tuple[tuple[str, Value], ...] = ()
    """A label and what is known."""
    about: str = ""
    sections: tuple[Section, ...] = ()
    names: tuple[str, ...] = ()
    """By what it is found as well as by its id."""

    @property
    def text(self) -> str:
        """All that it says, to be searched."""
        told = [
            value if isinstance(value, str) else " ".join(value)
            for _, value in self.facts
            if value is not True and value is not False
        ]
        lines = [line for section in self.sections if not section.links for line in section.lines]
        return "\n".join((self.id, *self.names, self.title, self.good, self.about, *told, *lines))

    def short(self) -> dict[str, Any]:
        """As a list of JSON has it."""
        return {"kind": self.kind.value, "id": self.id, "title": self.title}

    def json(self) -> dict[str, Any]:
        """All of it; labels and titles become keys, in small letters with underscores."""
        facts = {
            _key(label): list(value) if isinstance(value, tuple) else value for label, value in self.facts
        }
        sections = {_key(section.title): list(section.lines) for section in self.sections}
        good = {"good": self.good} if self.good else {}
        return {**self.short(), **good, **facts, "about": self.about, **sections}


def _key(label: str) -> str:
    return label.lower().replace(" ", "_").replace(",", "").replace("'", "")
