"""Pools and accounts with something special about them: what follows is said before it costs anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.engine.outcome import exit_code
from troubleshooter.errors import UsageProblem
from troubleshooter.report.roads import roads_json
from troubleshooter.report.text import run_text
from troubleshooter.report.ticket import run_ticket
from troubleshooter.report.to_do import no_way_in, to_do

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

POOL = "render-pool"
OF_OURS = "2001:db8:7::/64"


@pytest.fixture
def world(
    simulator: Callable[..., Simulator], request: pytest.FixtureRequest, inside: Callable[..., Inside]
) -> Inside:
    return inside(simulator(request.param))


def in_(*scenarios: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("world", scenarios, indirect=True)


def planned(world: Inside, **answers: str) -> tuple[RunState, Any]:
    state = world.drive(world.start(), answers, yes=False)
    assert state.question is not None
    return state, state.question.plan


def addresses(body: Any) -> Any:
    return body["properties"]["networkConfiguration"]["publicIPAddressConfiguration"]


@in_("dual-stack")
def test_a_debug_pool_has_the_addresses_of_the_original_s_kind(world: Inside) -> None:
    _, plan = planned(world)
    for key in ("ipFamilies", "ipTags"):
        assert addresses(plan["after"])[key] == addresses(plan["before"])[key]
    state = world.drive(world.start(), {"outside-fix": "done"})
    assert (state.diagnosis.root_cause, state.verified, state.open_changes) == ("kv-403-rbac", True, ())


@in_("dual-stack")
def test_nodes_with_ipv6_may_be_reached_from_ipv6(world: Inside) -> None:
    _, plan = planned(world, **{"allow-from": OF_OURS})
    (ssh,) = plan["after"]["properties"]["networkConfiguration"]["endpointConfiguration"]["inboundNatPools"]
    assert [rule["sourceAddressPrefix"] for rule in ssh["networkSecurityGroupRules"]] == [OF_OURS, "*"]


@in_("vault-rbac-denied", "older-version")
def test_nodes_without_ipv6_are_not_opened_for_it(world: Inside) -> None:
    before = world.pools()
    with pytest.raises(UsageProblem) as refused:
        world.drive(world.start(), {"allow-from": OF_OURS})
    assert "have no IPv6 addresses" in refused.value.why
    assert "203.0.113.7/32" in refused.value.do
    assert world.pools() == before


@in_("subnet-guarded")
def test_a_subnet_is_told_of_on_the_plan(world: Inside) -> None:
    _, plan = planned(world)
    (told,) = [note for note in plan["notes"] if "network security group" in note]
    assert told == (
        "the pool lies in subnet nodes: its own network security group and route table must let 127.0.0.1/32"
        " in to port 22 too"
    )


@pytest.mark.slow  # half a minute, in which a node gets its second and third try
@in_("subnet-guarded")
def test_what_a_subnet_drops_is_told_with_the_subnet(world: Inside) -> None:
    state = world.drive(world.start(), {})
    told = " ".join(run_text(state).split())
    assert (state.diagnosis.root_cause, exit_code(state)) == ("kv-403-rbac", 3)
    assert "by a task: 1 node" in told
    assert "did not answer within 15 s" in told
    assert "the subnet's network security group and route table let it in" in told


@in_("private-account")
def test_an_account_that_is_private_is_named_and_the_rest_looked_at(world: Inside) -> None:
    state = world.drive(world.start(), {})
    barred = no_way_in(state)
    assert barred is not None
    assert (exit_code(state), world.pools(), state.diagnosis.root_cause) == (6, [POOL], "batch-way-shut")
    assert "ARM answers, so it is the account's data plane that refuses." in barred.why
    assert "Public network access of account contosobatch is Disabled. Nothing was created." in barred.why
    assert barred.do.startswith("Run this where the account's private endpoint is reached")
    assert [one.text for one in to_do(state) if barred.do in one.text]
    assert state.not_verified_because == "Azure refused looking at pool render-pool"


@in_("account-without-entra")
def test_an_account_that_takes_keys_only_is_named_and_the_rest_looked_at(world: Inside) -> None:
    state = world.drive(world.start(), {})
    barred = no_way_in(state)
    assert barred is not None
    assert (exit_code(state), world.pools(), state.diagnosis.root_cause) == (6, [POOL], "kv-403-rbac")
    assert barred.what == "Account contosobatch takes no sign-in with Microsoft Entra."
    assert barred.do == "Have AAD added to the account's allowedAuthenticationModes."
    (road,) = roads_json(state)["roads"]
    assert road["because"].endswith(barred.do)
    assert "2 nodes not shown" in " ".join(run_ticket(state).split())


@in_("user-subscription")
@pytest.mark.parametrize("options", [{}, {"mode": "in-place"}], ids=["beside", "in place"])
def test_whose_machines_the_nodes_are_is_on_both_plans(world: Inside, options: dict[str, Any]) -> None:
    state = world.drive(world.start(**options), {"jobs": "requeue"}, yes=False)
    assert state.question is not None
    told = " ".join(state.question.plan["notes"])
    assert "the account's pool allocation mode is UserSubscription" in told
    assert "whose quota is not read here, and whose policies and locks hold for them" in told
