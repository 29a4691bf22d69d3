"""What the program says of a scenario, as a stranger hears it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.flows.matrix.expected import EXPECTED, Way

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
    options = ("--noise",) if noise else ()
    if EXPECTED[name].way is Way.DEMO:
        _, document = call("demo", name, "--headless", *options)
        diagnosis = document["diagnosis"]
    else:
        code, written = call("simulate", "--scenario", name, "--write", str(folder), *options)
        assert (code, written["scenario"]) == (0, name)
        _, diagnosis = call("analyze", str(folder))
    return _cause(diagnosis, warning=EXPECTED[name].warning)


def _cause(diagnosis: Any, *, warning: bool) -> str | None:
    if warning and not diagnosis["root_cause"]:
        return next((finding["id"] for finding in diagnosis["findings"]), None)
    cause: str | None = diagnosis["root_cause"]
    return cause
