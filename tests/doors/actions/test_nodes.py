"""Waiting for nodes: the first has a limit of its own, and one that hangs on the way is seen to fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from troubleshooter.actions.nodes import wait_for_idle
from troubleshooter.errors import ExitCode
from troubleshooter.model.handover import Made
from troubleshooter.model.progress import Waiting
from troubleshooter.operations.node_watch import FIRST_NODE, NodeWatch
from troubleshooter.operations.proof import prove

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.engine.context import StepContext

ALWAYS = 10_000
PACE = {"Retry-After": "15"}
"""The service asks for as much as the program would wait by itself in the end."""


def made(bench: Bench) -> tuple[str, StepContext, list[Waiting]]:
    """A debug pool of this run, the step that waits for its nodes, and what that step shows."""
    bench.surveyed()
    stages.planned(bench)
    name = stages.make_beside(bench)
    bench.over("recreate", Made(name))
    shown: list[Waiting] = []
    ctx = bench.ctx("wait-for-idle")
    ctx._emit = lambda progress: shown.append(progress) if isinstance(progress, Waiting) else None
    return name, ctx, shown


def let_nodes_be(bench: Bench, name: str, state: str, *numbers: int, times: int = ALWAYS) -> None:
    show(bench, name, {f"n{number}": state for number in numbers}, times)


def show(bench: Bench, name: str, states: dict[str, str], times: int = ALWAYS) -> None:
    nodes = [{"id": node, "state": state} for node, state in states.items()]
    bench.account.fault(
        f"GET /pools/{name}/nodes$", body=json.dumps({"value": nodes}), headers=PACE, times=times
    )


def let_extension_say(bench: Bench, name: str, state: str, times: int = ALWAYS) -> None:
    told = {"code": f"ProvisioningState/{state}", "level": "Info", "message": "as Azure has it"}
    about = {"name": "kv", "publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux"}
    view = {"vmExtension": about, "instanceView": {"name": "kv", "statuses": [told]}}
    match = f"GET /pools/{name}/nodes/[^/]+/extensions$"
    bench.account.fault(match, body=json.dumps({"value": [view]}), headers=PACE, times=times)


def views_read(bench: Bench) -> int:
    return sum("/extensions" in path for path, _ in bench.account.calls())


@pytest.fixture
def options() -> dict[str, Any]:
    return {"limit_seconds": 1800.0}


def test_a_first_node_has_fifteen_minutes_of_its_own_said_from_the_first_second(bench: Bench) -> None:
    name, ctx, shown = made(bench)
    let_nodes_be(bench, name, "creating")
    outcome = wait_for_idle(bench.tools, ctx)

    assert outcome.why == "Gave up waiting for a first node."
    assert (outcome.outcome, outcome.exit_code) == ("limit", ExitCode.GAVE_UP)
    assert FIRST_NODE <= bench.patience.clock() < FIRST_NODE + 20
    assert (shown[0].elapsed, shown[0].limit) == (0.0, FIRST_NODE)
    assert shown[0].at_limit.endswith("; once a first node is there it waits anew, 30 min")


def test_the_limit_counts_from_the_first_node(bench: Bench) -> None:
    name, ctx, shown = made(bench)
    let_nodes_be(bench, name, "creating", times=10)
    let_nodes_be(bench, name, "creating", 1)
    outcome = wait_for_idle(bench.tools, ctx)

    assert outcome.why == "Gave up waiting for the nodes."
    first = next(each for each in shown if each.counts)
    waited = bench.patience.clock()
    assert 1800 + 60 < waited < 1800 + FIRST_NODE
    later = [each for each in shown if each.limit == 1800.0]
    assert later[0].elapsed < 1
    assert later[-1].elapsed == pytest.approx(1800.0)
    assert "once a first node" not in later[0].at_limit
    assert first.counts == {"creating": 1}


@pytest.mark.parametrize("options", [{"limit_seconds": 60.0}])
def test_a_shorter_limit_holds_for_the_first_node_too(bench: Bench) -> None:
    name, ctx, shown = made(bench)
    let_nodes_be(bench, name, "creating")
    wait_for_idle(bench.tools, ctx)
    assert shown[0].limit == 60.0
    assert bench.patience.clock() < 80


@pytest.mark.parametrize("options", [{"limit_seconds": 1800.0, "total_seconds": 1200.0}])
def test_both_waits_together_stay_within_the_runs_own_limit(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "creating", times=20)
    let_nodes_be(bench, name, "creating", 1)
    wait_for_idle(bench.tools, ctx)
    assert bench.patience.clock() <= 1200 + 20


def test_a_node_under_way_whose_extension_failed_for_good_is_stuck(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "starting", 1, 2)
    let_extension_say(bench, name, "failed")
    outcome = wait_for_idle(bench.tools, ctx)

    assert outcome.outcome == "hopeless"
    assert outcome.why == (
        "both nodes are unusable, 2 of them not yet by Azure's word: their extension failed on the way"
    )
    assert bench.patience.clock() < 60
    kept = {file.node for file in bench.run.state.files if file.name == "node extension view"}
    assert kept == {"n1", "n2"}


def test_an_error_that_passes_ends_no_wait(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "starting", 1, times=40)
    let_nodes_be(bench, name, "idle", 1)
    let_extension_say(bench, name, "failed", times=1)
    let_extension_say(bench, name, "transitioning")
    outcome = wait_for_idle(bench.tools, ctx)
    assert outcome.why == "the node is idle"


def test_a_node_under_way_is_read_every_half_minute(bench: Bench) -> None:
    """Twelve looks, fifteen seconds apart: at every second one, and once more when it is idle."""
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "creating", 1, times=12)
    let_nodes_be(bench, name, "idle", 1)
    let_extension_say(bench, name, "transitioning")
    bench.account.forget_calls()
    wait_for_idle(bench.tools, ctx)
    assert views_read(bench) == 6 + 1


def test_of_many_nodes_twenty_are_read_at_a_time_each_in_its_turn(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "creating", *range(50), times=3)
    let_nodes_be(bench, name, "idle")
    let_extension_say(bench, name, "transitioning")
    bench.account.forget_calls()
    watch = NodeWatch(bench.tools, ctx, bench.endpoint, name, "", until_reported=False)
    numbers = []
    for _ in range(3):
        watch.look()
        numbers.append(views_read(bench))
        bench.patience.wait(15)
    assert numbers == [20, 40, 60]
    read = {path.split("/")[4] for path, _ in bench.account.calls() if "/extensions" in path}
    assert len(read) == 50


def test_a_proof_keeps_what_it_saw_although_its_limit_came(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "starting", 1)
    let_extension_say(bench, name, "transitioning")
    found = prove(bench.tools, ctx, name, 1)

    assert not found.holds
    assert found.why.startswith("the nodes were not idle in time: ")
    assert [file.node for file in bench.run.state.files if file.name == "node extension view"] == ["n1"]


def test_a_proof_fails_early_where_the_extension_failed_on_the_way(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    let_nodes_be(bench, name, "creating", 1)
    let_extension_say(bench, name, "failed")
    found = prove(bench.tools, ctx, name, 1)

    assert not found.holds
    assert found.why == "with the fix the extension still reports n1: error as Azure has it"
    assert bench.patience.clock() < 60


def test_where_one_node_is_away_for_good_an_unusable_one_still_says_why(bench: Bench) -> None:
    name, ctx, _ = made(bench)
    for _ in range(5):
        ctx.taken_away(name, "n2")
    show(bench, name, {"n1": "unusable", "n2": "preempted"})
    let_extension_say(bench, name, "failed")
    outcome = wait_for_idle(bench.tools, ctx)
    assert (outcome.outcome, outcome.why) == ("hopeless", "1 of 2 nodes is unusable")


def test_one_that_is_away_is_no_failure_of_the_other(bench: Bench) -> None:
    """Ten minutes without a move are no reason to give up what another machine may still prove."""
    name, ctx, _ = made(bench)
    show(bench, name, {"n1": "idle", "n2": "preempted"})
    let_extension_say(bench, name, "succeeded")
    proof = prove(bench.tools, ctx, name, 2)
    assert (proof.holds, proof.exit_code) == (False, ExitCode.GAVE_UP)
    assert proof.why.startswith("the nodes were not idle in time")
    assert bench.patience.clock() >= 1800
