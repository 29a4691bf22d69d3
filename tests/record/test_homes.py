"""Data folders that commit 41c8312 left behind are read today, and say what they said then."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import tarfile
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.outside import PROGRAM
from troubleshooter.model.run import RunState
from troubleshooter.model.unreadable import CannotBeRead, Unreadable
from troubleshooter.report.ticket_paper import LINES, WIDTH
from troubleshooter.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = Path(__file__).parent / "homes"
LARGEST = 600_000
SECRET = re.compile(
    rb"PRIVATE KEY|eyJ[\w-]{10,}\.[\w-]{10,}|client_secret=|(AccountKey|sig)=[\w%+/]{20}"
    rb"|(?<![\w-])(?=[\w-]*[g-z_-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32}(?![\w-])"
)
"""Well-known shapes; the last is that of the simulated Azure's client secret."""
DEBUG, FIXED, USER = "pool render-pool-dbg-", "pool render-pool-fix-", "node-user "


@dataclass(frozen=True, slots=True)
class Said:
    """What one run says: where it stands, what is left in Azure, its exit code, whether a fix is proven."""

    state: str
    code: int = 0
    left: tuple[str, ...] = ()
    """Kind and id, or how they begin."""
    proven: bool = False
    cause: str | None = None
    unknown: tuple[str, ...] = ()
    """What no answer told the outcome of; by the words of today, since then it counted as left."""
    away: bool = False


_IMDS = "imds-identity-not-found"
_JOB, _ORIGINAL = "job nightly-frames", "original-pool render-pool"
TABLE: dict[str, tuple[Said, ...]] = {
    "cleaned-up": (Said("at verify", 3, cause=_IMDS),),
    "done-applied": (Said("done", 0, proven=True, cause=_IMDS),),
    "done-cause-outside": (Said("done", 3, cause="kv-403-rbac"),),
    "done-in-place": (Said("done", 0, proven=True, cause=_IMDS),),
    "done-proven": (Said("done", 0, proven=True, cause=_IMDS),),
    "failed-step": (Said("failed at recreate", 7),),
    "gate-open": (Said("at verify", 3, (DEBUG,), cause=_IMDS),),
    "healthy": (Said("done"),),
    "in-place-away": (Said("at recreate", 0, (_JOB, _ORIGINAL), away=True),),
    "in-place-debug-stage": (Said("at collect", 8, (_JOB, _ORIGINAL), unknown=(USER,)),),
    "in-place-fixed-stage": (Said("at verify", 3, (_JOB, _ORIGINAL), cause=_IMDS),),
    "in-place-jobs-off": (Said("at recreate", 0, (_JOB,)),),
    "in-place-put-back": (Said("at recreate"),),
    "in-place-restored": (Said("done"),),
    "killed-apply": (Said("at apply", 8, (FIXED,), proven=True, cause=_IMDS, unknown=(_JOB,)),),
    "killed-apply-all": (Said("at apply-all", 3, (FIXED, _JOB), proven=True, cause=_IMDS),),
    "killed-apply-away": (
        Said("at apply", 3, (FIXED, _JOB, _ORIGINAL), proven=True, cause=_IMDS, away=True),
    ),
    "killed-clean-up": (Said("at clean-up", 3, (FIXED,), proven=True, cause=_IMDS),),
    "killed-collect": (Said("at collect", 8, (DEBUG,), unknown=(USER,)),),
    "killed-recreate": (Said("at recreate", 8, unknown=(DEBUG,)),),
    "killed-verify": (Said("at verify", 3, (DEBUG,), cause=_IMDS),),
    "killed-verify-all": (Said("at verify-all", 3, (FIXED,), cause=_IMDS),),
    "quota": (Said("done", 7, cause="batch-resize-quota"),),
    "resumed": (Said("done", 0, proven=True, cause=_IMDS),),
    "several": (
        Said("at recreate", 0, (_JOB, _ORIGINAL), away=True),
        Said("at collect", 8, (DEBUG,), unknown=(USER,)),
        Said("done", 3, cause="kv-403-rbac"),
        Said("done"),
    ),
}
"""Runs in the order of `runs list`: the one touched last comes first."""

QUICK = {"done-proven", "failed-step", "in-place-away", "killed-collect"}
"""Read in every run of the tests; the others in the slow ones."""


def unpacked(name: str, folder: Path) -> Path:
    with tarfile.open(KEPT / f"{name}.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


def asked(home: Path, *arguments: str) -> str:
    environ = {**os.environ, "PYTHONUTF8": "1", "TROUBLESHOOTER_HOME": str(home)}
    ended = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, check=False, env=environ, timeout=60
    )
    assert ended.returncode == 0, (arguments, ended.stdout, ended.stderr)
    assert "Traceback" not in ended.stderr
    return ended.stdout


def document(home: Path, *arguments: str) -> Any:
    return json.loads(asked(home, *arguments, "--output", "json"))


def beginnings(changes: list[dict[str, Any]], expected: tuple[str, ...]) -> tuple[str, ...]:
    """Kind and id of changes, as far as the table says them."""
    shown = [f"{change['kind']} {change['id']}" for change in changes]
    return tuple(
        next((begin for begin in expected if text.startswith(begin) and begin[-1] in " -"), text)
        for text in shown
    )


