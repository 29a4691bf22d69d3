"""What the program says of a file."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.cli.entry import run
from troubleshooter.errors import ExitCode
from troubleshooter.printer import Form, Printer

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Told:
    """What one command line ended with."""

    code: int
    document: dict[str, Any]

    @property
    def findings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.document.get("findings", [])
        return found

    @property
    def ids(self) -> list[str]:
        return [finding["id"] for finding in self.findings]

    @property
    def severities(self) -> set[str]:
        return {finding["severity"] for finding in self.findings}

    @property
    def quoted(self) -> str:
        """The lines that findings rest on; of the linter, which quotes none, what it says."""
        lines = [place["text"] for finding in self.findings for place in finding.get("evidence", ())]
        lines += [str(finding.get(key, "")) for finding in self.findings for key in ("message", "path")]
        return " ".join(lines)


class Crash(Exception):
    """The program met something it did not foresee; this is no way of being wrong about a case."""


def told(command: str, file: Path) -> Told:
    """What the command line says of the file, in this process."""
    out = io.StringIO()
    code = run((command, str(file), "--output", "json"), Printer(Form.JSON, out, io.StringIO(), {}))
    if code == ExitCode.BUG:
        raise Crash(out.getvalue())
    return Told(code, json.loads(out.getvalue()))
