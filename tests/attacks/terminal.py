"""The screens on a real pseudo-terminal, as a process of their own; every byte for the terminal is kept."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING

from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SIZE = struct.pack("HHHH", 45, 150, 0, 0)
ENTERED = b"\x1b[?1049h"
LEFT = b"\x1b[?1049l"
SHOWN_CURSOR = b"\x1b[?25h"


class Terminal:
    def __init__(self, process: subprocess.Popen[bytes], line: int) -> None:
        self._process = process
        self._line = line
        self.received = b""
        self.open = True

    def rests(self, quiet: float = 1.0, limit: float = 60.0) -> None:
        """Until nothing has been drawn for a while."""
        end, last = time.monotonic() + limit, time.monotonic()
        while time.monotonic() < end and time.monotonic() - last < quiet:
            if self._read(0.1):
                last = time.monotonic()

    def until(self, text: bytes, limit: float = 60.0) -> None:
        """Until a text was drawn since the start."""
        end = time.monotonic() + limit
        while text not in self.received:
            assert time.monotonic() < end, f"never drawn: {text!r}"
            self._read(0.2)

    def press(self, *keys: bytes) -> None:
        """One after the other, each once the screen rests."""
        for key in keys:
            os.write(self._line, key)
            self.rests(0.7, 20)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, read what is still drawn, and return how the process ended."""
        self._process.send_signal(sign)
        return self.ended()

    def closed(self) -> int:
        """Take the terminal away from under the process, and return how it ended."""
        os.close(self._line)
        self.open = False
        return self._process.wait(30)

    def ended(self) -> int:
        """Read what is still drawn, and return how the process ended."""
        end = time.monotonic() + 30
        while self._process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        while self._read(0.2):
            pass
        return self._process.wait(1)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._line], [], [], seconds)[0]:
            return False
        with contextlib.suppress(OSError):  # the other side has closed
            data = os.read(self._line, 1 << 16)
            self.received += data
            return bool(data)
        return False


def _of_any_size(environ: Mapping[str, str]) -> dict[str, str]:
    """Without the size that a parallel run of the tests names: the terminal here has its own."""
    return {name: value for name, value in environ.items() if name not in {"COLUMNS", "LINES"}}


@contextlib.contextmanager
def screens(environ: Mapping[str, str], *arguments: str, hangs_up: bool = False) -> Iterator[Terminal]:
    """`hangs_up` is a process that the system sends SIGHUP when its terminal is closed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _SIZE)
    controlled = ["setsid", "--ctty"] if hangs_up else []
    process = subprocess.Popen(
        [*controlled, *PROGRAM, *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=not hangs_up,
        env={**_of_any_size(environ), "TERM": "xterm-256color", "COLORTERM": "truecolor"},
    )  # fmt: skip
    os.close(theirs)
    terminal = Terminal(process, ours)
    try:
        terminal.until(ENTERED)  # keys before that would only be echoed
        terminal.rests(0.5, 10)  # a clock on the screen ticks each second
        yield terminal
    finally:
        process.kill()
        process.wait(30)
        if terminal.open:
            os.close(ours)
