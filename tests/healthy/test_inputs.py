"""What tools print where nothing is wrong: nothing found or nothing recognised, no error, no warning."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cases.told import told
from troubleshooter.errors import ExitCode

INPUTS = Path(__file__).parent / "inputs"
WELL = {ExitCode.DONE, ExitCode.INCOMPLETE}


def inputs() -> list[str]:
    with (INPUTS / "INDEX.tsv").open(encoding="utf-8", newline="") as table:
        return [row["file"] for row in csv.DictReader(table, delimiter="\t")]


def test_all_of_them_are_listed() -> None:
    there = {path.relative_to(INPUTS).as_posix() for path in INPUTS.rglob("*") if path.is_file()}
    assert set(inputs()) == there - {"INDEX.tsv"}
    assert len(there) > 60


@pytest.mark.parametrize("name", inputs())
def test_nothing_is_found_where_nothing_is_wrong(name: str) -> None:
    ended = told("analyze", INPUTS / name)

    assert (ended.code in WELL, ended.document.get("unexplained")) == (True, [])
    assert ended.severities <= {"info"}


@pytest.mark.parametrize("name", [name for name in inputs() if name.endswith(".json")])
def test_their_settings_are_right(name: str) -> None:
    ended = told("lint", INPUTS / name)

    assert ended.code in WELL
    assert ended.severities <= {"info"}


def test_beside_each_other_they_are_as_well(tmp_path: Path) -> None:
    """One says nothing of another."""
    for name in inputs():
        (tmp_path / name.replace("/", "-")).write_bytes((INPUTS / name).read_bytes())

    assert told("analyze", tmp_path).code == ExitCode.DONE
