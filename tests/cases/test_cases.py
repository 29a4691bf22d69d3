"""Each public case, and each further input of its kinds, is judged as its table says."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.cases.told import told
from tests.cases.values import FOLDER, TABLES, values

if TYPE_CHECKING:
    from pathlib import Path

INDEXES = (FOLDER / "INDEX.tsv", FOLDER / "made" / "MADE.tsv")
VALUES = values()
NOT_YET = {*(FOLDER / "NOT_YET.txt").read_text(encoding="utf-8").split("\n")} - {""}
"""The cases that the program gets wrong today. Take out what is mended: its test then tells."""


def indexed() -> set[str]:
    found: set[str] = set()
    for index in INDEXES:
        with index.open(encoding="utf-8") as table:
            rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
            found |= {(index.parent / row["file"]).relative_to(FOLDER).as_posix() for row in rows}
    return found


def is_case(path: Path) -> bool:
    about = path.parent == FOLDER and path.suffix in {".py", ".md", ".tsv"}
    return (
        path.is_file() and path.suffix != ".pyc" and path.name not in {"MADE.tsv", "VALUES.tsv"} and not about
    )


def marked(case: str) -> object:
    """The case, failing on purpose where it is not right yet; anything else than that is a failure."""
    if case not in NOT_YET:
        return case
    reason = "the program does not judge it as the table says yet"
    return pytest.param(case, marks=pytest.mark.xfail(raises=AssertionError, strict=True, reason=reason))


def test_every_file_has_its_row() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if is_case(path)}
    assert files - {"NOT_YET.txt"} == {*VALUES}
    assert indexed() <= {*VALUES}
    assert {*VALUES} >= NOT_YET
    assert {value.command for value in VALUES.values()} == {"lint", "analyze"}
    assert all(table.exists() for table in TABLES)


@pytest.mark.parametrize("case", [marked(case) for case in VALUES])
def test_a_case_is_judged_as_its_table_says(case: str) -> None:
    value = VALUES[case]
    assert value.wrong(told(value.command, value.path)) == []
