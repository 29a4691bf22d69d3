"""The shell script, run by a shell with an az of the test's own, which keeps what it was called with."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.unit.forms.test_forms import SETTINGS, TARGET, TestWhatAzureDoesNotReturn, change, pool, texts

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.forms import DefinitionChange

NASTY = 'it\'s "$HOME" `id` $(id) \\\\ END_OF_BODY\nEND_OF_BODY\n'


@pytest.fixture
def az(tmp_path: Path) -> Path:
    """A folder in which the script runs, with an az that keeps its arguments and the body."""
    program = tmp_path / "script" / "bin" / "az"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >called\nfor last; do :; done\ncp "${last#@}" sent\n')
    program.chmod(0o755)
    return program.parent.parent


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(
        ["sh"], input=script, text=True, capture_output=True, cwd=folder, env=environ, check=False
    )


def quoted() -> DefinitionChange:
    return change(pool(), {"op": "replace", "path": SETTINGS, "value": {NASTY: NASTY}})


def test_it_puts_the_body_where_no_pool_stands_and_leaves_nothing(az: Path) -> None:
    wanted = quoted()
    ended = run(texts(wanted)["az"].text, az)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads((az / "sent").read_text()) == wanted.after
    called = (az / "called").read_text()
    assert f"{TARGET.resource_id}?api-version=2025-06-01\n" in called
    assert "If-None-Match=*\n" in called
    assert "delete" not in called
    assert sorted(each.name for each in az.iterdir()) == ["bin", "called", "sent"]


def test_it_stops_until_the_missing_fields_are_given(az: Path) -> None:
    script = texts(TestWhatAzureDoesNotReturn.changed())["az"].text
    stopped = run(script, az)
    assert stopped.returncode == 1
    assert "<give userAccounts[0].password>" in stopped.stdout
    assert not (az / "called").exists()
    (body,) = az.glob("*.body.json")
    body.write_text(body.read_text().replace("<give ", "given "))
    assert run(script, az).returncode == 0
    assert "given userAccounts[0].password" in (az / "sent").read_text()
