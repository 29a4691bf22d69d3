"""The definition for pre-commit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from troubleshooter.cli.root import root

TREE = Path(__file__).resolve().parents[3]


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load((TREE / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_it_runs_a_command_that_there_is() -> None:
    program, *command = hook()["entry"].split()
    assert program in (TREE / "pyproject.toml").read_text(encoding="utf-8")
    assert command == ["lint"]
    assert root.get_command(root.make_context("troubleshooter", [], resilient_parsing=True), "lint")


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("infra/pool.json", True),
        ("infra/render-Pool.parameters.json", True),
        ("kv/keyVaultExtension.json", True),
        ("key-vault.json", True),
        ("config/0.settings", True),
        ("package.json", False),
        ("pool/readme.md", False),
        ("poolside/package.json", False),
    ],
)
def test_it_looks_at_files_that_speak_of_it(file: str, wanted: bool) -> None:
    assert bool(re.search(hook()["files"], file)) is wanted
