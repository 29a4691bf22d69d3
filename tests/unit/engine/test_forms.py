"""The typed forms of events, and the version that goes with them."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.unit.engine.conftest import step
from troubleshooter.engine.journal import Journal
from troubleshooter.engine.replay import Replay
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import Refused
from troubleshooter.model.event import FORMS, SCHEMA, EventKind
from troubleshooter.model.playbook import Playbook
from troubleshooter.model.unreadable import CannotBeRead

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.conftest import Bench

WRITTEN = {
    3: {
        "run-created": "target playbook steps options? version? schema?",
        "step-started": "step",
        "step-finished": "step state seconds why outcome? attention? exit_code? output? gives? error?",
        "steps-skipped": "steps why",
        "steps-reset": "steps why by?",
        "asked": "question seconds",
        "answered": "gate choice plan_hash by? about?",
        "noted": "step text",
        "file-kept": "node name sha256 sha256_read size cut? step?",
        "diagnosed": "diagnosis likely?",
        "verified": "verified because",
        "change-intended": "kind id detail?",
        "change-made": "kind id detail?",
        "change-removing": "kind id detail?",
        "change-removed": "kind id detail?",
        "change-never-made": "kind id detail?",
        "change-unknown": "kind id detail?",
        "change-closed": "kind id detail?",
    },
    4: {
        "run-created": "target playbook steps options? version? schema?",
        "step-started": "step",
        "step-finished": "step state seconds why outcome? attention? exit_code? output? gives? error?",
        "steps-skipped": "steps why",
        "steps-reset": "steps why by?",
        "asked": "question seconds",
        "answered": "gate choice plan_hash by? about?",
        "noted": "step text",
        "host-key-seen": "pool node fingerprint",
        "file-kept": "node name sha256 sha256_read size cut? step?",
        "diagnosed": "diagnosis likely?",
        "verified": "verified because",
        "change-intended": "kind id detail?",
        "change-made": "kind id detail?",
        "change-removing": "kind id detail?",
        "change-removed": "kind id detail?",
        "change-never-made": "kind id detail?",
        "change-unknown": "kind id detail?",
        "change-closed": "kind id detail?",
    },
}
WRITTEN[5] = WRITTEN[4] | {"node-taken": "pool node"}
"""By schema, the fields of each event. A program that finds other fields refuses the run, so whoever changes
a form raises SCHEMA and adds a table; that of an older schema shows what still has to be read."""


def test_each_kind_has_one_form_and_a_form_that_changes_has_a_new_version() -> None:
    forms = {
        kind.value: " ".join(
            field.name + "?" * (not field.required) for field in msgspec.structs.fields(FORMS[kind])
        )
        for kind in EventKind
    }

    assert forms == WRITTEN[SCHEMA]
    assert max(WRITTEN) == SCHEMA


def test_what_could_not_be_read_again_is_not_written(bench: Bench) -> None:
    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": lambda _: StepOutcome("done")})
    before = bench.journal.events(run.id)

    with pytest.raises(ValueError, match="field text is missing"):
        bench.journal.append(run.id, [(EventKind.NOTED, {"step": "a"})], after=len(before))
    assert bench.journal.events(run.id) == before


def test_nothing_is_written_after_what_was_not_read(bench: Bench) -> None:
    """Two who look at one run: whoever has not seen what the other wrote writes nothing."""
    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": lambda _: StepOutcome("done")})
    other = Replay(bench.journal)
    other.write(run.id, [(EventKind.NOTED, {"step": "a", "text": "from elsewhere"})])

    with pytest.raises(Refused, match="Nothing was written"):
        run.note("from here")
    assert [event.data["text"] for event in bench.journal.events(run.id)[1:]] == ["from elsewhere"]


def test_a_run_that_cannot_be_read_is_not_written_into(bench: Bench, tmp_path: Path) -> None:
    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": lambda _: StepOutcome("done")})
    run.note("the last that is understood")
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE events SET kind = 'teleported' WHERE seq = 2")
    before = bench.journal.rows(run.id)

    with pytest.raises(CannotBeRead):
        Replay(bench.journal).write(run.id, [(EventKind.NOTED, {"step": "a", "text": "more"})])
    assert bench.journal.rows(run.id) == before


def test_only_what_is_new_is_read(tmp_path: Path) -> None:
    ticks = itertools.count()
    journal = Journal(tmp_path, lambda: f"2026-01-01T00:00:00.{next(ticks):06d}Z")
    here, there = Replay(journal), Replay(journal)
    created = {
        "target": {"subscription": "s", "resource_group": "g", "account": "a", "pool": "p"},
        "playbook": "p",
        "steps": ["a"],
        "schema": SCHEMA,
    }
    journal.append("run", [(EventKind.RUN_CREATED, created)])
    for number in range(3):
        there.write("run", [(EventKind.NOTED, {"step": "a", "text": f"{number}"})])
        assert here.read("run") == there.read("run")
        assert [note.text for note in here.read("run").notes] == [str(each) for each in range(number + 1)]
    journal.close()
