from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.cli.entry import _form, run
from troubleshooter.printer import Printer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document; fails when there is more or less than one."""
        return json.loads(self.out)


@pytest.fixture
def data_directory(machine_shut_out: Path) -> Path:
    return machine_shut_out / "troubleshooter"


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run one command line in this process, without a terminal."""

    def call(*arguments: str, stdin: bytes = b"", **environ: str) -> Ended:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        out, err = io.StringIO(), io.StringIO()
        code = run(arguments, Printer(_form(arguments, environ), out, err, environ))
        return Ended(code, out.getvalue(), err.getvalue())

    return call
