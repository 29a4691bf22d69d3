"""What is done to the data directory from outside: damage, strangers, no room, no rights, two at once."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.flows.outside import World

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason=reasons.POSIX),
]

_DROP_FROM_BOUNDING_SET = 24
_DAC_OVERRIDE = 1


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "runs", "auth-settings-misplaced") as world:
        yield world


@pytest.fixture
def journal(world: World) -> Path:
    """Of a run that is over."""
    assert world.call(*world.run[:-2])[0] == 0
    return Path(world.environ["TROUBLESHOOTER_HOME"]) / "journal.sqlite3"


def limited(world: World, before: Callable[[], None], *arguments: str) -> tuple[int, Any]:
    """The program in a process that lacks something."""
    ended = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, check=False, env=world.environ, timeout=120,
        preexec_fn=before,
    )  # fmt: skip
    return ended.returncode, world.read(ended.stdout)


def torn_header(journal: Path) -> None:
    journal.write_bytes(b"\0" * 64 + journal.read_bytes()[64:])


def torn_short(journal: Path) -> None:
    journal.write_bytes(journal.read_bytes()[:5000])


def torn_inside(journal: Path) -> None:
    data = journal.read_bytes()
    journal.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


def foreign(journal: Path) -> None:
    journal.unlink()
    with closing(sqlite3.connect(journal)) as db:
        db.execute("CREATE TABLE photos (name TEXT)")
        db.commit()


def text(journal: Path) -> None:
    journal.write_text("a note somebody saved here\n" * 100)


def newer(journal: Path) -> None:
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("UPDATE events SET kind = 'teleported' WHERE seq = 5")


def gap(journal: Path) -> None:
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("DELETE FROM events WHERE seq = 7")


def half_an_event(journal: Path) -> None:
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("UPDATE events SET data = substr(data, 1, 20) WHERE seq = 6")


@pytest.mark.parametrize("harm", [torn_header, torn_short, torn_inside, foreign, text])
def test_a_damaged_or_foreign_database_is_told_and_left_alone(
    world: World, journal: Path, harm: Callable[[Path], None]
) -> None:
    harm(journal)
    before = journal.read_bytes()
    for command in (("runs", "list"), world.run[:-2]):
        code, document = world.call(*command)
        assert code == 2, document
        assert all(document["error"].values())
        assert str(journal) in "".join(document["error"].values())
        assert journal.read_bytes() == before
    assert world.left() == []


@pytest.mark.parametrize("harm", [newer, gap, half_an_event])
def test_a_run_with_an_event_that_cannot_be_read_is_named_left_alone_and_hides_no_other(
    world: World, journal: Path, harm: Callable[[Path], None]
) -> None:
    harm(journal)
    (unreadable,) = world.call("runs", "list")[1]["runs"]
    before = rows(journal, unreadable["id"])

    assert world.call(*world.run[:-2])[0] == 0
    code, document = world.call("runs", "list")
    assert code == 0
    assert [run["state"] for run in document["runs"]] == ["done", "unreadable"]
    assert str(journal) in unreadable["do"]
    assert world.call("runs", "resume", unreadable["id"])[0] == 9
    assert rows(journal, unreadable["id"]) == before
    assert world.left() == []


def rows(journal: Path, run: str) -> list[Any]:
    with closing(sqlite3.connect(journal)) as db:
        return db.execute("SELECT * FROM events WHERE run = ? ORDER BY seq", (run,)).fetchall()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_done(world: World) -> None:
    home = Path(world.environ["TROUBLESHOOTER_HOME"])
    home.mkdir(mode=0o500)

    def no_override() -> None:
        if os.geteuid() == 0:  # root may write everywhere, unless it gives that up
            ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, _DAC_OVERRIDE, 0, 0, 0)

    code, document = limited(world, no_override, *world.run)
    assert code == 2
    assert "Permission denied" in document["error"]["why"]
    assert world.left() == []


@pytest.mark.parametrize("room", [1_000, 9_000, 20_000, 45_000, 70_000, 100_000, 130_000])
def test_a_full_disk_stops_a_run_that_is_resumed_when_there_is_room(world: World, room: int) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    code, document = limited(world, full, *world.run)
    assert code in {0, 7}, document
    _, listed = world.call("runs", "list")
    if code == 7:
        assert all(document["error"].values())
    if not listed["runs"]:
        assert world.left() == []
        return
    code, document = world.call("runs", "resume", listed["runs"][0]["id"], "--yes")
    assert (code, document["verified"]) == (0, True)
    assert world.left() == []


def test_two_processes_cannot_own_one_run(world: World) -> None:
    world.control("POST", "fault", {"match": "PUT /pools/", "delay": 6})
    with subprocess.Popen(
        [*PROGRAM, *world.run],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=world.environ,
    ) as first:
        deadline = time.monotonic() + 20
        while not (listed := world.call("runs", "list")[1]["runs"]) or not listed[0]["open_changes"]:
            assert time.monotonic() < deadline
        run = listed[0]["id"]
        for command in (("resume", run, "--yes"), ("cleanup", run, "--yes")):
            code, document = world.call("runs", *command)
            assert (code, document["error"]["what"]) == (9, f"Run {run} is open in another process.")
        assert world.call("runs", "delete", run)[0] == 9
        assert world.call("runs", "show", run)[1]["run"] == run
        out, _ = first.communicate(timeout=60)
    assert (first.returncode, world.read(out)["verified"]) == (0, True)
    assert world.left() == []


@pytest.mark.parametrize(("delay", "answered"), [(6, True), (45, False)])
def test_an_interrupt_is_answered_at_once_and_the_call_in_flight_dealt_with(
    world: World, delay: int, answered: bool
) -> None:
    world.control("POST", "fault", {"match": "PUT /pools/", "delay": delay, "after_effect": True})
    with subprocess.Popen(
        [*PROGRAM, *world.run], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=world.environ
    ) as running:
        assert running.stderr is not None
        while not running.stderr.readline().startswith("◐ recreate"):
            pass
        while not world.left():
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        asked = time.monotonic()
        while "Stopping after the call in flight" not in running.stderr.readline():
            pass
        assert (
            time.monotonic() - asked < 5
        )  # before the call in flight is answered, however busy the machine is
        out, _ = running.communicate(timeout=70)
    document = world.read(out)
    assert (running.returncode, document["exit"]) == (130, 130)
    assert "runs resume" in document["error"]["do"]
    (pool,) = world.left()
    made = [each["id"] for each in document["changes"]["created"]]
    assert made == ([pool] if answered else [])
    assert [each["id"] for each in document["changes"]["left" if answered else "unknown"]] == [pool]
    code, document = world.resumed()
    assert (code, document["verified"]) == (0, True)
    assert world.left() == []
