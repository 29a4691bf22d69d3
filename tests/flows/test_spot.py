"""A pool of Spot nodes alone: which kind those beside it are is asked, and one taken away is waited for."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.engine.outcome import exit_code
from troubleshooter.report.text import run_text
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.world.cohort import TAKEN_LATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

POOL = "render-pool"
DONE = {"outside-fix": "done"}


@pytest.fixture
def simulated(simulator: Callable[..., Simulator], request: pytest.FixtureRequest) -> Simulator:
    return simulator(request.param)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that lets nobody in is given up after a second."""
    monkeypatch.setattr("troubleshooter.collect.roads.ssh_connection.AGAIN", 1.0)


@pytest.fixture
def world(simulated: Simulator, inside: Callable[..., Inside]) -> Inside:
    return inside(simulated)


def in_(scenario: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("simulated", [scenario], indirect=True)


def scale(body: Any) -> tuple[int, int]:
    fixed = body["properties"]["scaleSettings"]["fixedScale"]
    return fixed["targetDedicatedNodes"], fixed["targetLowPriorityNodes"]


def made(state: RunState) -> list[str]:
    return [change.id for change in state.changes if change.kind == "pool"]


def told(state: RunState) -> list[str]:
    return [note.text for note in state.notes if "taken away by Azure" in note.text]


@in_("spot-taken")
def test_which_kind_is_asked_before_the_plan_with_what_is_free_of_each(world: Inside) -> None:
    asked = world.drive(world.start(), {}, yes=False).question
    assert asked is not None
    assert (asked.gate, [choice.value for choice in asked.choices]) == ("nodes", ["spot", "dedicated"])
    away, spot, dedicated = asked.plan["notes"]
    assert "Azure may take a Spot node away at any time" in away
    assert "Spot cores of the account are free" in spot
    assert "dedicated cores of the account are free" in dedicated


@in_("spot-taken")
@pytest.mark.parametrize(
    ("kind", "wanted", "note"),
    [
        ("spot", (0, 1), "its nodes are Spot nodes, as the original's"),
        ("dedicated", (1, 0), "nobody takes them away"),
    ],
)
def test_the_plan_is_for_the_kind_that_was_chosen(
    world: Inside, kind: str, wanted: tuple[int, int], note: str
) -> None:
    asked = world.drive(world.start(), {"nodes": kind}, yes=False).question
    assert asked is not None
    assert (asked.gate, scale(asked.plan["before"]), scale(asked.plan["after"])) == ("plan", (0, 3), wanted)
    notes = asked.plan["notes"]
    assert note in notes[0]
    assert ("Spot cores" if kind == "spot" else "dedicated cores") in notes[1]


@in_("vault-rbac-denied")
def test_of_other_pools_it_is_not_asked(world: Inside) -> None:
    asked = world.drive(world.start(), {}, yes=False).question
    assert asked is not None
    assert (asked.gate, scale(asked.plan["after"])) == ("plan", (1, 0))


@in_("spot-taken")
def test_a_node_that_comes_back_is_waited_for(world: Inside) -> None:
    """Once in the debug pool, once in the one that proves: each by Batch itself, nothing is made for it."""
    state = world.drive(world.start(), DONE)
    assert (state.diagnosis.root_cause, state.verified, exit_code(state)) == ("kv-403-rbac", True, 0)
    assert [taken.split("/")[0] for taken in state.taken] == made(state)
    assert made(state) == [f"{POOL}-dbg-{state.id}", f"{POOL}-fix-{state.id}"]
    assert len(told(state)) == 2
    assert (state.open_changes, world.pools()) == ((), [POOL])


@pytest.mark.usefixtures("soon")
@in_("spot-taken-late")
def test_one_taken_while_it_is_read_is_waited_for_and_read_then(world: Inside) -> None:
    state = world.drive(world.start(), DONE)
    assert (state.diagnosis.root_cause, state.verified, exit_code(state)) == ("kv-403-rbac", True, 0)
    assert len(state.taken) == 1
    assert {file.node for file in state.files if file.step == "collect"} == {state.taken[0].split("/")[1]}
    assert (state.open_changes, world.pools()) == ((), [POOL])


def age(simulated: Simulator, looks: int) -> None:
    """Let the pool beside be so many looks old, whatever it was before."""
    (pool,) = (pool for name, pool in simulated._scene.world.pools.items() if name != POOL)
    (cohort,) = pool.cohorts
    cohort.timer = FAST.timer()
    for _ in range(looks):
        cohort.timer.read()


def takes(simulated: Simulator, times: int, *, late: bool = True) -> None:
    world = simulated._scene.world
    compute = replace(world.conditions.compute, spot_taken=times, spot_taken_late=late)
    world.conditions = replace(world.conditions, compute=compute)


@pytest.mark.usefixtures("soon")
@in_("spot-taken-late")
def test_the_machine_that_comes_back_may_show_another_host_key(world: Inside, simulated: Simulator) -> None:
    takes(simulated, 0)
    run = world.start()
    before = world.drive(run, {}, until="collect").host_keys
    takes(simulated, 1)
    age(simulated, TAKEN_LATE.reads)
    bench = world.opened()
    again = bench.resume(run.id, threading.Event())
    again.retry("collect", lambda _: None)
    state = world.drive(again, DONE)
    bench.close()
    assert (state.diagnosis.root_cause, state.verified, exit_code(state)) == ("kv-403-rbac", True, 0)
    (node,) = state.taken
    assert state.host_keys[node] != before[node]


@pytest.mark.usefixtures("soon")
@in_("spot-taken-late")
def test_one_taken_again_and_again_while_it_is_read_is_asked_about(
    world: Inside, simulated: Simulator
) -> None:
    takes(simulated, 1000)
    run = world.start()
    state = world.drive(run, DONE)
    assert state.question is not None
    assert (len(state.taken), state.question.gate, exit_code(state)) == (3, "nodes", 7)
    over = world.resumed(run, DONE | {"nodes": "dedicated"})
    assert (over.diagnosis.root_cause, over.verified, exit_code(over)) == ("kv-403-rbac", True, 0)
    assert (len(over.taken), over.open_changes, world.pools()) == (3, (), [POOL])


@in_("spot-scarce")
def test_after_two_it_is_asked_and_yes_does_not_answer(world: Inside) -> None:
    run = world.start()
    state = world.drive(run, DONE)
    asked = state.question
    assert asked is not None
    assert (len(state.taken), exit_code(state)) == (3, 7)
    assert (asked.gate, [choice.value for choice in asked.choices]) == ("nodes", ["dedicated", "stop"])
    assert (
        asked.text
        == "Azure took a Spot node of this run away 3 times. Shall this run go on with dedicated nodes?"
    )

    over = world.resumed(run, DONE | {"nodes": "dedicated"})
    assert (over.diagnosis.root_cause, over.verified, exit_code(over)) == ("kv-403-rbac", True, 0)
    assert made(over) == [f"{POOL}-{stage}-{run.id}" for stage in ("dbg", "ded", "fix-ded")]
    assert (len(over.taken), over.open_changes, world.pools()) == (3, (), [POOL])


@in_("spot-scarce")
def test_spot_given_beforehand_is_no_answer_then(world: Inside) -> None:
    state = world.drive(world.start(), DONE | {"nodes": "spot"})
    assert state.question is not None
    assert (state.question.gate, exit_code(state)) == ("nodes", 7)


@in_("spot-scarce")
def test_the_operator_may_stop_there_and_what_was_made_is_removed(world: Inside) -> None:
    run = world.start()
    world.drive(run, {})
    state = world.resumed(run, {"nodes": "stop", "clean-up": "remove"})
    assert "stopped by the operator, since Azure took its Spot nodes away" in " ".join(
        run_text(state).split()
    )
    assert (state.verified, state.open_changes, world.pools()) == (False, (), [POOL])


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("simulated", "late"), [("spot-scarce", False), ("spot-taken-late", True)], indirect=["simulated"]
)
def test_in_place_the_wait_ends_there_too_and_the_original_is_put_back(
    world: Inside, simulated: Simulator, *, late: bool
) -> None:
    """Its kind is not for this run to change: it goes on with what can be read."""
    if late:
        takes(simulated, 1000)
    before = world.definition(POOL)["properties"]["scaleSettings"]
    # what Azure tells of the cause is left alone: this is about what nodes tell
    answers = DONE | {"route": "in-place", "jobs": "requeue", "fix": "none"}
    state = world.drive(world.start(mode="in-place", limit_seconds=20.0), answers, confirm=POOL)
    assert "nodes" not in state.answers
    assert len(state.taken) >= 3
    assert state.step("collect" if late else "wait-for-idle").why.startswith(
        "0 files" if late else "Azure took a Spot node of this run away"
    )
    said = "taken away by Azure: it is a Spot node" if late else "Azure took a Spot node of this run away"
    assert said in " ".join((*run_text(state).split(), *(note.text for note in state.notes)))
    assert (state.verified, state.open_changes, world.pools()) == (False, (), [POOL])
    assert world.definition(POOL)["properties"]["scaleSettings"] == before
    assert run_text(state).count("original pool render-pool deleted") == 2, (
        "not for a pool without the extension"
    )
    assert exit_code(state) == (8 if late else 7)


