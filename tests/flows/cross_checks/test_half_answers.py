"""What an answer does not show is not known: neither a no nor a yes, and never the end of the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from tests.flows.asked import outcomes
from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator

WELL = "secret-seen"
"""A world in which every check passes: what fails there fails by the spoilt answer alone."""
HALF: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "a list of roles without its value": ("roleAssignments$", {"body": "{}"}, {"kv-403-rbac"}),
    "a list of roles with what is no object": (
        "roleAssignments$",
        {"body": '{"value": [null, {}]}'},
        {"kv-403-rbac"},
    ),
    "roles without their scope": ("roleAssignments$", {"drop": ["scope"]}, {"kv-403-rbac"}),
    "a role without permissions": ("roleDefinitions", {"drop": ["permissions"]}, {"kv-403-rbac"}),
    "versions without their value": ("/versions$", {"body": "{}"}, set()),  # ARM's secret tells instead
    "versions that show nothing": ("/versions$", {"body": '{"value": [{}]}'}, set()),
    "a vault without properties": (
        "vaults/[^/]+$",
        {"drop": ["properties"]},
        {"kv-403-firewall", "kv-403-rbac"},
    ),
    "identities that are not shown": (
        "pools/[^/]+$",
        {"drop": ["userAssignedIdentities"]},
        {"batch-pool-identity-missing", "kv-403-rbac"},
    ),
    "locks without their value": ("locks$", {"body": "{}"}, {"batch-account-locked"}),
    "policies without their value": ("policyAssignments$", {"body": "{}"}, {"batch-policy-denies"}),
    "a pool without its id": ("pools/[^/]+$", {"drop": ["id"]}, {"batch-policy-denies", "batch-way-shut"}),
    "a size with a name that is none": (
        "virtualMachineSkus$",
        {"body": json.dumps({"value": [{"name": "STANDARD_D2S_V3", "capabilities": [{"name": []}]}]})},
        {"batch-debug-pool-quota"},
    ),
}
"""Which answer is spoilt, how, and which checks cannot tell then."""


@pytest.mark.parametrize("name", HALF)
def test_half_an_answer_is_none(name: str, simulator: Callable[..., Simulator]) -> None:
    path, spoilt, open_ones = HALF[name]
    world = simulator(WELL)
    Client(world.connection).control("POST", "/fault", {"match": f"GET {path}", "times": 99, **spoilt})
    said = outcomes(world)

    assert not {row: one.because for row, one in said.items() if one.verdict is Verdict.FAIL}
    assert {row: said[row].verdict for row in open_ones} == dict.fromkeys(open_ones, Verdict.UNKNOWN)
    assert all(said[row].missing for row in open_ones)
