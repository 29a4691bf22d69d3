"""What earlier runs waited counts where they waited once, at a stretch, and all nodes came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.unit.engine.conftest import TARGET
from troubleshooter.engine.earlier import MOST, waits
from troubleshooter.engine.journal import Journal
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEP = "wait-for-idle"
SURVEYED = {"endpoint": "https://a.example", "pool": {"vm_size": "standard_d2s_v3", "image": "c:o:s"}}


class Clock:
    """Text of a time that a test sets."""

    at = "2026-11-27T12:00:00.000Z"

    def __call__(self) -> str:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    made = Journal(tmp_path, clock)
    yield made
    made.close()


def write(journal: Journal, run: str, kind: EventKind, **data: Any) -> None:
    last = len(journal.rows(run))
    journal.append(run, [(kind, data)], after=last)


def begin(journal: Journal, run: str, **options: Any) -> None:
    steps = ["survey", STEP]
    target = msgspec.to_builtins(TARGET)
    write(journal, run, EventKind.RUN_CREATED, target=target, playbook="p", steps=steps, options=options)
    write(journal, run, EventKind.STEP_STARTED, step="survey")
    done(journal, run, "survey", 1.0, gives="Surveyed", output=SURVEYED)


def done(journal: Journal, run: str, step: str, seconds: float, **more: Any) -> None:
    write(journal, run, EventKind.STEP_FINISHED, step=step, state="done", seconds=seconds, why="", **more)


def waited(journal: Journal, clock: Clock, run: str, seconds: float = 240.0, **more: Any) -> None:
    """From noon to four minutes past it."""
    clock.at = "2026-11-27T12:00:00.000Z"
    write(journal, run, EventKind.STEP_STARTED, step=STEP)
    clock.at = "2026-11-27T12:04:00.000Z"
    done(journal, run, STEP, seconds, gives="Ready", output={"ready": ["n"]}, **more)


def test_a_wait_that_ended_well_counts(journal: Journal, clock: Clock) -> None:
    begin(journal, "aaaaaaaa")
    waited(journal, clock, "aaaaaaaa")
    (found,) = waits(journal, "bbbbbbbb")
    assert (found.run, found.seconds, found.target) == ("aaaaaaaa", 240.0, TARGET)
    assert (found.surveyed.pool.vm_size, found.surveyed.pool.image) == ("standard_d2s_v3", "c:o:s")
    assert list(waits(journal, "aaaaaaaa")) == []  # its own is not an earlier one


def test_what_needs_attention_or_did_not_end_well_does_not(journal: Journal, clock: Clock) -> None:
    begin(journal, "aaaaaaaa")
    waited(journal, clock, "aaaaaaaa", attention=True)
    assert list(waits(journal, "")) == []


def test_one_that_was_interrupted_does_not(journal: Journal, clock: Clock) -> None:
    begin(journal, "aaaaaaaa")
    waited(journal, clock, "aaaaaaaa", seconds=30.0)  # the program was away for most of it
    assert list(waits(journal, "")) == []


def test_one_that_was_begun_twice_does_not(journal: Journal, clock: Clock) -> None:
    begin(journal, "aaaaaaaa")
    write(journal, "aaaaaaaa", EventKind.STEP_STARTED, step=STEP)
    waited(journal, clock, "aaaaaaaa")
    assert list(waits(journal, "")) == []


def test_one_after_a_reset_does_not(journal: Journal, clock: Clock) -> None:
    begin(journal, "aaaaaaaa")
    write(journal, "aaaaaaaa", EventKind.STEPS_RESET, steps=[STEP], why="again")
    waited(journal, clock, "aaaaaaaa")
    assert list(waits(journal, "")) == []


def test_a_rehearsal_is_no_history(journal: Journal, clock: Clock) -> None:
    begin(journal, "aaaaaaaa", rehearsal="troubleshooter demo")
    waited(journal, clock, "aaaaaaaa")
    assert list(waits(journal, "")) == []


def test_a_run_that_cannot_be_read_whole_hides_no_other(journal: Journal, clock: Clock) -> None:
    for run in ("aaaaaaaa", "cccccccc"):
        begin(journal, run)
        waited(journal, clock, run)
    journal._db.execute("UPDATE events SET kind = 'unheard-of' WHERE run = 'aaaaaaaa' AND seq = 2")
    assert [one.run for one in waits(journal, "")] == ["cccccccc"]


def test_only_the_newest_runs_are_read(journal: Journal, clock: Clock) -> None:
    for number in range(MOST + 3):
        run = f"aaaaaa{number:02d}"
        begin(journal, run)
        waited(journal, clock, run)
    assert len(list(waits(journal, ""))) == MOST
