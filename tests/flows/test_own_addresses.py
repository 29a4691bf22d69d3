"""A pool with public addresses of its own: what a firewall says of others is no cause of its."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.engine.outcome import exit_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

POOL = "render-pool"


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("own-addresses"))


def test_beside_it_the_firewall_is_not_named_as_its_cause(world: Inside) -> None:
    state = world.drive(world.start(), {})
    (firewall,) = [each for each in state.diagnosis.findings if each.id == "kv-403-firewall"]

    assert state.diagnosis.root_cause == "kv-403-rbac", "which Azure itself tells"
    assert exit_code(state) == 3
    assert (firewall.severity, firewall.confidence, firewall.fixes) == ("warning", "possible", ())
    assert "they leave by other public addresses than the pool itself" in firewall.explanation


def test_the_plan_says_so_before(world: Inside) -> None:
    question = world.drive(world.start(), {}, yes=False).question
    assert question is not None
    (told,) = [note for note in question.plan["notes"] if "public addresses" in note]
    assert told.startswith("it leaves by other public addresses than the original, which keeps its own")
    assert "Working in place keeps the addresses" in told


def test_in_its_place_the_cause_behind_shows(world: Inside) -> None:
    answers = {"route": "in-place", "jobs": "requeue", "outside-fix": "done"}
    state = world.drive(world.start(mode="in-place"), answers, confirm=POOL)
    assert state.diagnosis.root_cause == "kv-403-rbac"
    assert (state.verified, state.open_changes) == (True, ())


def test_beside_a_pool_whose_addresses_azure_gives_a_refusal_is_certain_of_the_debug_pool_alone(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator("vault-firewall"))
    state = world.drive(world.start(), {"outside-fix": "done"})
    (firewall,) = [each for each in state.diagnosis.findings if each.id == "kv-403-firewall"]

    assert (firewall.severity, firewall.confidence) == ("error", "likely")
    assert firewall.why_not_surer.startswith("Only nodes of the debug pool were answered so")
