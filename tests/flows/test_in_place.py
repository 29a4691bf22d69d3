"""Work on the original itself: it ends as it should be or as it was, and its jobs as they were."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KEY_VAULT
from troubleshooter.engine.outcome import exit_code
from troubleshooter.errors import Refused
from troubleshooter.forms import change_of, forms
from troubleshooter.model.change import Away
from troubleshooter.model.handover import Planned, Printed
from troubleshooter.model.step import StepState
from troubleshooter.pooldef.compare import differences
from troubleshooter.pooldef.mark import mark_of
from troubleshooter.pooldef.pool_body import blocks, creatable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

POOL = "render-pool"
IN_PLACE = {"route": "in-place", "jobs": "requeue", "outside-fix": "done"}


@pytest.fixture
def scenario() -> str:
    return "wrong-client-id"


@pytest.fixture
def world(scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator(scenario))


@pytest.fixture
def jobs(world: Inside) -> Any:
    """The states of an active job, a disabled one, a finished one, and a schedule with its job."""
    on = {"poolInfo": {"poolId": POOL}}
    world.client.batch("POST", "/jobs", {"id": "resting", **on})
    world.client.batch("POST", "/jobs/resting/disable", {"disableTasks": "requeue"})
    for _ in range(3):
        world.client.batch("GET", "/jobs/resting")
    world.client.batch("POST", "/jobschedules", {"id": "hourly", "schedule": {}, "jobSpecification": on})
    return job_states(world)


def job_states(world: Inside) -> dict[str, str]:
    state = world.state()
    return {one["id"]: one["state"] for one in (*state["jobs"], *state["job_schedules"])}


def test_the_fix_is_proven_in_place_and_the_jobs_end_as_they_were(
    world: Inside, jobs: dict[str, str]
) -> None:
    before = world.definition(POOL)
    state = world.drive(world.start(mode="in-place"), IN_PLACE, confirm=POOL)
    after = world.definition(POOL)

    assert (state.verified, exit_code(state), state.open_changes) == (True, 0, ())
    assert jobs == {
        "nightly-frames": "active",
        "proof-frames": "completed",
        "resting": "disabled",
        "hourly:job-1": "active",
        "hourly": "active",
    }
    assert job_states(world) == jobs
    assert world.pools() == [POOL]
    assert {each.path.partition("/settings")[0] for each in differences(creatable(before), after)} == {
        "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions/0"
    }
    assert blocks(after, KEY_VAULT)
    assert mark_of(after) is None
    assert after["properties"]["currentDedicatedNodes"] == 2
    assert not any(node["users"] for pool in world.state()["pools"] for node in pool["nodes"])


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("how", ["requeue", "terminate", "wait"])
def test_while_the_pool_is_gone_its_active_jobs_are_disabled_as_chosen(
    world: Inside, jobs: dict[str, str], how: str
) -> None:
    run = world.start(mode="in-place")
    world.drive(run, {**IN_PLACE, "jobs": how}, confirm=POOL, until="recreate")

    assert job_states(world) == jobs | {
        "nightly-frames": "disabled", "hourly:job-1": "disabled", "hourly": "disabled"
    }  # fmt: skip
    disabled = {job["id"]: job["disabled_with"] for job in world.state()["jobs"]}
    assert (disabled["nightly-frames"], disabled["resting"]) == (how, "requeue")
    mark = mark_of(world.definition(POOL))
    assert mark is not None
    assert (mark.run, mark.kind, mark.stage, mark.since) == (run.id, "original", "debug", run.state.created)
    assert (sorted(mark.jobs), mark.schedules) == (["hourly:job-1", "nightly-frames"], ("hourly",))
    assert not blocks(world.definition(POOL), KEY_VAULT)

    ended = world.resumed(run)
    assert (ended.verified, job_states(world)) == (True, jobs)


def test_without_a_fix_the_original_is_put_back(world: Inside, jobs: dict[str, str]) -> None:
    before = creatable(world.definition(POOL))
    state = world.drive(world.start(mode="in-place"), {**IN_PLACE, "fix": "none"}, confirm=POOL)

    assert (state.verified, state.open_changes) == (False, ())
    assert creatable(world.definition(POOL)) == before
    assert job_states(world) == jobs


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("scenario", ["vault-rbac-denied"])
def test_a_fix_that_is_not_made_is_not_proven_and_the_original_is_put_back(world: Inside) -> None:
    before = creatable(world.definition(POOL))
    world.administrator = False
    run = world.start(mode="in-place", limit_seconds=3.0)
    state = world.drive(run, IN_PLACE, confirm=POOL)

    assert (state.verified, state.open_changes) == (False, ())
    assert creatable(world.definition(POOL)) == before


def planned_pool(state: RunState) -> str:
    planned = state.of(Planned)
    assert planned is not None
    return planned.debug_pool


def test_yes_alone_neither_chooses_nor_confirms_the_route(world: Inside) -> None:
    beside = world.drive(world.start(), {}, until="plan")
    assert planned_pool(beside)

    run = world.start(mode="in-place")
    with pytest.raises(Refused, match="was not confirmed"):
        world.drive(run, IN_PLACE)
    assert world.bench.read(run.id).changes == ()

    unasked = world.drive(world.start(mode="in-place"), {"jobs": "requeue"})
    assert planned_pool(unasked), "--yes answers route=debug-pool"


def touch(world: Inside) -> None:
    changed = {"properties": {"metadata": [{"name": "touched", "value": "meanwhile"}]}}
    world.client.arm("PATCH", world.connection["pool_id"], changed)


def test_a_pool_that_changed_since_the_plan_is_not_deleted_and_asked_about_again(
    world: Inside, jobs: dict[str, str]
) -> None:
    run = world.start(mode="in-place", answers=IN_PLACE)
    world.drive(run, {}, confirm=POOL, until="plan")
    touch(world)
    nodes = [node["id"] for node in world.state()["pools"][0]["nodes"]]
    state = world.resumed(run)

    assert state.question is not None
    assert state.question.gate == "route"
    assert "meanwhile" in str(state.question.plan["before"])
    assert exit_code(state) == 9
    assert [node["id"] for node in world.state()["pools"][0]["nodes"]] == nodes
    assert job_states(world) == jobs

    ended = world.resumed(run, IN_PLACE, confirm=POOL)
    assert ended.verified
    assert world.definition(POOL)["properties"]["metadata"] == [{"name": "touched", "value": "meanwhile"}]
    assert job_states(world) == jobs


def test_autoscale_is_fixed_meanwhile_and_back_at_the_end(world: Inside) -> None:
    formula = {"autoScale": {"formula": "$TargetDedicatedNodes = 3", "evaluationInterval": "PT5M"}}
    world.client.arm("PATCH", world.connection["pool_id"], {"properties": {"scaleSettings": formula}})
    for _ in range(6):
        world.definition(POOL)
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="recreate")
    assert "fixedScale" in world.definition(POOL)["properties"]["scaleSettings"]
    state = world.resumed(run)

    assert state.verified
    assert state.step("verify-all").why.startswith("proven: all 3 nodes are idle")
    assert world.definition(POOL)["properties"]["scaleSettings"] == formula


def test_apply_pool_does_the_last_part_in_place(world: Inside, jobs: dict[str, str]) -> None:
    answers = {"apply": "pool", "jobs": "wait"}
    state = world.drive(world.start(), answers, confirm=POOL)

    assert (state.verified, state.open_changes, world.pools()) == (True, (), [POOL])
    assert state.step("apply-all").state is StepState.DONE
    assert mark_of(world.definition(POOL)) is None
    assert world.definition(POOL)["properties"]["currentDedicatedNodes"] == 2
    assert {node["state"] for node in world.state()["pools"][0]["nodes"]} == {"idle"}
    assert job_states(world) == jobs
    change = change_of(state)
    assert change is not None, "what was made there is still to be carried into the template"
    assert change.made
    assert [form.name for form in forms(change)] == ["arm", "bicep", "terraform", "patch", "body"]


def test_the_question_about_jobs_can_be_answered_by_leaving_all_as_it_is(
    world: Inside, jobs: dict[str, str]
) -> None:
    before = world.definition(POOL)["etag"]
    state = world.drive(world.start(), {"apply": "pool", "jobs": "stop"}, confirm=POOL)

    assert world.definition(POOL)["etag"] == before
    assert job_states(world) == jobs
    assert state.of(Printed), "it is printed instead"
    stopped = world.drive(world.start(mode="in-place"), {"route": "in-place", "jobs": "stop"}, confirm=POOL)
    assert stopped.step("plan").why == "stopped by the operator"
    assert world.definition(POOL)["etag"] == before


@pytest.mark.parametrize("scenario", ["batch-unreachable"])
def test_stopped_before_its_second_round_the_original_is_put_back(
    world: Inside, jobs: dict[str, str]
) -> None:
    """As its choice says. Stopped there it once ended with the debug pool in the original's place."""
    before = creatable(world.definition(POOL))
    answers = {"route": "in-place", "jobs": "requeue", "plan": "stop"}
    state = world.drive(world.start(mode="in-place"), answers, confirm=POOL)

    assert state.step("plan").why == "stopped by the operator"
    assert (state.open_changes, creatable(world.definition(POOL))) == ((), before)
    assert job_states(world) == jobs


