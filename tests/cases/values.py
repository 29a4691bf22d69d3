"""The right values: what must be said of each case, as a machine can hold the program to it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cases.told import Told

FOLDER = Path(__file__).parent
TABLES = tuple(FOLDER / part / "VALUES.tsv" for part in ("", "kinds_1_8", "kinds_9_16", "pasted"))
_NONE, _ANY = "-", "*"
_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Value:
    """A row of a table; `tests/cases/README.md` says what each column means."""

    path: Path
    command: str
    root: str
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    extension: str
    severity: str
    exit: int
    quotes: str

    @property
    def case(self) -> str:
        return self.path.relative_to(FOLDER).as_posix()

    def wrong(self, said: Told) -> list[str]:
        """What is not as it should be, each in a few words; nothing where all is."""
        return [text for text, holds in self._demands(said) if not holds]

    def _demands(self, said: Told) -> Iterator[tuple[str, bool]]:
        if self.root != _ANY:
            root = said.document.get("root_cause")
            yield f"root cause {root}, not {self.root}", (root or _NONE) == self.root
        for one in self.must:
            yield f"no {one}", one in said.ids
        for one in self.must_not:
            yield f"a false {one}", one not in said.ids
        if self.extension != _ANY:
            whose = said.findings[0].get("extension") if said.findings else _NONE
            yield f"extension {whose}, not {self.extension}", (whose or _NONE) == self.extension
        worst = next((one for one in _SEVERITIES if one in said.severities), "none")
        yield f"severity {worst}, not {self.severity}", worst == self.severity
        yield f"exit {said.code}, not {self.exit}", said.code == self.exit
        if self.quotes != _NONE:
            yield f"{self.quotes!r} is not quoted", self.quotes in said.quoted


def values() -> dict[str, Value]:
    """Of all tables, by the case's path below this folder."""
    return {value.case: value for table in TABLES if table.exists() for value in _rows(table)}


def _rows(table: Path) -> Iterator[Value]:
    with table.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Value(
                path=table.parent / row["file"],
                command=row["command"],
                root=row["root"],
                must=_ids(row["must"]),
                must_not=_ids(row["must_not"]),
                extension=row["extension"],
                severity=row["severity"],
                exit=int(row["exit"]),
                quotes=row["quotes"],
            )


def _ids(text: str) -> tuple[str, ...]:
    return () if text == _NONE else tuple(text.split())
