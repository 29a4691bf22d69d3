"""Made the data folders beside it, once, with commit 41c8312 as it stood. It is not run again.

What a released version wrote has to stay readable, so these folders are kept as that version left them, the
write-ahead log of a killed process included. Only the `-shm` file is left out: SQLite builds it anew.

python -m tests.record.homes.make FOLDER
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from tests.flows.outside import World

_BASE = Path("/tmp/data-folders")  # this name is in the journals' notes
_POOL = "render-pool"
_QUICK = ("--poll-interval", "0.1")
_APPLY = ("--answer", "apply=pool", "--confirm", _POOL, "--answer", "jobs=requeue")
_IN_PLACE = ("--mode", "in-place", "--confirm", _POOL, "--answer", "jobs=requeue")
_LONG = 120


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL after this event of this step, while the call that comes next waits for its answer."""

    step: str
    event: str
    held: str
    detail: str = ""
    """Part of the event's data."""


@dataclass(frozen=True, slots=True)
class Home:
    name: str
    scenario: str
    arguments: tuple[str, ...] = ()
    kill: Kill | None = None
    fault: Mapping[str, Any] | None = None
    then: tuple[tuple[str, ...], ...] = ()
    """Verbs of `runs` that follow, RUN left out."""


_FIX = "wrong-client-id"
_AWAY = Kill("recreate", "change-intended", f"PUT /pools/{_POOL}$", '"deleted":true')

HOMES = (
    Home("done-cause-outside", "vault-rbac-denied"),
    Home("done-proven", _FIX, ("--debug-nodes", "2")),
    Home("done-applied", _FIX, _APPLY),
    Home("done-in-place", _FIX, _IN_PLACE),
    Home("healthy", "healthy"),
    Home("failed-step", _FIX, fault={"match": "PUT /pools/", "status": 400, "times": 9}),
    Home("quota", "resize-quota"),
    Home("gate-open", _FIX, ("--until", "choose-fix")),
    Home("killed-recreate", _FIX, kill=Kill("recreate", "change-intended", "PUT /pools/")),
    Home("killed-collect", _FIX, kill=Kill("collect", "change-intended", "POST /users")),
    Home("killed-verify", _FIX, kill=Kill("verify", "change-removing", "DELETE /pools/[^/]+$")),
    Home(
        "killed-verify-all",
        _FIX,
        ("--debug-nodes", "2"),
        Kill("verify-all", "noted", "POST /resize|PATCH /pools/"),
    ),
    Home(
        "killed-apply",
        _FIX,
        _APPLY,
        Kill("apply", "change-intended", "POST /jobs/.*/disable", '"kind":"job"'),
    ),
    Home(
        "killed-apply-away",
        _FIX,
        _APPLY,
        Kill("apply", "change-intended", f"PUT /pools/{_POOL}$", '"deleted":true'),
    ),
    Home(
        "killed-apply-all",
        _FIX,
        _APPLY,
        Kill("apply-all", "change-removing", "POST /jobs/.*/enable", '"kind":"job"'),
    ),
    Home("killed-clean-up", _FIX, kill=Kill("clean-up", "change-removing", "DELETE /pools/[^/]+$")),
    Home("in-place-away", _FIX, _IN_PLACE, _AWAY),
    Home(
        "in-place-jobs-off",
        _FIX,
        _IN_PLACE,
        Kill("recreate", "change-made", f"DELETE /pools/{_POOL}$", '"kind":"job"'),
    ),
    Home("in-place-debug-stage", _FIX, _IN_PLACE, Kill("collect", "change-intended", "POST /users")),
    Home("in-place-fixed-stage", _FIX, _IN_PLACE, Kill("verify", "change-made", "NEVER /", "original-pool")),
    Home(
        "cleaned-up",
        _FIX,
        kill=Kill("verify", "change-removing", "DELETE /pools/[^/]+$"),
        then=(("cleanup", "--yes"),),
    ),
    Home("in-place-put-back", _FIX, _IN_PLACE, _AWAY, then=(("cleanup", "--yes"),)),
    Home("in-place-restored", _FIX, _IN_PLACE, _AWAY, then=(("restore", "--confirm", _POOL),)),
    Home(
        "resumed", _FIX, kill=Kill("collect", "change-intended", "POST /users"), then=(("resume", "--yes"),)
    ),
)


def _made(home: Home, folder: Path) -> None:
    with served(folder, home.scenario) as world:
        arguments = (*world.run, *_QUICK, *home.arguments)
        if home.fault:
            world.control("POST", "fault", home.fault)
        if home.kill is None:
            subprocess.run([*PROGRAM, *arguments], env=world.environ, check=False, stdout=subprocess.DEVNULL)
        else:
            _killed(world, arguments, home.kill, folder)
            world.control("DELETE", "fault")
        for verb, *rest in home.then:
            run = _latest(folder / "journal.sqlite3")
            code, _ = world.call("runs", verb, run, *rest)
            print("  ", verb, code, flush=True)
        secret = world.connection["client_secret"].encode()
        assert not [path for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]


def _killed(world: World, arguments: tuple[str, ...], kill: Kill, folder: Path) -> None:
    for match in kill.held.split("|"):
        world.control("POST", "fault", {"match": match, "delay": 60, "times": 1, "skip": _skipped(kill)})
    known = _runs(folder / "journal.sqlite3")
    with subprocess.Popen(
        [*PROGRAM, *arguments], env=world.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + _LONG
        while not _reached(folder / "journal.sqlite3", kill, known):
            assert process.poll() is None, f"over before it was killed: {process.returncode}"
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)


def _skipped(kill: Kill) -> int:
    """Calls like the one that is held which come earlier in the run."""
    return {("clean-up", "DELETE /pools/[^/]+$"): 1}.get((kill.step, kill.held), 0)


def _rows(journal: Path, query: str) -> list[tuple[str, ...]]:
    if not journal.exists():
        return []
    with closing(sqlite3.connect(journal, timeout=5)) as db:
        try:
            return db.execute(query).fetchall()
        except sqlite3.OperationalError:  # it is being made
            return []


def _runs(journal: Path) -> set[str]:
    return {run for (run,) in _rows(journal, "SELECT DISTINCT run FROM events")}


def _latest(journal: Path) -> str:
    ((run,),) = _rows(journal, "SELECT run FROM events ORDER BY at DESC LIMIT 1")
    return run


def _reached(journal: Path, kill: Kill, known: set[str]) -> bool:
    begun = False
    for run, kind, data in _rows(journal, "SELECT run, kind, data FROM events ORDER BY run, seq"):
        if run not in known:
            begun = begun or (kind == "step-started" and f'"step":"{kill.step}"' in data)
            if begun and kind == kill.event and kill.detail in data:
                return True
    return False


def _pack(folder: Path, archive: Path) -> None:
    with tarfile.open(archive, "w:xz", preset=9) as packed:
        packed.add(folder, arcname=".", filter=_plain)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if member.name.endswith("-shm"):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    for home in HOMES:
        if given.names and home.name not in given.names:
            continue
        folder = _BASE / home.name
        shutil.rmtree(folder, ignore_errors=True)
        print(home.name, flush=True)
        _made(home, folder)
        _pack(folder, given.folder / f"{home.name}.tar.xz")
    if given.names and "several" not in given.names:
        return
    several = _BASE / "several"
    shutil.rmtree(several, ignore_errors=True)
    for name in ("healthy", "done-cause-outside", "killed-collect", "in-place-away"):
        _made(next(home for home in HOMES if home.name == name), several)
    _pack(several, given.folder / "several.tar.xz")


if __name__ == "__main__":
    main()