@pytest.mark.parametrize("scenario", ["batch-unreachable"])
def test_stopped_before_its_second_round_beside_what_was_made_is_removed(world: Inside) -> None:
    run = world.start()
    state = world.drive(run, {}, until="diagnose")
    assert [change.id for change in state.open_changes] == [f"{POOL}-dbg-{run.id}"]
    state = world.resumed(run, {"plan": "stop", "clean-up": "remove"})
    assert (state.open_changes, world.pools()) == ((), [POOL])


@pytest.mark.parametrize("scenario", ["vault-rbac-denied"])
def test_apply_pool_without_a_proof_changes_nothing(world: Inside) -> None:
    before = world.definition(POOL)["etag"]
    state = world.drive(world.start(), {"apply": "pool"}, confirm=POOL)

    assert (exit_code(state), world.definition(POOL)["etag"]) == (3, before)


def test_the_saved_definition_is_put_back_at_any_time(world: Inside, jobs: dict[str, str]) -> None:
    before = creatable(world.definition(POOL))
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="verify")
    outcome = world.bench.restore(run.id, lambda _: None, threading.Event())

    assert outcome.outcome == "done"
    assert creatable(world.definition(POOL)) == before
    assert job_states(world) == jobs
    state = world.bench.read(run.id)
    assert (state.open_changes, state.current) == ((), None)
    assert world.bench.restore(run.id, lambda _: None, threading.Event()).outcome == "unchanged"


