"""A stranger's text on the screens, in a real terminal: nothing of it is obeyed, the terminal is restored."""

from __future__ import annotations

import base64
import os
import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.attacks.child import BUG
from tests.attacks.foreign import MARK, TEXT, Stage, drawing, misleading, refusal
from tests.attacks.terminal import LEFT, SHOWN_CURSOR, screens
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.attacks.terminal import Terminal

pytestmark = pytest.mark.slow

ENTER, TAB, ESCAPE = b"\r", b"\t", b"\x1b"
FOREIGN = {
    "title": f"\x1b]0;{MARK}".encode(),
    "clipboard": b"\x1b]52;c;",
    "second set of controls": b"\xc2\x9b",
    "turned text": "\u202e".encode(),
    "colour of the stranger's": b"\x1b[31mred",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A run that ended on nodes with the stranger's status, which new runs will meet too."""
    home = tmp_path_factory.mktemp("screens") / "data"
    with served(home, "vault-rbac-denied") as world:
        stage = Stage(world, home)
        stage.report_from_nodes(TEXT)
        stage.run("--answer", "outside-fix=done", "--limit", "5s")
        yield stage


def check(terminal: Terminal) -> None:
    obeyed = [name for name, control in FOREIGN.items() if control in terminal.received]
    assert obeyed == []


def test_an_ended_run_is_shown_with_nothing_obeyed_and_the_terminal_restored(stage: Stage) -> None:
    with screens(stage.environ, "open", stage.latest) as terminal:
        terminal.press(TAB, ENTER, b"j", b"j", ENTER, ESCAPE, b"e", ESCAPE, b"r", ESCAPE, b"?", ESCAPE)
        assert terminal.stop(signal.SIGTERM) >= 0
    check(terminal)
    assert MARK.encode() in terminal.received
    assert LEFT in terminal.received
    assert SHOWN_CURSOR in terminal.received[-3000:]


def test_a_living_run_is_shown_with_nothing_obeyed(stage: Stage) -> None:
    with screens(stage.environ, "open", stage.world.connection["pool_id"]) as terminal:
        terminal.until(b"From which address range")
        terminal.press(b"127.0.0.1/32\r")
        for _ in range(20):  # gates, and what is read between them
            if MARK.encode() not in terminal.received:
                terminal.press(ENTER)
        terminal.stop()
    check(terminal)
    assert MARK.encode() in terminal.received


def test_an_error_of_azure_is_shown_with_nothing_obeyed(stage: Stage) -> None:
    stage.plant("GET /pools/render-pool$", status=400, body=refusal(TEXT))
    with screens(stage.environ, "open", stage.world.connection["pool_id"]) as terminal:
        terminal.until(MARK.encode())
        terminal.press(ENTER)
        terminal.stop()
    stage.clear()
    check(terminal)


def test_the_list_of_runs_is_shown_with_nothing_obeyed(stage: Stage) -> None:
    with screens(stage.environ) as terminal:
        terminal.press(b"j", ENTER, ESCAPE, b"d", ESCAPE)
        terminal.stop()
    check(terminal)
    assert stage.world.connection["pool"].encode() in terminal.received


def test_a_folder_is_looked_at_with_nothing_obeyed(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "look"
    folder.mkdir()
    line = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac " + TEXT
    (folder / f"x\x1b]0;{MARK}\x07QQ\x1b[2J.log").write_text(line + "\n")
    (folder / f"y\x1b]0;{MARK}\x07.zip").write_bytes(b"PK\x03\x04" + bytes(60))
    with screens(stage.environ) as terminal:
        terminal.press(b"l", str(folder).encode() + ENTER)
        terminal.until(MARK.encode())
        terminal.press(ENTER, TAB, ENTER)
        terminal.stop()
    check(terminal)
    assert MARK.encode() in terminal.received


BREAKING = f"""import textual.screen
def fails(self):
    kept = "{{}}".format("local value")
    raise LookupError({TEXT!r})
textual.screen.Screen.get_selected_text = fails
"""
"""What fails as nobody foresees, at ctrl+c."""


def test_a_bug_of_the_screens_is_told_with_nothing_obeyed(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKING)
    environ = {**os.environ, "TROUBLESHOOTER_HOME": str(tmp_path / "data"), "PYTHONPATH": str(tmp_path)}
    with screens(environ) as terminal:
        terminal.press(b"\x03")
        assert terminal.ended() == BUG
    check(terminal)
    assert b"this is a bug" in terminal.received
    assert b"local value" not in terminal.received
    (log,) = (tmp_path / "data" / "logs").iterdir()
    assert b"LookupError" in log.read_bytes()
    assert drawing(log.read_bytes()) == []


def test_what_is_copied_holds_nothing_that_a_shell_would_obey(stage: Stage, tmp_path: Path) -> None:
    line = "2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac " + TEXT + "\x1b[201~"
    (tmp_path / "one.log").write_text(line + "\n")
    with screens({**stage.environ, "SSH_TTY": "/dev/pts/1"}) as terminal:
        terminal.press(b"l", str(tmp_path / "one.log").encode() + ENTER)
        terminal.until(MARK.encode())
        terminal.press(b"y", ENTER, TAB, b"y", ENTER, b"y")
        terminal.stop()
    copied = [base64.b64decode(found) for found in re.findall(rb"\x1b\]52;c;([\w+/=]*)", terminal.received)]
    assert copied
    assert [misleading(each) for each in copied if misleading(each)] == []
