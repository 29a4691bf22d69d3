"""What is installed works alone: a wheel in an environment of its own, without the source tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def ran(*command: str, cwd: Path) -> str:
    """Standard output of a command that must succeed."""
    environ = {**os.environ, "PYTHONUTF8": "1"}
    ended = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=600, env=environ
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_program_and_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"troubleshooter/_playbooks/kv-extension.yaml", "troubleshooter/tui/app.tcss"} <= names
    assert {"troubleshooter/collect/collect.sh"} <= names
    assert not any(name.startswith("tests/") for name in names)


def test_an_installed_wheel_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    ran(sys.executable, "-m", "venv", str(tmp_path / "venv"), cwd=tmp_path)
    python = str(tmp_path / "venv" / "bin" / "python")
    ran(python, "-m", "pip", "install", "-q", str(wheel), cwd=tmp_path)
    program = str(tmp_path / "venv" / "bin" / "troubleshooter")
    told = json.loads(
        ran(program, "demo", "vault-rbac-denied", "--headless", "--output", "json", cwd=tmp_path)
    )

    assert told["verified"] is True
    assert told["diagnosis"]["root_cause"] == "kv-403-rbac"
