"""Rights that only a later choice needs: an identity for the fix, work on the original after the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.preflight.conftest import ASSIGN, BATCH, BESIDE, JOBS, OWN, World
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.need import Needs, Standing
from troubleshooter.simulator.scenarios.ground import IDENTITY
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

pytestmark = pytest.mark.slow
POOL = "render-pool"
KEYS = f"{BATCH}/listKeys/action"


@pytest.fixture
def world(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> Callable[[str, tuple[str, ...]], World]:
    def start(scenario: str, lacks: tuple[str, ...]) -> World:
        found = World(inside(simulator(scenario)), POOL)
        found.inside.client.control("POST", "/operator", {"lacks": list(lacks)})
        return found

    return start


def missing(state: RunState) -> list[tuple[str, str]]:
    needs = state.of(Needs)
    assert needs is not None
    return [(one.right.action, one.right.scope) for one in needs.of(Standing.MISSING)]


def test_an_identity_that_the_fix_adds_is_looked_at_before_the_debug_pool_goes(
    world: Callable[..., World],
) -> None:
    found = world("identity-missing", (ASSIGN,))
    run = found.inside.start()
    state = found.inside.drive(run, {"identity": IDENTITY.id, "outside-fix": "done", "next": "look"})
    assert exit_code(state) == 6
    assert missing(state) == [(ASSIGN, IDENTITY.id)]
    assert state.current is not None
    assert state.current.id == "verify"
    assert sorted(found.inside.pools()) == [POOL, f"{POOL}-dbg-{run.id}"]

    found.everything()
    ended = found.inside.resumed(run, {"outside-fix": "done"})
    assert (ended.verified, ended.open_changes) == (True, ())


@pytest.mark.parametrize("lacks", [f"{BATCH}/jobs/write", f"{BATCH}/pools/delete"])
def test_work_on_the_original_is_looked_at_before_its_name_is_asked(
    lacks: str, world: Callable[..., World]
) -> None:
    found = world("wrong-client-id", (KEYS,))
    before = found.inside.definition(POOL)
    run = found.inside.start()
    answers = {"apply": "pool", "jobs": "requeue", "outside-fix": "done"}
    proven = found.inside.drive(run, answers, confirm=POOL, until="verify-all")
    assert proven.verified
    found.inside.client.control("POST", "/operator", {"lacks": [KEYS, lacks]})
    found.inside.client.control("DELETE", "/calls")
    state = found.inside.resumed(run, answers, confirm=POOL)
    assert exit_code(state) == 6
    assert [action for action, _ in missing(state)] == [lacks]
    assert found.changes() == []
    assert found.inside.definition(POOL)["properties"] == before["properties"]


def test_where_the_account_lets_nothing_more_than_its_name_says_the_plan_ends_unharmed(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    """That reading the account lets read jobs is documented; where that is not so, nothing is changed."""
    habits = Habits(rights_by_account=False)
    found = World(inside(simulator("wrong-client-id", habits=habits)), POOL)
    found.hold((*BESIDE, ASSIGN, OWN), [one for one in JOBS if one != f"{BATCH}/jobSchedules/read"])
    state = found.run("in-place")
    assert state.current is not None
    assert (exit_code(state), state.current.id, found.changes()) == (6, "plan", [])
    assert found.refusals()[-1] == f"{BATCH}/jobSchedules/read"


TASKS = tuple(f"{BATCH}/jobs/{verb}" for verb in ("write", "delete"))


def test_without_a_port_the_rights_of_tasks_are_the_routes(world: Callable[..., World]) -> None:
    found = world("wrong-client-id", (KEYS, *TASKS))
    run = found.inside.start()
    state = found.inside.drive(run, {"allow-from": "none", "outside-fix": "done"})
    assert exit_code(state) == 6
    assert [action for action, _ in missing(state)] == [*TASKS]
    assert found.inside.pools() == [POOL]


def test_with_ssh_before_them_they_are_told_and_stop_nothing(world: Callable[..., World]) -> None:
    found = world("wrong-client-id", (KEYS, *TASKS))
    run = found.inside.start()
    question = found.inside.drive(run, {}, yes=False).question
    assert question is not None
    told = [line for line in question.plan["aside"] if line.startswith("missing: ")]
    assert [line.partition(" on ")[0].removeprefix("missing: ") for line in told] == [*TASKS]
    assert all("needed only where SSH leads to no node" in line for line in told)
    ended = found.inside.resumed(run, {"outside-fix": "done"})
    assert (ended.verified, ended.open_changes) == (True, ())
