"""Six runs, of which three cannot be read: those are named, hide no other, and are left as they are."""

from __future__ import annotations

import re
import shlex
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from troubleshooter.engine.journal import Journal
from troubleshooter.errors import Refused
from troubleshooter.model.event import SCHEMA, EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.unit.cli.conftest import Ended

KEPT = Path(__file__).parents[2] / "record" / "homes"
SOUND = ("done-proven", "healthy", "gate-open")
NEWER, UNKNOWN, BROKEN = "killed-verify", "killed-collect", "in-place-away"
HARM = {
    NEWER: f"UPDATE events SET data = json_set(data, '$.schema', {SCHEMA + 1}, '$.version', '9.1')"
    " WHERE seq = 1",
    UNKNOWN: "UPDATE events SET kind = 'teleported' WHERE seq = 3",
    BROKEN: "UPDATE events SET data = substr(data, 1, 20) WHERE seq = 3",
}
WHY = {NEWER: "9.1", UNKNOWN: "teleported", BROKEN: "damaged"}


class Folder(NamedTuple):
    path: Path
    runs: Mapping[str, str]
    """By the name of the kept folder that each came from."""

    @property
    def unreadable(self) -> dict[str, str]:
        return {name: self.runs[name] for name in HARM}

    @property
    def sound(self) -> set[str]:
        return {self.runs[name] for name in SOUND}

    def rows(self) -> list[Any]:
        """Of the runs that cannot be read, byte by byte, and what lies in their folders."""
        with closing(sqlite3.connect(self.path / "journal.sqlite3")) as db:
            query = "SELECT run, seq, at, kind, CAST(data AS BLOB) FROM events ORDER BY run, seq"
            rows = [row for row in db.execute(query) if row[0] in self.unreadable.values()]
        folders = [self.path / "runs" / run for run in self.unreadable.values()]
        files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
        return [*rows, *((path, path.read_bytes()) for path in files)]


def unpacked(name: str, place: Path) -> Path:
    with tarfile.open(KEPT / f"{name}.tar.xz") as packed:
        packed.extractall(place, filter="data")
    return place


@pytest.fixture
def folder(data_directory: Path, tmp_path: Path) -> Folder:
    """Data folders that an earlier version left, put together as one."""
    runs = {}
    Journal(data_directory, lambda: "").close()
    with closing(sqlite3.connect(data_directory / "journal.sqlite3", isolation_level=None)) as db:
        for name in (*SOUND, *HARM):
            place = unpacked(name, tmp_path / name)
            with closing(sqlite3.connect(place / "journal.sqlite3", isolation_level=None)) as other:
                other.execute(HARM.get(name, "SELECT 1"))
                rows = other.execute("SELECT * FROM events").fetchall()
            db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
            runs[name] = rows[0][0]
            (place / "runs" / runs[name]).rename(made(data_directory / "runs") / runs[name])
    return Folder(data_directory, runs)


def made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def listed(invoke: Callable[..., Ended]) -> dict[str, Any]:
    ended = invoke("runs", "list", "--output", "json")
    assert ended.code == 0
    return {run["id"]: run for run in ended.document["runs"]}


def test_the_list_names_all_six(folder: Folder, invoke: Callable[..., Ended]) -> None:
    runs = listed(invoke)

    assert set(runs) == set(folder.runs.values())
    assert {run for run, row in runs.items() if row["state"] == "unreadable"} == {*folder.unreadable.values()}
    assert all("why" not in runs[run] for run in folder.sound)
    text = invoke("runs", "list").out
    for name, run in folder.unreadable.items():
        assert WHY[name] in runs[run]["why"]
        (line,) = (line for line in text.splitlines() if line.startswith(run))
        assert "unreadable" in line
        assert WHY[name] in line


def test_a_run_that_is_not_there_is_not_there_among_all_that_are_listed(
    folder: Folder, invoke: Callable[..., Ended]
) -> None:
    Journal(folder.path / "demo", lambda: "").close()
    why = invoke("runs", "show", "zz", "--output", "json").document["error"]["why"]

    assert why == f"6 runs are kept in {folder.path}. 0 runs are kept in {folder.path / 'demo'}."


def test_what_each_is_known_to_have_left_is_told_and_never_as_all(
    folder: Folder, invoke: Callable[..., Ended]
) -> None:
    runs = listed(invoke)
    for name, run in folder.unreadable.items():
        left = runs[run]["left"]
        account = runs[run]["target"].split("/")[8]
        assert {each["account"] for each in left} == {account}
        assert all(each["account_id"].endswith(f"/batchAccounts/{account}") for each in left)
        assert runs[run]["open_changes"] == len(left)
        shown = invoke("runs", "show", run)
        assert shown.code == 0
        told = " ".join(shown.out.split())
        assert "as far as it can be read" in told
        assert "there may be more, and some may be gone" in told
        for each in left:
            assert f"{each['kind']} {each['id']} in account {account}" in told
        kinds = {each["kind"] for each in left}
        assert kinds == {
            NEWER: {"pool"}, UNKNOWN: {"pool", "node-user"}, BROKEN: {"original-pool", "job"}
        }[name]  # fmt: skip


