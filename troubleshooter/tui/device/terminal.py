"""The terminal the screens are drawn on, which may be closed at any moment."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


def can_stop() -> bool:
    """Whether a shell is there that can let this process go on again: then it has a group of its own."""
    return sys.platform != "win32" and os.getpgrp() != os.getsid(0)


def driver() -> type[Driver] | None:
    """Textual's own way to the terminal, made to survive its end. None leaves the choice to Textual."""
    if sys.platform == "win32" or "TEXTUAL_DRIVER" in os.environ:
        return None
    from troubleshooter.tui.device.tty_driver import TtyDriver  # noqa: PLC0415 - not on Windows

    return TtyDriver
