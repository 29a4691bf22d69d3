"""After its cure no scenario shows an error or a warning, whatever harmless lines its nodes have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cases.told import told
from tests.healthy import cured, noise
from troubleshooter.errors import ExitCode
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cases.told import Told

SOME = ("vault-rbac-denied", "settings-as-text", "windows-polling-number")
"""Cured by the administrator, in the definition, and on Windows."""


def held_against(analysed: Told) -> list[str]:
    """Errors, warnings, and lines that no rule explains but those known to stand on healthy nodes."""
    worse = [each["id"] for each in analysed.findings if each["severity"] != "info"]
    lines = [line["text"] for line in analysed.document["unexplained"]]
    return worse + [line for line in lines if not any(known in line for known in noise.KNOWN)]


def analysed(name: str, folder: Path, *, errors: bool) -> Told:
    """With errors among the harmless lines its nodes have worked for months, too."""
    cured.write(name, folder, noise=errors)
    noise.spread(folder, errors=errors)
    return told("analyze", folder)


@pytest.mark.parametrize("name", SOME)
def test_nothing_is_held_against_what_was_cured(tmp_path: Path, name: str) -> None:
    assert held_against(analysed(name, tmp_path, errors=True)) == []


@pytest.mark.slow
@pytest.mark.parametrize("errors", [False, True], ids=["plain", "errors"])
def test_nothing_is_held_against_any_scenario_after_its_cure(tmp_path: Path, errors: bool) -> None:
    """Each can be cured."""
    found = {}
    for name in SCENARIOS:
        one = analysed(name, tmp_path / name, errors=errors)
        if held := held_against(one):
            found[name] = held
        assert errors or one.code == ExitCode.DONE, name

    assert found == {}


def test_without_the_cure_it_is_held(tmp_path: Path) -> None:
    """What is looked at here would be seen."""
    from troubleshooter.simulator.files import write_files  # noqa: PLC0415 - for this one alone

    write_files("vault-rbac-denied", tmp_path, noise=True)
    noise.spread(tmp_path)

    assert "kv-403-rbac" in held_against(told("analyze", tmp_path))
