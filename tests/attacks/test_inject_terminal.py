"""On a real terminal nothing is obeyed but the program's own few sequences, whatever it has to tell."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.attacks.bombs import ERROR
from tests.attacks.foreign import MARK, TEXT, Stage, misleading
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from pathlib import Path

OWN = re.compile(
    r"\x1b\[(?:0|1;4|3[1-6])m|\r\x1b\[K|\x1b\[2[23];2t|\x07"
    r"|\x1b\](?:2|9|777;notify;troubleshooter);[^\x00-\x1f\x7f-\x9f;]*\x1b\\|\r(?=\n)"
)
"""Colours, the line that is replaced, the title and the call; and what the terminal makes of a line's end."""


def shown(folder: Path, *arguments: str, **environ: str) -> bytes:
    """Every byte that the terminal got until the program ended."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "TROUBLESHOOTER_HOME": str(folder / "data"), **environ, "TERM": "xterm-256color"}
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environ
    ) as process:
        os.close(theirs)
        received = b""
        while process.poll() is None or select.select([ours], [], [], 0.2)[0]:
            if not select.select([ours], [], [], 0.2)[0]:
                continue
            try:
                received += os.read(ours, 1 << 16)
            except OSError:  # the other side has closed
                break
    os.close(ours)
    return received


def check(received: bytes) -> None:
    text = received.decode("utf-8", "surrogateescape")
    assert OWN.search(text), "it was no terminal"
    assert misleading(OWN.sub("", text).encode("utf-8", "surrogateescape")) == []


def test_a_hostile_log_with_a_hostile_name(tmp_path: Path) -> None:
    folder = tmp_path / f"in\x1b]0;{MARK}\x07"
    folder.mkdir()
    line = ERROR.rstrip(b"\n") + b" \x0estands out\x0f \x9b2J " + TEXT.encode() + b"\n"
    (folder / f"x\x1b[31m\n✔ {MARK}.log").write_bytes(line * 3)
    (folder / "y\x9b2J.zip").write_bytes(b"PK\x03\x04" + bytes(60))
    received = shown(tmp_path, "analyze", "-v", "--timeline", str(folder))

    check(received)
    assert MARK.encode() in received
    assert b"stands out" in received


def test_a_usage_error(tmp_path: Path) -> None:
    check(shown(tmp_path, "demo", f"vault\x1b]0;{MARK}\x07\x9b2J"))


@pytest.mark.slow
def test_a_run_over_hostile_nodes(tmp_path: Path) -> None:
    """Narrated live, with lines that are replaced, the window's title, and the result below."""
    home = tmp_path / "data"
    with served(home) as world:
        stage = Stage(world, home)
        stage.report_from_nodes(TEXT)
        given = (
            "--allow-from",
            "127.0.0.1/32",
            "--yes",
            "--answer",
            "next=look",
            "--poll-interval",
            "0.1",
            "--limit",
            "5s",
        )
        pool = world.connection["pool_id"]
        received = shown(tmp_path, "run", pool, *given, "--answer", "outside-fix=done", **stage.environ)

    check(received)
    assert b"\x1b]2;" in received
    assert MARK.encode() in received


@pytest.mark.slow
def test_a_whole_demo(tmp_path: Path) -> None:
    received = shown(tmp_path, "demo", "--headless")

    check(received)
    assert b"\x1b]2;" in received
