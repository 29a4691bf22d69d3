"""A node that means harm, from its disk to the report: nothing runs, escapes, draws or fills the memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.canary import hostile
from tests.flows.canary.secrets import svg_text
from tests.flows.canary.test_screens import Camera, environ, looked_at, walked
from tests.flows.outside import World
from tests.peak import reaped
from tests.tui import test_walks as walks
from tests.tui.walker import run_state
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["environ"]  # a fixture that is asked for by name

_MEMORY = 450 << 20
"""Of the whole program, which takes about 110 MiB on a friendly pool."""
_DRAWS = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Victim:
    """The program as a process; what it printed, and how large it grew."""

    def __init__(self, connection: dict[str, Any], folder: Path) -> None:
        self.folder = folder
        self.home = folder / "data"
        self._world = World(connection, self.home)
        self.printed: dict[str, str] = {}
        self.largest = 0

    def call(self, *arguments: str) -> int:
        out, err = self.folder / "out", self.folder / "err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            started = subprocess.Popen(
                [sys.executable, "-m", "troubleshooter", *arguments],
                stdout=stdout, stderr=stderr, env=self._world.environ,
            )  # fmt: skip
            status, held = reaped(started.pid)
            started.returncode = os.waitstatus_to_exitcode(status)
        self.largest = max(self.largest, held)
        shown = f"{len(self.printed)} {' '.join(arguments[:2])}"
        self.printed[f"{shown} out"], self.printed[f"{shown} err"] = (path.read_text() for path in (out, err))
        out.unlink()
        err.unlink()
        return started.returncode

    def run(self) -> int:
        pool = self._world.connection["pool_id"]
        return self.call(
            "run",
            pool,
            "--allow-from",
            "127.0.0.1/32",
            "--yes",
            "--answer",
            "next=look",
            "-v",
            "--poll-interval",
            "0.1",
        )

    @property
    def run_id(self) -> str:
        return next(path.name for path in (self.home / "runs").iterdir())

    def papers(self) -> dict[str, str]:
        """Every form of the report, and the bundle's analysis."""
        for form in ("markdown", "html", "json", "ticket"):
            assert self.call("report", self.run_id, "--format", form) == 0
        assert self.call("runs", "show", self.run_id) == 0
        bundle = self.folder / "bundle.tar.gz"
        assert self.call("runs", "export", self.run_id, "-o", str(bundle)) == 0
        assert self.call("analyze", str(bundle)) in {3, 4, 8}
        return self.printed

    def strays(self) -> list[str]:
        """Files where none belong: beside the data, in it, or under a name that the node chose."""
        allowed = re.compile(
            r"data(/(salt|journal\.sqlite3(-wal|-shm)?|runs(/[0-9a-f]+(/(pool\.json(\.sha256)?|report\.md|owner\.sqlite3(-journal)?"
            r"|files(/[0-9a-f]{64})?))?)?))?|bundle\.tar\.gz(\.sha256)?|home(/.*)?"
        )
        found = [path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")]
        return [path for path in found if not allowed.fullmatch(path)]


def drawing(text: str) -> set[str]:
    """Characters that move a cursor, hide or turn text round."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in _DRAWS}


def check(victim: Victim) -> None:
    papers = victim.papers()
    assert victim.strays() == []
    assert victim.largest < _MEMORY
    for name, text in papers.items():
        assert drawing(text) == set(), name
    html = next(
        text
        for name, text in papers.items()
        if name.endswith("report " + victim.run_id + " out") and "<html" in text
    )
    assert "<script" not in html
    assert "<img" not in html
    for name in hostile.names((victim.folder / "bundle.tar.gz").read_bytes()):
        assert name.startswith(f"run-{victim.run_id}-")
        assert ".." not in name.split("/")
        assert name.isprintable()


@pytest.mark.slow
def test_a_disk_full_of_traps_is_collected_and_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hostile.on_disk(monkeypatch)
    with Simulator("vault-rbac-denied") as simulated:
        victim = Victim(simulated.connection, tmp_path)
        assert victim.run() in {3, 8}
        check(victim)
    document = json.loads(next(text for text in victim.printed.values() if text.startswith('{\n  "version"')))
    assert document["diagnosis"]["root_cause"] == "kv-403-rbac"
    assert hostile.MARK in json.dumps(document)
    assert not list(tmp_path.rglob("hostile*"))


def test_a_tar_of_traps_gives_its_one_good_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hostile.instead_of_the_script(monkeypatch, hostile.archive)
    with Simulator("vault-rbac-denied") as simulated:
        victim = Victim(simulated.connection, tmp_path)
        assert victim.run() == 8
        check(victim)
    document = json.loads(next(text for text in victim.printed.values() if text.startswith('{\n  "version"')))
    proofs = {place.get("file") for found in document["diagnosis"]["findings"] for place in found["evidence"]}
    assert f"/{hostile.LOGS}/akvvm_service.log" in proofs
    assert not list(tmp_path.rglob("hostile*"))


@pytest.mark.slow
@pytest.mark.usefixtures("environ")
async def test_the_screens_draw_escapes_and_obey_none(
    simulator: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile.on_disk(monkeypatch)
    with walks.application(simulator, tmp_path / "runs", "vault-rbac-denied") as (app, pool_id):
        async with app.run_test(size=(160, 50)) as pilot:
            camera = Camera(pilot)
            await walks.open_pool(pilot, pool_id)
            await walked(pilot, camera)
            await looked_at(pilot, camera, proofs=8)
            state = run_state(pilot)
            assert state is not None
            assert state.current is None
            assert app.is_running
    shown = "\n".join(svg_text(shot) for shot in camera.taken.values())
    assert "\\x1b[2J" in shown
    assert "[bold red]markup[/]" in shown
    assert "[@click=app.quit]press[/]" in shown
    for name, shot in camera.taken.items():
        assert not drawing(shot.replace("\t", "")) - {"\r"}, name
        assert "evil.example" not in "".join(re.findall(r'href="[^"]*"', shot))
