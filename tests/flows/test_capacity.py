"""Before anything is made, the plan says what it takes: cores of a quota, time, and what is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.cloud import translate
from troubleshooter.model.facts import SizeFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import Question
    from troubleshooter.simulator.server import Simulator


@pytest.fixture
def scenario() -> str:
    return "vault-rbac-denied"


@pytest.fixture
def world(scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator(scenario))


def plan(world: Inside, nodes: int = 1, **options: Any) -> Question:
    question = world.drive(world.start(debug_nodes=nodes, **options), {}, yes=False).question
    assert question is not None
    assert question.gate == "plan"
    return question


def test_cores_quota_time_and_what_is_billed_are_told(world: Inside) -> None:
    told = plan(world, 3).plan["notes"][:4]
    made = "3 x STANDARD_D2S_V3 in westeurope"
    free = "2000 of 2004 dedicated cores of the account are free"
    assert told[0] == f"makes {made}: 6 cores, and {free}"
    assert told[1].startswith("takes minutes, and once more for the proof")
    assert "after 15 min unless" in told[1]
    assert told[1].endswith(
        "this run after 15 min without any node, and 30 min after the first one (--limit)"
    )
    assert told[2] == "Azure bills the pool until it is removed; no price is read here"
    most = "up to 3 x STANDARD_D2S_V3 x 240 min = 720 node-minutes (--total-limit)"
    assert told[3] == f"{most}; longer while a question waits for its answer"


def test_an_amount_is_told_only_at_the_operators_own_price(world: Inside) -> None:
    told = plan(world, 3, price_per_hour=0.125, total_seconds=5400).plan["notes"][3]
    assert told.startswith("up to 3 x STANDARD_D2S_V3 x 90 min = 270 node-minutes (--total-limit), at your")
    assert "at your price of 0.125 an hour and node up to 0.56;" in told


def test_to_whom_a_node_is_open_is_told_before_it_is_made(world: Inside) -> None:
    told = plan(world).plan["notes"]
    assert any(note.startswith("SSH (port 22) is opened for 127.0.0.1/32 and denied to") for note in told)
    assert "with sudo stands on each node, for a key that this process alone has" in told[-1]


@pytest.mark.parametrize("scenario", ["resize-quota"])
def test_too_few_cores_are_told_before_a_pool_is_made(world: Inside) -> None:
    asked = plan(world)
    assert asked.plan["notes"][0].startswith("too few cores: makes 1 x STANDARD_D2S_V3 in westeurope")
    assert "and 0 of 4 dedicated cores of the account are free" in asked.plan["notes"][0]
    assert world.pools() == ["render-pool"]
    first, *others = asked.choices
    assert first.value == "stop", "the marked choice makes a pool that gets no node"
    assert next(one.detail for one in others if one.value == "approve").startswith(
        "by the cores that are free"
    )


def test_with_enough_cores_the_first_choice_makes_the_pool(world: Inside) -> None:
    assert [choice.value for choice in plan(world).choices] == ["approve", "in-place", "stop"]


@pytest.mark.parametrize("call", ["GET .*/virtualMachineSkus", "GET .*/contosobatch/pools$"])
def test_what_may_not_be_read_is_not_known_and_stops_nothing(world: Inside, call: str) -> None:
    refused = {"match": call, "status": 403, "code": "AuthorizationFailed", "times": 9}
    world.client.control("POST", "/fault", refused)
    told = plan(world).plan["notes"][0]
    assert told.startswith("makes 1 x STANDARD_D2S_V3 in westeurope; how many cores are free is not known: ")
    assert world.state()["faults"] == [] or world.state()["faults"][0]["times"] < 9


def test_quotas_of_families_are_read_where_they_are_enforced() -> None:
    properties = {
        "accountEndpoint": "x.batch.azure.com",
        "dedicatedCoreQuota": 20,
        "lowPriorityCoreQuota": None,
        "dedicatedCoreQuotaPerVMFamily": [{"name": "standardDSv3Family", "coreQuota": 8}],
    }
    without = translate.account({"name": "x", "properties": properties})
    enforced = {**properties, "dedicatedCoreQuotaPerVMFamilyEnforced": True}
    account = translate.account({"name": "x", "properties": enforced})
    assert without.family_cores is None
    assert (account.dedicated_cores, account.spot_cores) == (20, None)
    assert account.family_cores == {"standarddsv3family": 8}


def test_a_size_without_its_cores_is_none() -> None:
    cores = [{"name": "vCPUs", "value": "2"}]
    body = {"name": "Standard_D2s_v3", "familyName": "standardDSv3Family", "capabilities": cores}
    assert translate.size(body) == SizeFacts("Standard_D2s_v3", "standardDSv3Family", 2)
    assert translate.size({**body, "capabilities": []}) is None
