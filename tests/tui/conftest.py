from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.tui.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def pasted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], str]:
    """What the system's clipboard holds, on a machine that has one: a program that keeps what it is given."""
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name in ("wl-copy", "wl-paste"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\ncat > '{tmp_path}/pasted'\n")
        program.chmod(0o755)
    kept = tmp_path / "pasted"
    return lambda: kept.read_text() if kept.exists() else ""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """See Stage."""
    made = Stage(tmp_path / "stage")
    yield made
    made.workbench.close()
