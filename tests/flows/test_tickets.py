"""Whatever becomes of a scenario, its ticket is one sheet on which no section is missing."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.flows.outside import PROGRAM
from troubleshooter.report.ticket_paper import LINES, WIDTH
from troubleshooter.simulator.files import write_files
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

LABELS = [
    "What",
    "Where",
    "When",
    "Versions",
    "Requests",
    "Found",
    "Ruled out",
    "Not told",
    "Tried",
    "Needed",
    "More",
]  # in the order in which they are asked
FAST = ("vault-rbac-denied", "resize-quota", "healthy")


def said(home: Path, *arguments: str) -> str:
    environ = {**os.environ, "PYTHONUTF8": "1", "TROUBLESHOOTER_HOME": str(home)}
    ended = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, check=False, env=environ, timeout=180
    )
    assert ended.returncode not in {1, 2}, ended.stderr
    return ended.stdout


def checked(ticket: str) -> None:
    lines = ticket.splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert [line[:11].strip() for line in lines[1:] if line[:11].strip()] == LABELS


@pytest.mark.parametrize(
    "scenario", [pytest.param(each, marks=() if each in FAST else pytest.mark.slow) for each in SCENARIOS]
)
def test_a_scenarios_ticket_is_one_sheet(scenario: str, tmp_path: Path) -> None:
    said(tmp_path / "home", "demo", scenario, "--headless", "-q")
    found = re.search(r"(?m)^([0-9a-f]{4,})\b", said(tmp_path / "home", "runs", "list"))
    assert found
    checked(said(tmp_path / "home", "report", found[1], "--format", "ticket"))
    write_files(scenario, tmp_path / "files")
    checked(said(tmp_path / "home", "analyze", str(tmp_path / "files"), "--output", "ticket"))
