"""A mistake that real files show, in a file of our own, and what must be said of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK
from troubleshooter.analyse import analyse, definitions, merge
from troubleshooter.archives.budget import Budget
from troubleshooter.diagnosis import said_of
from troubleshooter.lint import findings_of, lint_text
from troubleshooter.model.evidence import SourceFile

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis


@dataclass(frozen=True)
class Said:
    severity: str
    id: str
    at: str | int
    """A piece of the line that is pointed to, or its number where other lines look the same."""

    def points_to(self, line: int, text: str) -> bool:
        return line == self.at if isinstance(self.at, int) else self.at in text


def error(id: str, at: str | int) -> Said:  # noqa: A002 - what it is called everywhere
    return Said("error", id, at)


def warning(id: str, at: str | int) -> Said:  # noqa: A002 - what it is called everywhere
    return Said("warning", id, at)


def info(id: str, at: str | int) -> Said:  # noqa: A002 - what it is called everywhere
    return Said("info", id, at)


@dataclass(frozen=True)
class Mistake:
    shows: str
    """In a few words; with it the row is named."""
    samples: str
    """Which of the ground truth's files show it: folder and number."""
    text: str
    said: tuple[Said, ...]
    """All that is said, and no more; nothing where the row is a near miss."""
    command: str = "lint"
    extensions: int = 1
    """Of ours in it; only lint counts them."""

    def __str__(self) -> str:
        return self.shows.replace(" ", "-")

    def heard(self) -> Spoken:
        return linted(self.text) if self.command == "lint" else analysed(self.text)


Spoken = set[tuple[str, str, int]]
"""Severity, id, line."""


def linted(text: str) -> Spoken:
    findings = lint_text(text, "file.json", KNOWN).findings
    return {(str(found.severity), found.id, found.line) for found in findings}


def analysed(text: str, name: str = "pasted.txt") -> Spoken:
    findings = diagnosed(SourceFile(name, lambda: io.BytesIO(text.encode()))).findings
    return {(str(found.severity), found.id, line.line) for found in findings for line in found.evidence}


def diagnosed(file: SourceFile) -> Diagnosis:
    """As analyze does it, the rules read once for all."""
    diagnosis = analyse([file], BOOK)
    found = definitions([file], BOOK.signs, Budget())
    linted = [
        one
        for file, text in found
        for one in findings_of(said_of(lint_text(text, file.name, KNOWN), text).findings, None)
    ]
    return merge(diagnosis, linted)
