"""A terminal is not blank while the screens are on their way, and nothing of that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attacks.terminal import screens
from tests.flows.test_called_back import environ

if TYPE_CHECKING:
    from pathlib import Path

ENTERED = b"\x1b[?1049h"
WORDS = (b"Opening the screens.", b"Starting the simulated Azure.")


@pytest.mark.slow(every_change=True)
def test_something_is_said_before_the_first_screen(tmp_path: Path) -> None:
    with screens(environ(tmp_path), "demo", "--speed", "fast") as terminal:
        terminal.until(b"look at a node first")
        terminal.press(b"\x11")
        terminal.ended()
        before = terminal.received.partition(ENTERED)[0]
    assert before.index(WORDS[0]) < before.index(WORDS[1])
    for words in WORDS:
        assert words + b"\r" + b" " * len(words) + b"\r" in before
