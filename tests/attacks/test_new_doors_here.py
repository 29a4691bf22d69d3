"""Streams that are closed or full, and a sign that is no name: what the program meets on this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.attacks.wire import POOL
from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from tests.attacks.wire import Wire

FULL = Path("/dev/full")
LOG = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac\n"
on_posix = pytest.mark.skipif(not FULL.exists(), reason=reasons.POSIX)


def shell(script: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, with its streams as the shell sets them."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {script}', "attack", *PROGRAM, *arguments],
        capture_output=True, text=True, check=False, timeout=120, input="",
        env={**os.environ, "TROUBLESHOOTER_HOME": str(home)},
    )  # fmt: skip


def log(folder: Path) -> str:
    file = folder / "a.log"
    file.write_text(LOG)
    return str(file)


def test_a_standard_input_that_is_closed_is_empty(tmp_path: Path) -> None:
    ended = shell("<&-", tmp_path / "home", "analyze", "-")
    assert ended.returncode == 8, ended.stderr
    assert "empty" in ended.stdout


def test_a_path_of_nothing_is_not_the_folder_that_one_stands_in(tmp_path: Path) -> None:
    for command in ("analyze", "lint"):
        ended = shell("", tmp_path / "home", command, "")
        assert ended.returncode == 5, ended.stderr
        assert "empty name" in ended.stderr
    assert "There is no run ''." in shell("", tmp_path / "home", "runs", "show", "").stderr


@on_posix
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_result_that_finds_no_room_is_told(tmp_path: Path, form: str) -> None:
    ended = shell(">/dev/full", tmp_path / "home", "analyze", log(tmp_path), "--output", form)
    assert ended.returncode == 2, ended.stderr
    assert "The result could not be written" in ended.stderr
    assert "a bug" not in ended.stderr


@on_posix
def test_a_complaint_that_finds_no_room_is_no_bug(tmp_path: Path) -> None:
    ended = shell("2>/dev/full", tmp_path / "home", "analyze", str(tmp_path / "none.log"))
    assert ended.returncode == 5


@on_posix
@pytest.mark.slow
def test_a_run_whose_narration_finds_no_room_goes_on(wire: Wire) -> None:
    with FULL.open("w") as full:
        command = [*PROGRAM, *wire.running()]
        ended = subprocess.run(
            command, env=wire.environ, stdout=subprocess.PIPE, stderr=full, check=False, timeout=200
        )
    assert ended.returncode == 0
    assert list(wire.pools()) == [POOL]


@pytest.mark.slow
def test_a_sign_that_stands_for_any_run_deletes_none(wire: Wire) -> None:
    assert wire.asked(*wire.running("--until", "survey")).code == 0
    run = wire.latest()
    for sign in ("%", "_", "*", "../x", "'", ""):
        assert wire.asked("runs", "delete", sign, "--yes").code == 5, sign
    assert wire.latest() == run
