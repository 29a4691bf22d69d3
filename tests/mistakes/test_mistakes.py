"""Every kind of mistake that real files show is held by an input of our own making."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ground_truth import needs_samples
from tests.known import KNOWN
from tests.mistakes import beyond, in_logs, in_settings
from tests.mistakes.given import given, recorded
from tests.mistakes.near_misses import NEAR_MISSES
from troubleshooter import lint
from troubleshooter.lint import lint_text

if TYPE_CHECKING:
    from tests.mistakes.mistake import Mistake

MISTAKES = (*in_settings.MISTAKES, *beyond.MISTAKES, *in_logs.MISTAKES)
ROWS = (*MISTAKES, *NEAR_MISSES)
HELD = {
    (sample, said.severity, said.id)
    for row in MISTAKES
    for sample in row.samples.split()
    for said in row.said
}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_mistake_is_told_and_nothing_else(row: Mistake) -> None:
    heard, lines = row.heard(), row.text.splitlines()
    assert {one[:2] for one in heard} == {(said.severity, said.id) for said in row.said}
    for said in row.said:
        told = [line for *what, line in heard if what == [said.severity, said.id]]
        assert any(said.points_to(line, lines[line - 1]) for line in told), (said, told)


@pytest.mark.parametrize("row", [row for row in ROWS if row.command == "lint"], ids=str)
def test_lint_saw_what_it_was_to_judge(row: Mistake) -> None:
    assert lint_text(row.text, "file.json", KNOWN).extensions == row.extensions


def test_every_id_that_the_record_gives_of_a_sample_is_held() -> None:
    assert recorded() - HELD == set()


@needs_samples
def test_every_id_that_a_sample_gives_is_held() -> None:
    assert given() - HELD == set()


SAID_ELSEWHERE = {"batch-allocation-failed", "crp-provisioning-error", "crp-provisioning-timeout"} | {
    "kv-status-transitioning",
    "batch-resize-timeout",
    "batch-node-unusable-no-error",
    "batch-agent-install-failure",
    "batch-image-not-listed",
    "kv-cli-settings-wrapper",
}
"""Ids of log rules, of which lint says that a mistake explains them; one is of a list of Azure's."""
ID = re.compile("(batch|crp|identity|imds|install|json|kv|linux|msi|not|win)(-[a-z0-9]+)+")


def test_whatever_lint_can_say_is_said_of_a_row() -> None:
    """Every id that its source names: a new check needs a row, and a row needs a check."""
    texts = [path.read_text(encoding="utf-8") for path in Path(lint.__file__).parent.rglob("*.py")]
    named = {
        node.value for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)
    }
    ids = {text for text in named if isinstance(text, str) and ID.fullmatch(text)}
    said = {said.id for row in MISTAKES if row.command == "lint" for said in row.said}
    assert ids - SAID_ELSEWHERE - said == set()
    assert ids >= SAID_ELSEWHERE
