"""A command line in this process, and what it is typed at, if anything."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.cli.entry import _form, run
from troubleshooter.printer import Printer

if TYPE_CHECKING:
    from typing import TextIO

    import pytest


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document."""
        return json.loads(self.out)


class Keyboard(io.StringIO):
    """Of a terminal."""

    def isatty(self) -> bool:
        return True


class Operator(io.StringIO):
    """Reads standard error, and asks to stop when that is said."""

    def __init__(self, at: str, err: TextIO) -> None:
        super().__init__()
        self._at = at
        self._err = err

    def write(self, text: str) -> int:
        if self._at in text:
            self._at = "\0"
            os.kill(os.getpid(), signal.SIGINT)
        return self._err.write(text)


class Shell:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch = monkeypatch
        self._capture = capture

    def call(self, *arguments: str, typed: str | None = None, stop_at: str = "\0") -> Ended:
        """Without anything typed there is no terminal."""
        self._patch.setattr("sys.stdin", io.StringIO() if typed is None else Keyboard(typed))
        self._capture.readouterr()
        printer = Printer(_form(arguments, {}), sys.stdout, Operator(stop_at, sys.stderr), os.environ)
        code = run(arguments, printer)
        told = self._capture.readouterr()
        return Ended(int(code), told.out, told.err)

    def json(self, *arguments: str, typed: str | None = None, stop_at: str = "\0") -> Ended:
        return self.call(*arguments, "--output", "json", typed=typed, stop_at=stop_at)