def test_every_kept_folder_is_in_the_table() -> None:
    assert {path.name.removesuffix(".tar.xz") for path in KEPT.glob("*.tar.xz")} == set(TABLE)
    assert sum(path.stat().st_size for path in KEPT.iterdir() if path.is_file()) < LARGEST


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in TABLE]
)
def test_a_kept_folder_says_what_it_said(name: str, tmp_path: Path) -> None:
    home = unpacked(name, tmp_path)
    listed, overview = document(home, "runs", "list")["runs"], asked(home, "runs", "list")

    assert [run["state"] for run in listed] == [said.state for said in TABLE[name]]
    assert [run["open_changes"] for run in listed] == [len(said.left + said.unknown) for said in TABLE[name]]
    for run, said in zip(listed, TABLE[name], strict=True):
        shown = document(home, "runs", "show", run["id"])
        assert (shown["exit"], shown["verified"]) == (said.code, said.proven)
        assert beginnings(shown["changes"]["left"], said.left) == said.left
        assert beginnings(shown["changes"]["unknown"], said.unknown) == said.unknown
        assert ("original_away" in shown) is said.away
        assert (shown["diagnosis"] or {}).get("root_cause") == said.cause
        told = asked(home, "runs", "show", run["id"])
        still = [change["id"] for change in shown["changes"]["left"] + shown["changes"]["unknown"]]
        assert [each for each in still if each not in told] == []
        assert (f"runs restore {run['id']}" in told.splitlines()[0]) is said.away
        for text in (overview, told, asked(home, "report", run["id"])):
            assert run["id"] in text
        ticket = asked(home, "report", run["id"], "--format", "ticket").splitlines()
        assert len(ticket) <= LINES
        assert max(map(len, ticket)) <= WIDTH


@pytest.mark.parametrize("name", [name for name in TABLE if name.startswith(("killed", "in-place-"))])
def test_a_killed_process_left_its_write_ahead_log(name: str) -> None:
    with tarfile.open(KEPT / f"{name}.tar.xz") as packed:
        sizes = {member.name: member.size for member in packed}

    followed = name in {"in-place-put-back", "in-place-restored"}
    assert bool(sizes.get("./journal.sqlite3-wal")) is not followed


@contextmanager
def opened(home: Path) -> Iterator[Workbench]:
    bench = Workbench(home)
    try:
        yield bench
    finally:
        bench.close()


def unheard(_: object) -> None:
    """Nobody looks on."""


def rows(home: Path) -> list[Any]:
    with closing(sqlite3.connect(home / "journal.sqlite3")) as db:
        return db.execute(
            "SELECT run, seq, at, kind, CAST(data AS BLOB) FROM events ORDER BY 1, 2"
        ).fetchall()


@pytest.mark.parametrize("name", TABLE)
def test_a_run_of_before_is_taken_up_again(name: str, tmp_path: Path) -> None:
    """Whatever was written before runs said with which schema: it is owned, written into, and read again."""
    home = unpacked(name, tmp_path)
    with opened(home) as bench:
        states = [run for run in bench.runs() if isinstance(run, RunState)]
        assert len(states) == len(TABLE[name])
        for state in states:
            run = bench.resume(state.id, threading.Event())
            try:
                step = run.next_step()
                assert (step.id if step else None) == (state.current.id if state.current else None)
                run.note("taken up again")
            finally:
                run.close()
    with opened(home) as bench:
        for state in states:
            again = bench.read(state.id)
            assert again.notes[-1].text == "taken up again"
            assert replace(again, notes=state.notes, updated=state.updated) == state
            assert [event.seq for event in bench.events(state.id)] == [
                *range(1, len(bench.events(state.id)) + 1)
            ]


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize(
    "harm",
    [
        "SET kind = 'teleported' WHERE seq = 3",
        "SET data = '{' WHERE seq = 2",
        "SET data = json_set(data, '$.schema', 99) WHERE seq = 1",
    ],
    ids=["unknown event", "broken row", "newer version"],
)
def test_one_that_cannot_be_read_is_refused_and_keeps_what_it_is_known_to_have_left(
    name: str, harm: str, tmp_path: Path
) -> None:
    home = unpacked(name, tmp_path)
    with opened(home) as bench:
        whole = {run.id: run for run in bench.runs() if isinstance(run, RunState)}
    with closing(sqlite3.connect(home / "journal.sqlite3", isolation_level=None)) as db:
        db.execute(f"UPDATE events {harm}")
    before, kept = rows(home), sorted(home.rglob("*"))
    with opened(home) as bench:
        runs = bench.runs()
        assert [run.id for run in runs] == [*whole]
        for run in runs:
            assert isinstance(run, Unreadable)
            assert run.left == whole[run.id].open_changes
            assert run.target == whole[run.id].target
            for act in (
                lambda: bench.resume(run.id, threading.Event()),  # noqa: B023 - called before the loop goes on
                lambda: bench.cleanup(run.id, unheard, threading.Event()),  # noqa: B023 - as above
                lambda: bench.restore(run.id, unheard, threading.Event()),  # noqa: B023 - as above
                lambda: bench.close_change(run.id, "any", threading.Event()),  # noqa: B023 - as above
                lambda: bench.finish_way_back(run.id, unheard, threading.Event()),  # noqa: B023 - as above
                lambda: bench.delete(run.id),  # noqa: B023 - as above
            ):
                with pytest.raises(CannotBeRead) as refused:
                    act()
                assert refused.value.exit_code == 9
    assert rows(home) == before
    assert sorted(path for path in home.rglob("*") if path.name != "salt") == [
        path for path in kept if path.name != "salt"
    ]


@pytest.mark.parametrize("name", TABLE)
def test_nothing_secret_is_kept(name: str, tmp_path: Path) -> None:
    home = unpacked(name, tmp_path)
    for path in home.rglob("*"):
        if path.is_file():
            assert not SECRET.search(path.read_bytes()), path.name