def test_the_command_that_removes_by_the_mark_names_the_runs_own_pools_and_no_original(
    folder: Folder, invoke: Callable[..., Ended]
) -> None:
    runs = listed(invoke)
    for name in (NEWER, UNKNOWN):
        run = runs[folder.runs[name]]
        (pool,) = (each for each in run["left"] if each["kind"] == "pool")
        words = ["troubleshooter", "runs", "cleanup", run["id"], "--in", pool["account_id"], "--confirm"]
        assert shlex.split(run["remove_with"])[:8] == [*words, pool["id"]]
        assert run["remove_with"] == invoke("runs", "show", run["id"]).out.splitlines()[-1].strip()
    original = runs[folder.runs[BROKEN]]
    assert original["remove_with"] is None
    saved = folder.path / "runs" / original["id"] / "pool.json"
    assert saved.is_file()
    assert f"Put pool render-pool back as it was, if it is not: it was saved in {saved}." in (original["do"])
    assert "Enable job nightly-frames again" in original["do"]


COMMANDS = (
    ("runs", "resume", "RUN", "--yes"),
    ("runs", "cleanup", "RUN", "--yes"),
    ("runs", "cleanup", "RUN", "--close", "render-pool"),
    ("runs", "restore", "RUN", "--confirm", "render-pool"),
    ("runs", "delete", "RUN", "--yes"),
    ("runs", "export", "RUN", "-o", "OUT"),
    ("runs", "export", "RUN", "--preview"),
    ("report", "RUN"),
)


@pytest.mark.parametrize("name", HARM)
def test_what_needs_the_whole_run_is_refused_with_9_and_writes_nothing(
    name: str, folder: Folder, invoke: Callable[..., Ended], tmp_path: Path
) -> None:
    run, before = folder.runs[name], folder.rows()
    known = listed(invoke)[run]
    for command in COMMANDS:
        words = [{"RUN": run, "OUT": str(tmp_path / "out")}.get(word, word) for word in command]
        refused = invoke(*words, "--output", "json")
        assert refused.code == 9, command
        error = refused.document["error"]
        assert all(error.values())
        assert WHY[name] in error["why"]
        assert refused.document["left"] == known["left"] != []
        for each in known["left"]:
            assert f"{each['kind']} {each['id']} in account {each['account']}" in error["why"]
        assert (known["remove_with"] or "pool.json") in error["do"]
        told = invoke(*words)
        assert (told.code, told.out) == (9, "")
        assert WHY[name] in told.err
    assert folder.rows() == before
    assert not (tmp_path / "out").exists()


def test_an_original_that_is_away_is_told_by_whatever_is_asked(
    folder: Folder, invoke: Callable[..., Ended]
) -> None:
    run = folder.runs[BROKEN]
    alarm = (
        f"Pool render-pool is away: run {run} deleted it, and it does not stand again yet. That run cannot"
    )
    for words in (("runs", "list"), ("runs", "show", folder.runs["healthy"]), ("runs", "show", run)):
        assert alarm in " ".join(invoke(*words).err.split()), words
    (away,) = invoke("runs", "list", "--output", "json").document["originals_away"]
    assert (away["run"], away["gone"], away["put_back_with"]) == (run, True, None)


def test_showing_and_checking_them_writes_nothing(folder: Folder, invoke: Callable[..., Ended]) -> None:
    before = folder.rows()
    listed(invoke)
    for run in folder.runs.values():
        shown = invoke("runs", "show", run, "--output", "json")
        assert (shown.code, shown.document["run"]) == (0, run)
        assert (shown.document.get("state") == "unreadable") is (run in folder.unreadable.values())
    doctor = invoke("doctor", "--arm-endpoint", "https://127.0.0.1:1", "--output", "json")

    rows = {row["name"]: row for row in doctor.document["checks"]}
    assert "6 runs, 3 cannot be read" in rows["journal"]["told"]
    for name, run in folder.unreadable.items():
        assert WHY[name] in rows[f"run {run}"]["told"]
        assert "there may be more" in rows[f"run {run}"]["told"]
        assert rows[f"run {run}"]["do"] == listed(invoke)[run]["do"]
    assert not folder.sound & {row.removeprefix("run ") for row in rows}
    assert folder.rows() == before


