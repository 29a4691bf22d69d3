"""The one way out to standard output and error: all that is not the program's own style is escaped."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from troubleshooter.errors import UsageProblem
from troubleshooter.report.symbols import in_ascii
from troubleshooter.text import Control, visible

if TYPE_CHECKING:
    from typing import TextIO

_ASCII = str.maketrans(in_ascii())
_NOBODY = frozenset({errno.EPIPE, errno.EIO, errno.ENXIO})
"""What writing says when nobody is left who could read it."""


class Writer:
    """Writes to one stream. A `Control` is obeyed; every other text is only ever read."""

    def __init__(self, stream: TextIO, *, needed: bool = True) -> None:
        """`needed` is what must not get lost unnoticed: the result. Nothing ends for lost narration."""
        self._stream = stream
        self._needed = needed
        self.is_terminal = stream.isatty()

    @property
    def columns(self) -> int:
        """Of the terminal; 0 where there is none."""
        if not self.is_terminal:
            return 0
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or 80
        except OSError:
            return 80

    def write(self, *parts: str) -> None:
        """Write them one after the other, at once."""
        text = self._spelt(parts)
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            # The reader has gone (`| head`, a closed terminal), and nothing else may fail for it; what the
            # stream still holds goes nowhere, too, when the process ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if self._needed and error.errno not in _NOBODY:
                raise UsageProblem(
                    "The result could not be written.",
                    f"Writing to standard output failed: {error.strerror}.",
                    "Free some space, or send it elsewhere; then ask for it again.",
                ) from error

    def cut_in(self, *parts: str) -> None:
        """Write past what is being written: a signal's handler may have come in the middle of it."""
        with suppress(OSError):  # a terminal that was closed: nobody can read it, and stopping goes on
            os.write(self._stream.fileno(), self._spelt(parts).encode(self._encoding))

    def _spelt(self, parts: tuple[str, ...]) -> str:
        text = "".join(part if isinstance(part, Control) else visible(part, True) for part in parts)
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            spelt = text.translate(_ASCII).encode(self._encoding, "backslashreplace")
            return spelt.decode(self._encoding)
        return text

    @property
    def _encoding(self) -> str:
        return self._stream.encoding or "utf-8"


class Guard(io.TextIOBase):
    """Stands before a stream of `sys`, for whoever else writes there, and lets no control through.

    A library, a warning, the interpreter's own traceback, a question, the log's last resort: none of them
    knows whose text it hands on.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._writer = Writer(stream, needed=False)

    def write(self, text: str) -> int:
        self._writer.write(str.__str__(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the class underneath has a plain attribute
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]  # the same
        return self._stream.errors


def _read(stream: TextIO | None) -> TextIO:
    """Stand in for one that was closed before we began, which Python has as None: nobody reads it."""
    return stream or Path(os.devnull).open("w", encoding="utf-8")


def _nothing() -> TextIO:
    """Stand in for a standard input that was closed before we began."""
    return Path(os.devnull).open(encoding="utf-8")


def taken() -> tuple[TextIO, TextIO]:
    """Take standard output and standard error for ourselves: who asks `sys` for them meets a guard."""
    sys.stdin = sys.stdin or _nothing()
    out, err = _read(sys.stdout), _read(sys.stderr)
    sys.stdout, sys.stderr = cast("TextIO", Guard(out)), cast("TextIO", Guard(err))
    return out, err
