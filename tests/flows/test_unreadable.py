"""A run that cannot be read is not cleaned up, but what it left is, with the command that it names."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.flows.outside import served

if TYPE_CHECKING:
    from pathlib import Path


def test_the_command_that_is_named_removes_what_was_left_and_the_run_stays(tmp_path: Path) -> None:
    with served(tmp_path / "runs") as world:
        world.call(*world.run[:-2], "--poll-interval", "0.1", "--until", "wait-for-idle")
        (pool,) = world.left()
        with closing(sqlite3.connect(tmp_path / "runs" / "journal.sqlite3", isolation_level=None)) as db:
            db.execute("UPDATE events SET kind = 'teleported' WHERE seq = 3")
            before = db.execute("SELECT * FROM events").fetchall()
        (run,) = world.call("runs", "list")[1]["runs"]
        assert [(each["kind"], each["id"]) for each in run["left"]] == [("pool", pool)]
        code, refused = world.call("runs", "cleanup", run["id"], "--yes")
        assert (code, refused["remove_with"]) == (9, run["remove_with"])
        assert world.left() == [pool]

        places = ("ARM_ENDPOINT", "AUTHORITY", "CA_FILE")
        for name in places:  # the command says itself where that Azure is
            del world.environ[f"TROUBLESHOOTER_{name}"]
        code, receipt = world.call(*shlex.split(run["remove_with"])[1:])

        assert (code, [each["id"] for each in receipt["removed"]]) == (0, [pool])
        assert world.left() == []
        with closing(sqlite3.connect(tmp_path / "runs" / "journal.sqlite3")) as db:
            assert db.execute("SELECT * FROM events").fetchall() == before
