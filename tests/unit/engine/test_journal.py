from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.unit.engine.conftest import step
from troubleshooter.engine.journal import Journal
from troubleshooter.engine.ownership import Ownership
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import NotFound, Refused, UsageProblem
from troubleshooter.model.event import EventKind
from troubleshooter.model.playbook import Playbook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.conftest import Bench


def now() -> str:
    return "2026-01-01T00:00:00.000Z"


def noted(text: str) -> tuple[EventKind, dict[str, str]]:
    return EventKind.NOTED, {"step": "", "text": text}


def test_events_are_numbered_without_gaps_per_run(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now)
    journal.append("a", [noted("1"), noted("2")])
    journal.append("b", [noted("1")])
    journal.append("a", [noted("3")], after=2)

    assert [(e.seq, e.data["text"]) for e in journal.events("a")] == [(1, "1"), (2, "2"), (3, "3")]
    assert [e.seq for e in journal.events("b")] == [1]
    journal.close()


def test_a_foreign_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    before = path.read_bytes()

    with pytest.raises(UsageProblem, match="not this program's journal"):
        Journal(tmp_path, now)

    assert path.read_bytes() == before


def test_a_place_where_no_journal_can_be_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "home" / "journal.sqlite3").mkdir(parents=True)
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "home"):
        with pytest.raises(UsageProblem, match="could not be opened") as told:
            Journal(place, now)
        assert "TROUBLESHOOTER_HOME" in told.value.do


def test_a_torn_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"SQLite format 3\x00 and then nothing of the kind" * 100)
    before = path.read_bytes()

    with pytest.raises(UsageProblem, match="cannot be read"):
        Journal(tmp_path, now)

    assert path.read_bytes() == before


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    journal = Journal(tmp_path, now)
    for run in ("ab01", "ab02", "cd01"):
        journal.append(run, [noted("")])

    assert journal.find("cd") == "cd01"
    with pytest.raises(UsageProblem, match="2 runs"):
        journal.find("ab")
    with pytest.raises(NotFound, match="no run ef"):
        journal.find("ef")
    with pytest.raises(NotFound):
        journal.find("")
    journal.close()


def test_two_owners_of_one_run_are_refused_until_the_first_lets_go(bench: Bench, tmp_path: Path) -> None:
    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": lambda _: StepOutcome("done")})

    with pytest.raises(Refused, match="open in another process"):
        Ownership(tmp_path / run.id, run.id)
    run.close()

    Ownership(tmp_path / run.id, run.id).release()
    assert run.state.step("a").state == "pending"
