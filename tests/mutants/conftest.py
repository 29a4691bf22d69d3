"""A made-up program with one file and its test, to be mutated."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.mutants.mutation import Mutation
from tests.mutants.named import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACE = "doors/gate.py"
SOUND = '''"""Opens from the third knock on."""


def opened(knocks: int) -> bool:
    return knocks >= 3
'''
TEST = """
from troubleshooter.doors.gate import opened


def test_three_knocks_open_it():
    assert opened(3)


def test_two_do_not():
    assert not opened(2)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    root = tmp_path / "program"
    for folder in ("troubleshooter/doors", "tests/doors", "playbooks"):
        (root / folder).mkdir(parents=True)
    (root / "troubleshooter" / "__init__.py").touch()
    (root / "troubleshooter" / "doors" / "__init__.py").touch()
    (root / "troubleshooter" / PLACE).write_text(SOUND)
    (root / "tests" / "doors" / "test_doors_gate.py").write_text(TEST)
    shutil.copy2(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture
def mutant() -> Callable[..., Mutation]:
    """Made by hand: with that text, and with what else is told of it."""

    def made(text: str = "", **told: str | bool | int) -> Mutation:
        usual = {"place": PLACE, "within": "opened", "was": "return knocks >= 3", "becomes": text}
        usual |= {"operator": "By_Hand"}
        return Mutation(**{"nth": 1, "unread": False, "python": True, "text": text, **usual, **told})  # type: ignore[arg-type] # each as its field wants it

    return made
