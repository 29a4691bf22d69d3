"""That the eight hold every pair of values, the two are opposite, and the twenty reach every step."""

from __future__ import annotations

import itertools
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.flows.switches.combinations import APART, EIGHT, OPPOSITE, SWITCHES, habits, missing
from tests.flows.switches.twenty import BY_ROUTE, STEPS, TWENTY
from troubleshooter.settings import playbooks_folder
from troubleshooter.simulator.scenarios import SCENARIOS
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from pathlib import Path


def test_every_switch_is_combined() -> None:
    assert set(SWITCHES) | APART == {each.name for each in fields(Habits)}
    assert "extension-view-refused" in SCENARIOS
    for name, values in SWITCHES.items():
        assert len(values) == len(set(values)) > 1, name
        assert all(getattr(habits({name: value}), name) == value for value in values)


def test_every_pair_of_values_occurs_in_the_eight() -> None:
    assert len(EIGHT) == 8
    assert missing(EIGHT) == set()


@pytest.mark.parametrize("left", range(8))
def test_none_of_the_eight_is_there_for_nothing(left: int) -> None:
    assert missing((*EIGHT[:left], *EIGHT[left + 1 :]))


def test_the_opposite_ones_agree_in_nothing() -> None:
    one, other = OPPOSITE
    assert one.keys() == other.keys() == SWITCHES.keys()
    assert not [name for name in SWITCHES if one[name] == other[name]]
    assert missing(OPPOSITE), "two cannot hold every pair"


def test_the_twenty_are_twenty() -> None:
    assert len(TWENTY) == len(set(TWENTY)) == 20
    assert {case.scenario for case in TWENTY} <= SCENARIOS.keys()
    routes = {case.route.partition(",")[0] for case in TWENTY}
    assert routes == set(BY_ROUTE)


def test_the_steps_to_reach_are_the_playbooks() -> None:
    playbook: Path = playbooks_folder() / "kv-extension.yaml"
    steps = [step["id"] for step in yaml.safe_load(playbook.read_text(encoding="utf-8"))["steps"]]
    assert list(STEPS) == steps
    apart = set(itertools.chain(*BY_ROUTE.values())) ^ set(BY_ROUTE["in place"])
    assert apart == {"apply", "apply-all"}
