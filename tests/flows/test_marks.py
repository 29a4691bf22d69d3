"""Marks and stamps: nothing of another's is taken for the original, and nothing unseen is lost."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import Inside
from troubleshooter.engine.outcome import exit_code
from troubleshooter.errors import Refused
from troubleshooter.model.step import StepState
from troubleshooter.pooldef.compare import same
from troubleshooter.pooldef.mark import mark_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from troubleshooter.engine.runner import Run
    from troubleshooter.simulator.server import Simulator

POOL, JOB = "render-pool", "nightly-frames"
IN_PLACE = {"route": "in-place", "jobs": "requeue", "outside-fix": "done"}
PASSWORD = "TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD"


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("wrong-client-id"))


@pytest.fixture
def elsewhere(world: Inside, tmp_path: Path) -> Iterator[Inside]:
    """Another operator, with a data directory of their own."""
    other = Inside(world.connection, tmp_path / "elsewhere")
    yield other
    other.bench.close()


def in_the_debug_stage(world: Inside) -> Run:
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="recreate")
    return run


def etag(world: Inside, pool: str = POOL) -> str:
    return str(world.definition(pool)["etag"])


def touch(world: Inside) -> None:
    """Somebody writes what is there already: the stamps move, and nothing that can be read."""
    metadata = world.definition(POOL)["properties"].get("metadata") or []
    change = {"properties": {"metadata": metadata}}
    assert world.client.arm("PATCH", world.connection["pool_id"], change).status == 200


def gate_of(world: Inside, run: Run) -> str:
    """What is asked once more, where only what becomes of the jobs is answered."""
    bench = world.opened()
    going = bench.resume(run.id, threading.Event())
    state = world.drive(going, {"jobs": "requeue"}, yes=False, confirm=POOL)
    bench.close()
    return state.question.gate if state.question else ""


# Another run's mark


@pytest.mark.parametrize("same_home", [True, False], ids=["its journal is here", "its journal is elsewhere"])
def test_a_pool_with_another_runs_mark_is_asked_about_and_left(
    world: Inside, elsewhere: Inside, same_home: bool
) -> None:
    first = in_the_debug_stage(world)
    before = etag(world)
    second = world if same_home else elsewhere
    state = second.drive(second.start(mode="in-place"), IN_PLACE, confirm=POOL)

    assert state.question is not None
    assert state.question.gate == "marked"
    assert first.id in state.question.text
    assert etag(world) == before
    told = "\n".join(state.question.plan["notes"])
    assert "requireInitialSync is off" in told
    assert JOB in told
    assert ("not known here" in told) is not same_home
    assert ("before" in state.question.plan) is same_home
    if same_home:
        differing = not same(state.question.plan["before"], state.question.plan["after"])
        assert differing, "what that run is known to have changed"


def test_stopped_there_nothing_is_repaired(world: Inside, elsewhere: Inside) -> None:
    first = in_the_debug_stage(world)
    before = etag(world)
    state = elsewhere.drive(elsewhere.start(), {"marked": "stop"}, confirm=POOL)

    assert state.step("survey").state is StepState.FAILED
    assert exit_code(state) == 9
    assert first.id in state.step("survey").why
    assert etag(world) == before


def test_a_marked_pool_wants_its_name_typed(world: Inside, elsewhere: Inside) -> None:
    in_the_debug_stage(world)
    with pytest.raises(Refused, match=POOL):
        elsewhere.drive(elsewhere.start(), {"marked": "adopt"}, confirm="another")


def test_a_pool_taken_with_open_eyes_loses_the_old_mark_and_is_not_taken_back(
    world: Inside, elsewhere: Inside
) -> None:
    first = in_the_debug_stage(world)
    state = elsewhere.drive(
        elsewhere.start(mode="in-place"), {**IN_PLACE, "marked": "adopt", "fix": "1"}, confirm=POOL
    )
    assert state.verified
    assert mark_of(world.definition(POOL)) is None
    proven = etag(world)

    with pytest.raises(Refused, match="changed"):
        world.bench.cleanup(first.id, lambda _: None, threading.Event())
    assert etag(world) == proven
    assert world.jobs()[JOB] == "active"


def test_a_debug_pool_beside_is_no_original_either(world: Inside, elsewhere: Inside) -> None:
    run = world.start()
    world.drive(run, {}, until="recreate")
    (debug,) = (name for name in world.pools() if name != POOL)
    target = elsewhere.target.__class__.parse(world.connection["pool_id"].replace(POOL, debug))
    state = elsewhere.drive(elsewhere.start(target), {})

    assert state.question is not None
    assert state.question.text.startswith(f"{debug} is a debug pool of run {run.id}")


def test_a_mark_is_no_path(world: Inside, tmp_path: Path) -> None:
    """Metadata can be written by anybody who may write the pool."""
    secret = tmp_path / "runs" / "outside"
    secret.mkdir(parents=True)
    (secret / "pool.json").write_text(json.dumps({"properties": {"vmSize": "STOLEN"}}))
    mark = [{"name": "troubleshooter-run", "value": "../outside"}]
    world.client.arm("PATCH", world.connection["pool_id"], {"properties": {"metadata": mark}})
    state = world.drive(world.start(), {})

    assert state.question is not None
    assert state.question.gate == "marked"
    assert "STOLEN" not in json.dumps(state.question.plan)


def test_a_fix_is_not_applied_to_an_original_in_another_runs_hands(world: Inside, elsewhere: Inside) -> None:
    """What it stands as, with sync on and the original's own settings, may be a step of that run."""
    run = elsewhere.start()
    elsewhere.drive(run, {}, until="verify-all")
    mark = [{"name": "troubleshooter-run", "value": "11111111"}]
    world.client.arm("PATCH", world.connection["pool_id"], {"properties": {"metadata": mark}})
    before = etag(world)
    state = elsewhere.resumed(run, {"apply": "pool", "jobs": "requeue"}, confirm=POOL)

    assert state.verified
    assert etag(world) == before


