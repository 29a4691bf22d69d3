"""What was read, and the places in it that prove something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from troubleshooter.model.excerpt import Excerpt

PROBE = "probe"
"""The source of what a node said that was asked itself."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to analyse, wherever it lies: on disk, in an archive, in memory."""

    name: str
    """As the operator should see it, e.g. /var/log/azure/…/akvvm_service.log."""
    open: Callable[[], BinaryIO]
    """Opens the content from its start; may be called more than once."""
    node: str | None = None
    """The node it came from, where that is known."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that proves something."""

    file: str
    line: int
    """Counted from 1; 0 where the whole file or answer is meant."""
    text: str
    """As it stands there, redacted; of a long line what proves it, with … where something is left out."""
    node: str | None = None
    count: int = 1
    """Lines of this shape, where one stands for many."""
    marks: tuple[tuple[int, int], ...] = ()
    """What matched: start and end in characters of the text. None in what earlier versions wrote down."""
    at: str = ""
    """When it was written, in UTC as 2026-11-25T08:12:00Z; empty where the line does not say."""
    source: str = ""
    """Whose words it is where it is no file's: `azure` for a service's answer, `probe` for a node's own."""
    call: str = ""
    """Of an answer: the request."""
    field: str = ""
    """Of an answer: the place in it."""

    @property
    def excerpt(self) -> Excerpt:
        return Excerpt(self.text, self.marks)
