"""The operator is called back, on a real pseudo-terminal: what it was sent, byte by byte."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.attacks.terminal import LEFT, screens
from tests.flows.outside import PROGRAM, served

if TYPE_CHECKING:
    from pathlib import Path

GATE = b"? render-pool needs you"
LATE = 5
"""Seconds that a survey takes here; a call comes only to whom has not been there for two."""
KEPT, GIVEN_BACK = b"\x1b[22;2t", b"\x1b[23;2t"
TITLE, NOTICE, OTHER = b"\x1b]2;%s\x1b\\", b"\x1b]9;%s\x1b\\", b"\x1b]777;notify;troubleshooter;%s\x1b\\"


def nothing_called(sent: bytes) -> bool:
    """No title, no notification, no bell but those that end a sequence of Textual's own."""
    bells = re.sub(rb"\x1b\][^\x07\x1b]*\x07", b"", sent).count(b"\x07")
    return not bells and not re.search(rb"\x1b\](2|9|777);|\x1b\[2[23];2t", sent)


def environ(home: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if name != "TMUX"}
    return {**plain, "PYTHONUTF8": "1", "TERM": "xterm-256color", "TROUBLESHOOTER_HOME": str(home), **more}


@pytest.mark.slow
def test_a_gate_rings_notifies_and_entitles_and_the_title_is_given_back(tmp_path: Path) -> None:
    """The survey is kept waiting: who has only just started the screens is there, and is not rung for."""
    with served(tmp_path / "home") as world:
        world.control("POST", "fault", {"match": "GET /pools/[^/]+$", "delay": LATE})
        given = {name: each for name, each in world.environ.items() if name != "TMUX"}
        with screens(given, "open", world.connection["pool_id"]) as terminal:
            terminal.until(TITLE % GATE)
            terminal.until(b"\x07" + NOTICE % GATE + OTHER % GATE)
            terminal.press(b"\x11")
            terminal.ended()
            received = terminal.received
    assert received.count(KEPT) == received.count(GIVEN_BACK) == 1
    assert received.index(KEPT) < received.index(TITLE % b"troubleshooter") < received.index(TITLE % GATE)
    assert received.index(GIVEN_BACK) < received.index(LEFT)
    assert b"\x1b]2;" not in received[received.index(GIVEN_BACK) :]


def test_it_is_switched_off_by_one_switch(tmp_path: Path) -> None:
    with screens(environ(tmp_path, TROUBLESHOOTER_NOTIFY="off"), "demo", "--speed", "fast") as terminal:
        terminal.until(b"look at a node first")
        terminal.press(b"\x11")
        terminal.ended()
        assert nothing_called(terminal.received)


def without_screen(home: Path, *arguments: str, **more: str) -> bytes:
    """What a run without a screen sends to the terminal that its standard error is."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "demo", "--headless", "--until", "survey", *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs, env=environ(home, **more),
    )  # fmt: skip
    os.close(theirs)
    sent = b""
    try:
        while select.select([ours], [], [], 120)[0]:
            try:
                sent += os.read(ours, 1 << 16)
            except OSError:  # the other side has closed
                break
        process.wait(60)
    finally:
        process.kill()
        process.wait(30)
        os.close(ours)
    return sent


@pytest.mark.slow(every_change=True)
def test_without_a_screen_the_end_is_told_where_somebody_can_hear_it(tmp_path: Path) -> None:
    sent = without_screen(tmp_path)

    assert sent.index(KEPT) < sent.index(TITLE % "◐ render-pool survey (demo)".encode())
    assert sent.index(GIVEN_BACK) < sent.index(b"\x07\x1b]9;")
    silent = without_screen(tmp_path, "--notify", "off")
    assert nothing_called(silent)
