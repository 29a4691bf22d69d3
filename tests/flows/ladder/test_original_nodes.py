"""Nodes of the original that run tasks: read themselves where the operator names them, and only these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import Inside
from troubleshooter.engine.outcome import exit_code
from troubleshooter.errors import UsageProblem
from troubleshooter.model.handover import Collected, Planned
from troubleshooter.model.run import ASIDE
from troubleshooter.report.text import run_text
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.server import Simulator

POOL = "render-pool"
LOOK = {"next": "look", "read-on": "nodes"}


def scene(scenario: str = "vault-rbac-denied", nodes: int = 3, *, waits: bool = False) -> Scene:
    """A pool whose nodes do not wait for the extension that fails on them."""
    made = scenarios.build(scenario, nodes, FAST)
    if not waits:
        machine = made.world.pools[POOL].properties["deploymentConfiguration"]["virtualMachineConfiguration"]
        machine["extensions"][0]["settings"]["secretsManagementSettings"]["requireInitialSync"] = False
    return made


@pytest.fixture
def made() -> Scene:
    return scene()


@pytest.fixture
def world(made: Scene, simulator: Callable[..., Simulator], tmp_path: Path) -> Iterator[Inside]:
    world = Inside(simulator((made,)).connection, tmp_path / "runs")
    yield world
    world.bench.close()


def ids(world: Inside) -> list[str]:
    return [node["id"] for pool in world.state()["pools"] for node in pool["nodes"]]


def at_the_question(world: Inside, **answers: str) -> Any:
    state = world.drive(world.start(), answers, yes=False)
    assert state.question is not None
    return state.question


def sent(world: Inside) -> list[str]:
    """What was to change something."""
    calls = world.client.control("GET", "/calls")["calls"]
    asked = [f"{call['method']} {call['path'].rpartition('/batchAccounts/')[2]}" for call in calls]
    return [call for call in asked if not call.startswith(("GET", "HEAD")) and "oauth2" not in call]


def rungs(state: RunState) -> list[tuple[str, tuple[str, ...]]]:
    collected = state.of(Collected)
    assert collected is not None
    return [(rung.road, rung.answered) for rung in collected.rungs]


def test_before_a_node_is_named_it_is_told_what_a_task_takes(world: Inside) -> None:
    question = at_the_question(world, **LOOK)
    told = " ".join(question.plan["notes"])

    assert (question.gate, question.form) == ("read-nodes", "node-ids")
    assert "on each node reads the logs: it takes one task slot for up to 5 min" in told
    assert "in a job of this run's own, which ends by itself" in told
    assert "Batch may give such a task to another node where one is busy: it ends there at once" in told
    assert sent(world) == []


def test_only_nodes_that_were_named_are_read_and_no_pool_is_made(world: Inside) -> None:
    first, second, _ = ids(world)
    world.client.control("DELETE", "/calls")
    state = world.drive(world.start(), {**LOOK, "read-nodes": f"{second}, {first}"})

    planned, text = state.of(Planned), " ".join(run_text(state).split())
    assert planned is not None
    assert (planned.chosen, planned.route, world.pools()) == ((second, first), "original-nodes", [POOL])
    assert (state.diagnosis.root_cause, int(exit_code(state))) == ("kv-403-rbac", 3)
    assert [(road, set(nodes)) for road, nodes in rungs(state)] == [("task", {first, second})]
    assert {kept.node for kept in state.files if kept.step == "collect"} == {first, second}
    assert (state.open_changes, [job for job in world.jobs() if job.startswith("kvts-")]) == ((), [])
    assert "But for tasks that read 2 nodes of it, render-pool itself was not touched." in text
    assert not any("pools/" in call for call in sent(world))


def test_where_nobody_answers_a_pool_is_made(world: Inside) -> None:
    assert at_the_question(world, next="look", **{"allow-from": "127.0.0.1/32"}).gate == "plan"


@pytest.mark.parametrize("made", [scene(waits=True)], ids=["none runs tasks"])
def test_where_none_runs_tasks_it_is_said_that_a_pool_is_made_all_the_same(world: Inside) -> None:
    """`--answer read-on=nodes` was given, and is not asked for."""
    told = {
        "read-on" in answers: world.drive(world.start(answers=answers), answers, until="plan")
        .step("plan")
        .why
        for answers in (LOOK, {"next": "look"})
    }
    assert told[True].endswith("; no node of render-pool ran tasks that could read it (read-on=nodes)")
    assert "read-on" not in told[False]


def test_a_node_that_is_none_is_asked_about_again(world: Inside) -> None:
    question = at_the_question(world, **LOOK)
    assert question.gate == "read-nodes"
    with pytest.raises(UsageProblem, match="tvm-gone is no node of render-pool"):
        failed(world.drive(world.start(), {**LOOK, "read-nodes": f"tvm-gone,{ids(world)[0]}"}))
    assert sent(world) == []


def failed(state: RunState) -> None:
    """Raise what the plan ended by."""
    error = state.step("plan").error
    assert error is not None
    raise UsageProblem(error.what, error.why, error.do)


@pytest.mark.parametrize("made", [scene("mixed", 4, waits=True)], ids=["two of four run tasks"])
def test_who_runs_no_task_is_told_by_name(world: Inside) -> None:
    states = {node["id"]: node["state"] for pool in world.state()["pools"] for node in pool["nodes"]}
    idle, unusable = (
        next(name for name in states if states[name] == state) for state in ("idle", "unusable")
    )
    question = at_the_question(world, **LOOK)
    why = f"{unusable} runs no task. It is unusable, and only idle and running nodes run tasks."
    assert why in question.plan[ASIDE]

    state = world.drive(world.start(), {**LOOK, "read-nodes": f"{idle},{unusable}"})
    collected = state.of(Collected)
    assert collected is not None
    assert collected.failed == {unusable: "It is unusable, and only idle and running nodes run tasks."}
    assert rungs(state) == [("task", (idle,)), ("view", (unusable,))]
    assert f"not {unusable}: It is unusable" in " ".join(run_text(state).split())


def test_a_fix_is_proven_on_a_pool_whose_plan_is_asked_about(world: Inside) -> None:
    """The consent was to tasks alone."""
    first, *_ = ids(world)
    run = world.start()
    state = world.drive(run, {**LOOK, "read-nodes": first, "fix": "1", "outside-fix": "done"}, yes=False)
    assert state.question is not None
    assert (state.question.gate, state.question.step) == ("plan", "verify")
    assert world.pools() == [POOL]
    state = world.resumed(run, {"plan": "approve"})
    assert (state.verified, state.open_changes, world.pools()) == (True, (), [POOL])