def test_the_saved_definition_is_put_back_although_the_pool_is_gone(world: Inside) -> None:
    before = creatable(world.definition(POOL))
    run = world.start()
    world.drive(run, {}, until="survey")
    world.client.batch("DELETE", f"/pools/{POOL}")
    for _ in range(4):
        world.definition(POOL)
    assert world.pools() == []
    world.bench.restore(run.id, lambda _: None, threading.Event())

    assert creatable(world.definition(POOL)) == before


@pytest.mark.slow(every_change=True)
def test_several_debug_nodes_are_proven_one_first(world: Inside) -> None:
    state = world.drive(world.start(debug_nodes=3), {})

    assert state.verified
    assert state.step("verify").why == "proven: the node is idle, its extension reports success"
    assert state.step("verify-all").why == "proven: all 3 nodes are idle, every extension reports success"


@pytest.mark.slow
@pytest.mark.parametrize(
    "call",
    [
        "POST /jobs/nightly-frames/disable",
        "POST /jobschedules/hourly/disable",
        "DELETE /pools/render-pool$",
        "PUT /pools/render-pool$",
        "PATCH /pools/render-pool$",
        "POST /jobs/nightly-frames/enable",
        "POST /jobschedules/hourly/enable",
    ],
)
def test_a_change_whose_answer_is_lost_is_not_made_twice_and_not_forgotten(
    world: Inside, jobs: dict[str, str], call: str
) -> None:
    fault = {"match": call, "status": 503, "times": 1, "after_effect": True, "retry_after": 0}
    world.client.control("POST", "/fault", fault)
    state = world.drive(world.start(mode="in-place"), IN_PLACE, confirm=POOL)

    assert (state.verified, state.open_changes, world.pools()) == (True, (), [POOL])
    assert world.state()["faults"] == [] or all(one["times"] == 0 for one in world.state()["faults"])
    assert job_states(world) == jobs
    assert mark_of(world.definition(POOL)) is None


