"""The tables of attacks name tests that exist, and say of each what it says itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
UNTRIED = "could not be tried"


class Row(NamedTuple):
    attack: str
    tests: list[str]
    now: str


def rows() -> list[Row]:
    """Of every table in this folder whose columns are row, test, now."""
    found = []
    for page in sorted(HERE.glob("*.md")):
        for line in page.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("|") and len(cells) == 3 and cells[1] not in {"test", "---"}:
                found.append(Row(cells[0], re.findall(r"`([\w./]+\.py::\w+)`", cells[1]), cells[2]))
    return found


def faults() -> dict[str, set[str]]:
    """Every test of this folder, with the faults that its expected failures are named after."""
    found = {}
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
                found[f"{path.name}::{node.name}"] = set(
                    re.findall(r"(?:reason=|fails\()['\"](F\d+)\b", marks)
                )
    return found


ROWS = rows()
FAULTS = faults()


def test_there_are_tables() -> None:
    assert ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.attack)
def test_a_row_has_tests_that_say_the_same(row: Row) -> None:
    if row.now.startswith(UNTRIED):
        assert row.tests == []
        return
    assert row.tests
    missing = [name for name in row.tests if name not in FAULTS and not _is_elsewhere(name)]
    assert missing == []
    expected = {fault for name in row.tests for fault in FAULTS.get(name, ())}
    said = set(re.findall(r"F\d+", row.now)) if row.now.startswith("xfail") else set()
    assert said == expected


def _is_elsewhere(name: str) -> bool:
    """A test of another folder, named from `tests/` on."""
    path, _, test = name.partition("::")
    file = HERE.parent / path
    return "/" in path and file.is_file() and f"def {test}(" in file.read_text(encoding="utf-8")
