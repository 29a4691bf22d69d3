"""The terminal the screens are drawn on, which may be closed at any moment."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.driver import Driver

_LOOK = 1.0
"""Seconds between looks whether it is still there: a closed one reads as silence, not as an error."""


class _Outlet:
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


def driver() -> type[Driver] | None:
    """Textual's own way to the terminal, made to survive its end. None leaves the choice to Textual."""
    if sys.platform == "win32" or "TEXTUAL_DRIVER" in os.environ:
        return None
    from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415 - not on Windows

    class Terminal(LinuxDriver):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._file: Any = _Outlet(self._file)

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own is untyped
            self._app.set_interval(_LOOK, self._look)

        def _look(self) -> None:
            if not os.isatty(self.fileno):
                self._hang_up()

        def run_input_thread(self) -> None:
            try:
                super().run_input_thread()
            except OSError:
                self._hang_up()

        def _hang_up(self) -> None:
            stop = getattr(self._app, "stop", None)
            if stop is not None:
                stop()

    return Terminal
