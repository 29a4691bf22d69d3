"""Data folders that commit 41c8312 left behind are read today, and say what they said then."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.outside import PROGRAM

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


@pytest.mark.parametrize("name", [name for name in TABLE if name.startswith(("killed", "in-place-"))])
def test_a_killed_process_left_its_write_ahead_log(name: str) -> None:
    with tarfile.open(KEPT / f"{name}.tar.xz") as packed:
        sizes = {member.name: member.size for member in packed}

    followed = name in {"in-place-put-back", "in-place-restored"}
    assert bool(sizes.get("./journal.sqlite3-wal")) is not followed


@pytest.mark.parametrize("name", TABLE)
def test_nothing_secret_is_kept(name: str, tmp_path: Path) -> None:
    home = unpacked(name, tmp_path)
    for path in home.rglob("*"):
        if path.is_file():
            assert not SECRET.search(path.read_bytes()), path.name
