"""A bug's traceback holds whatever was at hand; neither its log nor what is printed does."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.canary.world import Planted
from troubleshooter.cli.entry import run
from troubleshooter.printer import Form, Printer

if TYPE_CHECKING:
    from pathlib import Path


class Broken(Printer):
    def __init__(self, text: str, *given: Any) -> None:
        super().__init__(*given)
        self._raised = text

    def result(self, *_given: Any) -> None:
        raise LookupError(self._raised)


@pytest.mark.parametrize("form", [Form.TEXT, Form.JSON])
def test_an_exception_tells_no_secret(machine_shut_out: Path, form: Form) -> None:
    planted = Planted()
    out, err = io.StringIO(), io.StringIO()
    printer = Broken("\n".join(planted.lines), form, out, err, planted.environ)

    assert run(["playbooks", "list"], printer) == 1
    (log,) = (machine_shut_out / "troubleshooter" / "logs").iterdir()
    assert "LookupError" in log.read_text()
    assert "<redacted " in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    shown = out.getvalue() + err.getvalue() + log.read_text()
    assert planted.canaries.found(shown.encode()) == []
