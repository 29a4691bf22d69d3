"""The terminal the screens are drawn on, which may be closed at any moment."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.driver import Driver


class Outlet:
    """The stream beneath, until it fails: a terminal that was closed swallows what nobody can read.

    Textual's writing thread would die of it, and whoever draws would wait for that thread for ever.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
        except OSError:
            self._give_up()

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._give_up()

    def fileno(self) -> int:
        return int(self._stream.fileno())

    def _give_up(self) -> None:
        """What the stream still holds goes nowhere, too, when the process ends."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def can_stop() -> bool:
    """Whether a shell is there that can let this process go on again: then it has a group of its own."""
    return sys.platform != "win32" and os.getpgrp() != os.getsid(0)


def driver() -> type[Driver] | None:
    """Textual's own way to the terminal, made to survive its end. None leaves the choice to Textual."""
    if sys.platform == "win32" or "TEXTUAL_DRIVER" in os.environ:
        return None
    from troubleshooter.tui.tty_driver import TtyDriver  # noqa: PLC0415 - not on Windows

    return TtyDriver
