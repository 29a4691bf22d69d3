"""Rights that end between the preflight and their use: the run stops there, and is taken back or goes on."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.preflight.conftest import BATCH, World
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.handover import Planned
from troubleshooter.model.need import Standing
from troubleshooter.model.step import StepState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

pytestmark = pytest.mark.slow
POOL = "render-pool"
IN_PLACE = {"route": "in-place", "jobs": "requeue", "outside-fix": "done"}


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> World:
    return World(inside(simulator("wrong-client-id")), POOL)


def lose(found: World, *actions: str) -> None:
    found.inside.client.control("POST", "/operator", {"lacks": list(actions)})


def failed(state: RunState) -> tuple[str, int]:
    record = state.current
    assert record is not None
    assert record.state is StepState.FAILED
    return record.id, int(exit_code(state))


def all_were_held(state: RunState) -> bool:
    planned = state.of(Planned)
    assert planned is not None
    assert planned.needs is not None
    return all(one.standing is Standing.HELD for one in planned.needs.rights)


def test_before_anything_is_made_nothing_is_left(world: World) -> None:
    run = world.inside.start()
    planned = world.inside.drive(run, {}, until="plan")
    lose(world, f"{BATCH}/pools/write")
    stopped = world.inside.resumed(run)
    assert all_were_held(planned)
    assert failed(stopped) == ("recreate", 6)
    assert stopped.open_changes == ()
    assert world.inside.pools() == [POOL]

    world.everything()
    assert world.inside.resumed(run, {"outside-fix": "done"}).verified


def test_what_was_made_is_taken_back_once_it_may_be(world: World) -> None:
    run = world.inside.start()
    world.inside.drive(run, {}, until="wait-for-idle")
    lose(world, f"{BATCH}/pools/delete", f"{BATCH}/listKeys/action")
    stopped = world.inside.resumed(run, {"outside-fix": "done"})
    assert failed(stopped) == ("verify", 6)
    assert [change.id for change in stopped.open_changes] == [f"{POOL}-dbg-{run.id}"]
    assert sorted(world.inside.pools()) == [POOL, f"{POOL}-dbg-{run.id}"]

    world.everything()
    ended = world.inside.resumed(run, {"outside-fix": "done"})
    assert (ended.verified, ended.open_changes) == (True, ())
    assert world.inside.pools() == [POOL]


@pytest.mark.parametrize(
    ("lost", "step"),
    [
        ((f"{BATCH}/jobs/write", f"{BATCH}/listKeys/action"), "recreate"),
        ((f"{BATCH}/pools/delete", f"{BATCH}/listKeys/action"), "recreate"),
    ],
)
def test_in_place_the_original_stands_where_the_right_to_begin_is_gone(
    lost: tuple[str, ...], step: str, world: World
) -> None:
    before = world.inside.definition(POOL)
    run = world.inside.start(mode="in-place")
    planned = world.inside.drive(run, IN_PLACE, confirm=POOL, until="plan")
    lose(world, *lost)
    stopped = world.inside.resumed(run, IN_PLACE, confirm=POOL)
    assert all_were_held(planned)
    assert failed(stopped) == (step, 6)
    assert stopped.away is None
    assert world.inside.definition(POOL)["properties"] == before["properties"]

    world.everything()
    ended = world.inside.resumed(run, IN_PLACE, confirm=POOL)
    assert (ended.verified, ended.open_changes) == (True, ())
    assert set(world.inside.jobs().values()) <= {"active", "completed"}


def test_in_place_with_the_original_away_the_way_back_is_said_and_goes(world: World) -> None:
    run = world.inside.start(mode="in-place")
    world.inside.drive(run, IN_PLACE, confirm=POOL, until="plan")
    lose(world, f"{BATCH}/pools/write")  # it may still be deleted, and not made again
    stopped = world.inside.resumed(run, IN_PLACE, confirm=POOL)
    assert failed(stopped) == ("recreate", 6)
    assert stopped.away is not None
    assert world.inside.pools() == []

    world.everything()
    ended = world.inside.resumed(run, IN_PLACE, confirm=POOL)
    assert (ended.verified, ended.open_changes, ended.away) == (True, (), None)


def asked(found: World, run: Any) -> Any:
    """The question at the plan, with nothing answered but the range."""
    question = found.inside.drive(run, {}, yes=False).question
    assert question is not None
    assert question.gate == "plan"
    return question


def test_consent_holds_whatever_is_only_told_beside_the_plan(world: World) -> None:
    """What may be read of one's rights changes, and the plan does not: no answer is asked for again."""
    run = world.inside.start()
    first = asked(world, run)
    lose(world, "Microsoft.Authorization/*/read")
    bench = world.inside.opened()
    again = world.inside.drive(bench.resume(run.id, threading.Event()), {}, yes=False).question
    bench.close()
    assert again is not None
    assert again.plan["aside"] != first.plan["aside"]
    assert any("could not be read" in line for line in again.plan["aside"])
    assert again.plan_hash == first.plan_hash
    assert replace(again, plan={}) == replace(first, plan={})


def test_what_cannot_be_known_before_is_said(world: World) -> None:
    told = asked(world, world.inside.start()).plan["aside"]
    assert told[0] == "5 of 5 rights that it needs from here to its clean-up you have now"
    for word in ("policy", "region has the cores", "conditional access", "ends before the run does"):
        assert word in told[-1]
