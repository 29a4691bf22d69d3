"""What the program says of a scenario."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.flows.matrix.expected import EXPECTED, Way
from troubleshooter.analyse.sources import sources
from troubleshooter.diagnosis import analyse_files
from troubleshooter.simulator.files import write_files

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "troubleshooter")
LIMIT = 180


def call(*arguments: str) -> tuple[int, Any]:
    ended = subprocess.run(
        [*PROGRAM, *arguments, "--output", "json"],
        capture_output=True, text=True, check=False, timeout=LIMIT, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    return ended.returncode, json.loads(ended.stdout)


def diagnosed(name: str, folder: Path, *, noise: bool) -> str | None:
    """The cause that is named for the scenario; where that is a warning, the first finding."""
    if EXPECTED[name].way is Way.DEMO:
        _, document = call("demo", name, "--headless", *(("--noise",) if noise else ()))
        cause, findings = document["diagnosis"]["root_cause"], document["diagnosis"]["findings"]
        first = findings[0]["id"] if findings else None
    else:
        write_files(name, folder, noise=noise)
        with sources((str(folder),)) as found:
            diagnosis = analyse_files(found.files)
        cause = diagnosis.root_cause
        first = diagnosis.findings[0].id if diagnosis.findings else None
    named: str | None = first if EXPECTED[name].warning and cause is None else cause
    return named