def test_nobody_who_has_not_read_a_run_whole_can_write_into_it(folder: Folder) -> None:
    before = folder.rows()
    journal = Journal(folder.path, lambda: "2026-01-01T00:00:00.000Z")
    for run in folder.unreadable.values():
        with pytest.raises(Refused):
            journal.append(run, [(EventKind.NOTED, {"step": "", "text": "I was here"})])
    journal.close()
    assert folder.rows() == before


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("SET data = '{' WHERE seq = 1", r"Event 1 \(run-created\) cannot be read: it is damaged"),
        ("SET data = json_set(data, '$.later', 1) WHERE seq = 2", r"does not know its field later"),
        ("SET data = '{}' WHERE seq = 2", r"Event 2 \(step-started\) .* its field step is missing"),
        ("SET data = json_set(data, '$.step', 7) WHERE seq = 2", r"its field step does not fit"),
        ("SET data = json_set(data, '$.step', 'gone') WHERE seq = 2", r"the run has no step gone"),
        ("SET at = 'yesterday' WHERE seq = 2", r"'yesterday' is no time"),
        ("SET data = CAST(x'ff' AS TEXT) WHERE seq = 2", r"Event 2 \(step-started\) .* damaged"),
        ("SET data = x'00' WHERE seq = 2", r"Event 2 \(step-started\) .* damaged"),
        ("SET kind = CAST(x'ff' AS TEXT) WHERE seq = 2", r"knows no such event"),
        ("SET data = '[' WHERE kind = 'change-intended'", r"\(change-intended\) cannot be read"),
        ("SET seq = seq + 1 WHERE seq = (SELECT max(seq) FROM events)", r"cannot be read: it is missing"),
        ("SET kind = 'run-created', data = (SELECT data FROM events WHERE seq = 1) WHERE seq = 2", "middle"),
    ],
)
def test_whatever_is_wrong_with_an_event_is_said_with_its_number_kind_and_field(
    harm: str, why: str, data_directory: Path, invoke: Callable[..., Ended]
) -> None:
    unpacked("killed-verify", data_directory)
    with closing(sqlite3.connect(data_directory / "journal.sqlite3", isolation_level=None)) as db:
        db.execute(f"UPDATE events {harm}")
    (run,) = listed(invoke).values()

    assert run["state"] == "unreadable"
    assert re.search(why, run["why"])
    assert invoke("runs", "cleanup", run["id"], "--yes").code == 9


def test_an_end_that_cannot_be_read_is_none(data_directory: Path, invoke: Callable[..., Ended]) -> None:
    unpacked("done-proven", data_directory)
    with closing(sqlite3.connect(data_directory / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE events SET kind = 'change-unmade' WHERE kind = 'change-removed'")
    (run,) = listed(invoke).values()

    assert sorted(each["kind"] for each in run["left"]) == ["node-user", "node-user", "pool", "pool"]
    assert re.search(r"Event \d+ \(change-unmade\) .* 3 more are like it\.", run["why"])
    assert run["remove_with"].count("--confirm") == 2


def test_without_its_first_event_the_account_is_told_by_what_it_made(
    data_directory: Path, invoke: Callable[..., Ended]
) -> None:
    unpacked("killed-verify", data_directory)
    (before,) = listed(invoke).values()
    with closing(sqlite3.connect(data_directory / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE events SET data = '{' WHERE seq = 1")
    (run,) = listed(invoke).values()

    (pool,) = run["left"]
    assert run["target"] is None
    assert before["target"].startswith(pool["account_id"] + "/pools/")
    assert f"--in {pool['account_id']} --confirm {pool['id']}" in run["remove_with"]


def test_where_nothing_tells_the_account_the_command_leaves_its_place_open(
    data_directory: Path, invoke: Callable[..., Ended]
) -> None:
    unpacked("killed-verify", data_directory)
    with closing(sqlite3.connect(data_directory / "journal.sqlite3", isolation_level=None)) as db:
        db.execute("UPDATE events SET data = '{' WHERE seq = 1")
        db.execute(
            "UPDATE events SET data = json_set(data, '$.detail', json('{}')) WHERE kind LIKE 'change%'"
        )
    (run,) = listed(invoke).values()

    (pool,) = run["left"]
    assert (pool["account"], pool["account_id"]) == (None, None)
    assert f"--in ACCOUNT_ID --confirm {pool['id']}" in run["remove_with"]
    assert f"{pool['id']} in account not known" in " ".join(invoke("runs", "show", run["id"]).out.split())


def test_one_of_the_demo_left_nothing_anywhere(data_directory: Path, invoke: Callable[..., Ended]) -> None:
    unpacked("killed-verify", made(made(data_directory) / "demo"))
    path = data_directory / "demo" / "journal.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE events SET data = '{' WHERE seq = 2")
    (run,) = listed(invoke).values()

    assert (run["state"], run["demo"], run["open_changes"]) == ("unreadable", True, 0)
    assert (run["left"], run["remove_with"]) == ([], None)
    shown = invoke("runs", "show", run["id"])
    assert "ended with the demo: nothing is left anywhere" in " ".join(shown.out.split())
    assert invoke("runs", "resume", run["id"], "--yes").code == 9
    assert invoke("runs", "delete", run["id"], "--yes").code == 9
