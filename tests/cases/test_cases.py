"""Each public case is judged as its index says; none brings the program down."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.cases.table import FOLDER, KINDS, NOT_YET, RIGHT
from tests.cases.told import told

if TYPE_CHECKING:
    from pathlib import Path

INDEXES = (FOLDER / "INDEX.tsv", FOLDER / "made" / "MADE.tsv")
ABOUT = {"INDEX.tsv", "MADE.tsv", "README.md"}


def listed() -> dict[str, str]:
    """Each case and the command it is given to."""
    found: dict[str, str] = {}
    for index in INDEXES:
        with index.open(encoding="utf-8") as table:
            rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
        found |= {(index.parent / row["file"]).relative_to(FOLDER).as_posix(): row["command"] for row in rows}
    return found


CASES = listed()


def kept(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".py", ".pyc"} and path.name not in ABOUT


def marked(case: str) -> object:
    """The case, failing on purpose where it is not right yet; anything else than that is a failure."""
    if case not in NOT_YET:
        return case
    kind = RIGHT[case][0]
    reason = f"kind {kind}: {KINDS[kind]}"
    return pytest.param(case, marks=pytest.mark.xfail(raises=AssertionError, strict=True, reason=reason))


def test_every_file_is_in_the_index_and_in_the_table() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if kept(path)}
    assert files == {*CASES} == {*RIGHT}
    assert {*CASES.values()} == {"lint", "analyze"}


def test_what_is_not_right_yet_is_a_case_of_a_kind_of_fault() -> None:
    assert {case for case, (kind, _) in RIGHT.items() if kind} >= NOT_YET


@pytest.mark.parametrize("case", [marked(case) for case in RIGHT])
def test_a_case_is_judged_as_its_index_says(case: str) -> None:
    said = told(CASES[case], FOLDER / case)
    assert RIGHT[case][1](said), said.document
