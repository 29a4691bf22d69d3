"""ctrl+z gives the terminal back to the shell, and fg takes it again; where no shell waits, it says so."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.attacks.terminal import ENTERED, LEFT, Terminal, screens
from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

SUSPEND, QUIT = b"\x1a", b"\x11"


def environ(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1", "TERM": "xterm-256color", "TROUBLESHOOTER_HOME": str(home)}


@pytest.mark.slow(every_change=True)
def test_the_shell_has_the_terminal_until_the_program_is_brought_back(tmp_path: Path) -> None:
    told = "echo the shell$((6 * 7)); read line; fg >/dev/null; echo ended with $?"
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["setsid", "--ctty", "bash", "-mc", f"{shlex.join(PROGRAM)}; {told}"],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environ(tmp_path),
    )  # fmt: skip
    os.close(theirs)
    terminal = Terminal(shell, ours)
    try:
        terminal.until(b"not known before the first call")
        terminal.press(SUSPEND)
        terminal.until(b"the shell42")
        assert terminal.received.index(LEFT) < terminal.received.index(b"the shell42")
        terminal.press(b"\n")
        assert terminal.received.count(ENTERED) == 2
        terminal.press(QUIT)
        terminal.until(b"ended with 0")
    finally:
        shell.kill()
        shell.wait(30)
        os.close(ours)


@pytest.mark.slow(every_change=True)
def test_without_a_shell_it_goes_on_and_says_how_to_leave(tmp_path: Path) -> None:
    with screens(environ(tmp_path)) as terminal:
        terminal.until(b"not known before the first call")
        terminal.press(SUSPEND)
        terminal.until(b"No shell waits behind this terminal.")
        terminal.press(QUIT)
        assert terminal.ended() == 0
