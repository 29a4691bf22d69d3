"""Every scenario without a screen is told as the record has it: both routes, as text and as JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.record.compare import differences
from tests.record.entries import KEPT, entries, of_scenario
from tests.record.renew import orphans
from troubleshooter.settings import playbooks_folder
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from tests.record.stage import Stage

CHOSEN = {
    "healthy": ("demo", "in-place"),
    "wrong-client-id": ("demo", "in-place", "apply"),
    "vault-rbac-denied": ("demo", "in-place"),
    "identity-missing": ("demo", "in-place"),
    "mixed": ("demo",),
    "resize-quota": ("demo",),
    "odd-shapes": ("demo",),
    "extension-view-refused": ("demo",),
    "loader-missing": ("in-place",),
    "vault-throttled": ("demo",),
    "dependent-extension": ("analyze",),
    "windows-rbac-denied": ("demo", "in-place", "analyze"),
}
"""Looked at with every change; together they reach every step of both routes."""
EVERY_RUN = ("healthy", "wrong-client-id", "windows-rbac-denied")
"""Those of them that the default tests look at."""
EVERY_CHANGE = pytest.mark.slow(every_change=True)
STEP_DONE = re.compile(r"(?m)^✔ ([a-z-]+)  ")


@pytest.mark.parametrize(
    "scenario", [pytest.param(name, marks=() if name in EVERY_RUN else EVERY_CHANGE) for name in CHOSEN]
)
def test_some_scenarios_are_told_as_recorded(stage: Stage, scenario: str) -> None:
    wanted = {f"scenarios/{scenario}/{route}" for route in CHOSEN[scenario]}

    assert differences([entry for entry in of_scenario(scenario) if entry.name in wanted], stage) == ""


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_is_told_as_recorded(stage: Stage, scenario: str) -> None:
    assert differences(of_scenario(scenario), stage) == ""


def test_those_of_every_run_reach_every_step_of_both_routes() -> None:
    def reached(*routes: str) -> set[str]:
        return {
            step
            for scenario, looked_at in CHOSEN.items()
            for route in routes
            if route in looked_at
            for step in STEP_DONE.findall((KEPT / f"scenarios/{scenario}/{route}.txt").read_text("utf-8"))
        }

    playbook = yaml.safe_load((playbooks_folder() / "kv-extension.yaml").read_text("utf-8"))
    steps = {step["id"] for step in playbook["steps"]}
    assert reached("demo", "apply") == steps
    assert reached("in-place") == steps - {"apply", "apply-all"}  # in place the pool itself has the fix


def test_the_record_has_every_entry() -> None:
    assert [name for name, entry in entries().items() if not entry.path.is_file()] == []


def test_the_record_has_no_entry_of_what_is_gone() -> None:
    assert orphans(entries()) == []


def test_no_entry_ends_in_a_crash() -> None:
    """Whoever renews the record on a bad day would hold the program to it."""
    ended = re.compile(r"(?m)^exit (?:-\d+|1)$")
    assert [path.name for path in KEPT.rglob("*.txt") if ended.search(path.read_text("utf-8"))] == []
