"""Textual's own way to a terminal, made to survive its end, and to call the operator back to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver
from textual.events import InputEvent

if TYPE_CHECKING:
    from textual.message import Message
    from textual.timer import Timer

    from troubleshooter.tui.device.caller import Caller

_LOOK = 1.0
"""Seconds between looks whether it is still there: a closed one reads as silence, not as an error."""


class TtyDriver(LinuxDriver):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._file: Any = Outlet(self._file)
        self._looking: Timer | None = None

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own is untyped
        if self._looking is None:  # it is begun again after the shell, or an editor, had the terminal
            self._looking = self._app.set_interval(_LOOK, self._look)
        if (caller := self._caller()) is not None:
            caller.begin(self.write)

    def stop_application_mode(self) -> None:
        if (caller := self._caller()) is not None:
            caller.end()
        super().stop_application_mode()

    def process_message(self, message: Message) -> None:
        if isinstance(message, InputEvent) and (caller := self._caller()) is not None:
            caller.touched()
        super().process_message(message)

    def _caller(self) -> Caller | None:
        """Who calls the operator back to this terminal, if anybody does."""
        return getattr(self._app, "caller", None)

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