@in_("spot-taken")
def test_in_place_a_proof_waits_however_often_one_is_taken(world: Inside, simulated: Simulator) -> None:
    """The nodes are the original's own by then: what is given up is the original with its fix."""
    takes(simulated, 2, late=False)
    answers = DONE | {"route": "in-place", "jobs": "requeue"}
    state = world.drive(world.start(mode="in-place"), answers, confirm=POOL)
    assert len(state.taken) > 3
    assert (state.verified, exit_code(state), state.open_changes, world.pools()) == (True, 0, (), [POOL])


@in_("spot-taken")
def test_in_place_what_azure_may_take_is_on_the_plan(world: Inside) -> None:
    asked = world.drive(world.start(mode="in-place"), {"jobs": "requeue"}, yes=False).question
    assert asked is not None
    (note,) = (note for note in asked.plan["notes"] if "Azure may take" in note)
    assert note.startswith("its nodes are Spot nodes. ")
    assert note.endswith("twice a node at most, and then goes on with what can be read")


@in_("spot-scarce")
def test_dedicated_from_the_start_meets_none_of_it(world: Inside) -> None:
    state = world.drive(world.start(), DONE | {"nodes": "dedicated"})
    assert (state.verified, state.taken, made(state)[0]) == (True, (), f"{POOL}-ded-{state.id}")


@in_("spot-taken")
def test_how_often_is_known_to_whoever_goes_on(world: Inside) -> None:
    run = world.start()
    world.drive(run, {}, until="wait-for-idle")
    assert len(world.resumed(run, DONE).taken) == 2


@in_("spot-taken")
def test_at_full_size_the_kind_stays_the_one_that_was_chosen(world: Inside) -> None:
    state = world.drive(world.start(debug_nodes=2), DONE | {"nodes": "dedicated", "clean-up": "keep"})
    definition = world.definition(f"{POOL}-fix-ded-{state.id}")
    assert (state.verified, scale(definition)) == (True, (2, 0))
