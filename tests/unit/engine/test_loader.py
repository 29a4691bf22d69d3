from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.actions import ACTIONS
from troubleshooter.engine.loader import load_playbook, playbook_file
from troubleshooter.errors import NotFound, UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

STEPS = (
    "survey cross-check plan recreate wait-for-idle collect diagnose choose-fix "
    "verify verify-all apply apply-all clean-up report"
)

SMALL = """\
id: small
title: Small
summary: A small one
steps:
  - id: a
    title: A
    why: because
    action: pool.survey
    changes: nothing
    undo: nothing to undo
    source: https://example.invalid/
"""


def test_the_shipped_playbook_has_the_contracts_steps_and_real_actions() -> None:
    playbook = load_playbook(playbook_file("kv-extension"), ACTIONS)

    assert [step.id for step in playbook.steps] == STEPS.split()
    assert all(step.source.startswith("https://learn.microsoft.com/") for step in playbook.steps)
    assert [step.id for step in playbook.steps if step.mutates] == [
        "recreate",
        "collect",
        "verify",
        "verify-all",
        "apply",
        "apply-all",
        "clean-up",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("action: pool.survey", "action: pool.servey"), "no such action: pool.servey"),
        (("    why: because", "    on: {hopeless: nowhere}\n    why: because"), "leads to nowhere"),
        (("    title: A", "    titel: A"), "title"),
        (("steps:", "stps:"), "steps"),
    ],
)
def test_a_broken_playbook_names_what_is_wrong(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace(*change))

    with pytest.raises(UsageProblem) as caught:
        load_playbook(path, ACTIONS)

    assert told in str(caught.value)
    assert "small.yaml" in str(caught.value)


def test_an_unknown_playbook_names_the_known_ones() -> None:
    with pytest.raises(NotFound, match="no playbook kv-extention") as caught:
        playbook_file("kv-extention")

    assert "kv-extension" in caught.value.why
