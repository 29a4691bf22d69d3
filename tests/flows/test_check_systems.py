"""`check` on wrong identities, rights, vaults, secrets and networks: of Linux and of Windows nodes alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.test_check import SEEN, checked
from troubleshooter.cli import worlds
from troubleshooter.model.handover import CrossChecked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

TWINS = {
    "vault-rbac-denied": "windows-rbac-denied",
    "vault-access-policy": "windows-access-policy",
    "vault-firewall": "windows-firewall",
    "vault-private-only": "windows-private-only",
    "secret-not-found": "windows-secret-not-found",
    "secret-disabled": "windows-secret-disabled",
    "wrong-client-id": "windows-wrong-client-id",
    "identity-missing": "windows-identity-missing",
    "vault-other-tenant": "windows-other-tenant",
}
"""The same on Linux nodes and on Windows nodes."""
WANTED = {name: SEEN[linux] for linux, windows in TWINS.items() for name in (linux, windows)}
FEW = ("windows-private-only",)


def system_of(world: Inside) -> str:
    machine = world.definition(world.target.pool)["properties"]["deploymentConfiguration"]
    return "windows" if "windows" in machine["virtualMachineConfiguration"]["nodeAgentSkuId"] else "linux"


@pytest.mark.parametrize(
    "scenario", [pytest.param(each, marks=() if each in FEW else pytest.mark.slow) for each in WANTED]
)
def test_the_cause_is_named_as_surely_as_azure_shows_it_by_reads_alone(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator(scenario))
    state = checked(world)
    calls = world.client.control("GET", "/calls")["calls"]
    tokens = [call for call in calls if "/oauth2/" in call["path"]]
    others = [call for call in calls if call not in tokens]
    cause = state.diagnosis.cause

    assert state.of(CrossChecked) is not None
    assert cause is not None
    assert (cause.id, cause.confidence) == WANTED[scenario]
    assert cause.evidence
    assert {call["method"] for call in others} <= {"GET", "HEAD"}
    assert {call["method"] for call in tokens} <= {"GET", "POST"}
    assert state.acts == ()
    assert system_of(world) == ("windows" if scenario in TWINS.values() else "linux")
    seconds = sum(step.seconds for step in state.steps)
    reads = f"{len(others)} reads, {len(tokens)} for tokens"
    print(f"{scenario:26} {cause.id:32} {cause.confidence:10} {seconds:5.1f} s  {reads}")


@pytest.mark.parametrize("name", TWINS.values())
def test_a_twin_can_be_simulated_by_its_name(name: str) -> None:
    assert worlds.scenario(name).name == worlds.offer(name).name == name