def test_a_refused_create_says_how_to_put_the_pool_back(world: Inside) -> None:
    before = creatable(world.definition(POOL))
    refused = {"match": "PUT /pools/render-pool$", "status": 409, "code": "PoolQuotaReached", "times": 1}
    world.client.control("POST", "/fault", refused)
    run = world.start(mode="in-place")
    state = world.drive(run, IN_PLACE, confirm=POOL)
    error = state.step("recreate").error

    assert error is not None
    assert state.away == Away(run.id, POOL, state.away.since if state.away else "", gone=True)
    assert world.pools() == []
    world.bench.cleanup(run.id, lambda _: None, threading.Event())
    assert creatable(world.definition(POOL)) == before
    assert world.jobs()["nightly-frames"] == "active"


def test_what_running_tasks_do_is_asked_below_the_plan_and_before_the_name(world: Inside) -> None:
    run = world.start(mode="in-place")
    state = world.drive(run, {})
    asked = state.question

    assert asked is not None
    assert (asked.gate, asked.confirm) == ("jobs", "")
    assert asked.plan["before"] != asked.plan["after"]
    assert asked.plan["removes"] == [f"pool {POOL}, its 2 nodes and the files on them"]
    assert asked.plan["notes"][0].startswith("job nightly-frames is active: disabled, and enabled again")


def test_the_last_part_in_place_asks_for_the_name_after_everything_else(world: Inside) -> None:
    run = world.start()
    asked = world.drive(run, {"apply": "pool"}).question

    assert asked is not None
    assert (asked.gate, asked.confirm) == ("jobs", "")
    assert asked.plan["patch"]
    assert asked.plan["removes"] == [f"pool {POOL}, its 2 nodes and the files on them"]
    assert creatable(world.definition(POOL))["properties"]["scaleSettings"]
    assert world.jobs()["nightly-frames"] == "active"
    with pytest.raises(Refused, match="was not confirmed"):
        world.resumed(run, {"apply": "pool", "jobs": "terminate"})
    named = world.bench.read(run.id).question
    assert named is not None
    assert (named.gate, named.confirm, [each.destructive for each in named.choices]) == (
        "apply",
        POOL,
        [False, True],
    )
    assert "running tasks: terminate" in named.plan["notes"][0]
    assert world.jobs()["nightly-frames"] == "active"


@pytest.mark.parametrize("scenario", ["older-version"])
def test_the_plan_names_what_the_newest_api_version_returns_no_more(world: Inside) -> None:
    state = world.drive(world.start(mode="in-place"), {"jobs": "requeue"}, yes=False)
    assert state.question is not None
    told = "\n".join(state.question.plan["notes"])
    assert (
        'resourceTags is lost: API version 2025-06-01 does not take it. It is {"costCenter": "4711"}' in told
    )
    assert "targetNodeCommunicationMode is lost" in told
    assert "it was made 2025-09-17: pools of that time may have SSH or RDP mapped" in told