# What consent is bound to


@pytest.fixture
def with_password(world: Inside, monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.setenv(PASSWORD, "Made-up-1")
    _created_again(world)
    return world


def _created_again(world: Inside) -> None:
    """The original with a user account, whose password no GET returns."""
    pool = world.connection["pool_id"]
    read = world.client.arm("GET", pool).body
    body = {key: read[key] for key in ("properties", "identity") if key in read}
    body["properties"]["userAccounts"] = [{"name": "ops", "elevationLevel": "Admin", "password": "Made-up-1"}]
    world.client.arm("DELETE", pool)
    while world.client.arm("GET", pool).status != 404:
        pass
    assert world.client.arm("PUT", pool, body).status == 200
    for _ in range(8):
        world.definition(POOL)


def test_a_pool_that_moved_unseen_is_asked_about_where_a_secret_may_be_old(with_password: Inside) -> None:
    world = with_password
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    touch(world)
    before = etag(world)
    state = world.resumed(run, IN_PLACE, confirm=POOL)

    assert state.question is not None
    assert state.question.gate == "moved"
    assert "userAccounts[0].password" in state.question.text
    assert (etag(world), world.jobs()[JOB]) == (before, "active")
    assert state.open_changes == ()


def test_it_goes_on_with_what_is_supplied_by_then(with_password: Inside) -> None:
    world = with_password
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    touch(world)
    state = world.resumed(run, {**IN_PLACE, "moved": "go-on"}, confirm=POOL)

    assert state.verified
    (pool,) = world.state()["pools"]
    assert pool["written"]["properties"]["userAccounts"][0]["password"] == "Made-up-1"


def test_supplied_again_it_is_asked_for_though_the_old_one_is_there(with_password: Inside) -> None:
    world = with_password
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    touch(world)
    before = etag(world)
    state = world.resumed(run, {**IN_PLACE, "moved": "again"}, confirm=POOL)
    assert state.question is not None
    assert (state.question.gate, state.question.kept_as) == ("secret", "USERACCOUNTS_0_PASSWORD")
    assert etag(world) == before

    bench = world.opened()
    going = bench.resume(run.id, threading.Event())
    going.answer("secret", "Made-up-2", lambda _: None)
    state = world.drive(going, IN_PLACE, confirm=POOL)
    bench.close()
    assert state.verified
    (pool,) = world.state()["pools"]
    assert pool["written"]["properties"]["userAccounts"][0]["password"] == "Made-up-2"


def test_stopped_at_that_question_nothing_is_deleted(with_password: Inside) -> None:
    world = with_password
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    touch(world)
    before = etag(world)
    state = world.resumed(run, {**IN_PLACE, "moved": "stop"}, confirm=POOL)

    assert exit_code(state) == 9
    assert (etag(world), world.jobs()[JOB]) == (before, "active")


def test_an_answer_holds_for_what_was_seen_when_it_was_given(with_password: Inside) -> None:
    world = with_password
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    touch(world)
    bench = world.opened()
    going = bench.resume(run.id, threading.Event())
    cancel = threading.Event()
    going.run_step("recreate", lambda _: None, cancel)
    going.answer("moved", "go-on", lambda _: None)
    touch(world)
    before = etag(world)
    state = going.run_step("recreate", lambda _: None, cancel)
    going.close()
    bench.close()

    assert state.question is not None
    assert (state.question.gate, etag(world)) == ("moved", before)


def test_without_a_secret_the_plan_is_shown_anew(world: Inside) -> None:
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    touch(world)
    before = etag(world)

    assert (gate_of(world, run), etag(world)) == ("route", before)


def test_a_pool_created_anew_is_another_although_it_reads_the_same(with_password: Inside) -> None:
    world = with_password
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    _created_again(world)
    before = etag(world)

    assert (gate_of(world, run), etag(world)) == ("route", before)


# A formula


def by_tasks(world: Inside) -> dict[str, Any]:
    scale = {
        "autoScale": {
            "formula": "$TargetDedicatedNodes = min(3, $PendingTasks);",
            "evaluationInterval": "PT5M",
        }
    }
    world.client.arm("PATCH", world.connection["pool_id"], {"properties": {"scaleSettings": scale}})
    for _ in range(8):
        world.definition(POOL)
    return scale


def test_in_place_a_pool_that_its_formula_empties_meanwhile_ends_as_a_fixed_one(world: Inside) -> None:
    scale = by_tasks(world)
    state = world.drive(world.start(mode="in-place"), IN_PLACE, confirm=POOL)

    assert (state.verified, exit_code(state), state.open_changes) == (True, 0, ())
    assert state.step("verify-all").why.startswith("proven: all 3 nodes are idle")
    assert world.definition(POOL)["properties"]["scaleSettings"] == scale
    assert world.jobs()[JOB] == "active"
    assert any("its formula sizes it" in note.text for note in state.notes)


def test_a_formula_that_moves_the_pool_at_the_last_moment_is_met_with_another_try(world: Inside) -> None:
    by_tasks(world)
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    world.client.control(
        "POST", "/fault", {"match": f"DELETE ^/pools/{POOL}$", "status": 412, "code": "ConditionNotMet"}
    )
    state = world.resumed(run, IN_PLACE, confirm=POOL)

    deletes = [c for c in world.client.control("GET", "/calls")["calls"] if c["method"] == "DELETE"]
    of_pool = [call["status"] for call in deletes if call["path"].endswith(f"/pools/{POOL}")]
    assert of_pool[:2] == [412, 202]
    assert (state.verified, exit_code(state), state.open_changes) == (True, 0, ())


def test_a_formula_explains_no_other_change(world: Inside) -> None:
    by_tasks(world)
    run = world.start(mode="in-place")
    world.drive(run, IN_PLACE, confirm=POOL, until="plan")
    owner = [{"name": "owner", "value": "ops"}]
    world.client.arm("PATCH", world.connection["pool_id"], {"properties": {"metadata": owner}})
    before = etag(world)

    assert (gate_of(world, run), etag(world)) == ("route", before)


def test_applied_to_a_pool_with_a_formula_it_ends_well(world: Inside) -> None:
    scale = by_tasks(world)
    state = world.drive(world.start(), {"apply": "pool", "jobs": "requeue"}, confirm=POOL)

    assert (state.verified, exit_code(state), state.open_changes) == (True, 0, ())
    assert world.definition(POOL)["properties"]["scaleSettings"] == scale
