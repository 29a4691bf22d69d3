"""How a proof begins: with which kind of nodes, with whose consent, and with which rights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from tests.doors.bench import asked
from troubleshooter.actions.verify import grow, verify
from troubleshooter.errors import ExitCode, NotPermitted
from troubleshooter.model.change import DELETED, DELETING, ENDPOINT, ORIGINAL, STAGE
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Planned, Proved
from troubleshooter.pooldef import bodies

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.engine.step_outcome import StepOutcome

NO_RIGHT = json.dumps({"value": [{"actions": ["*/read"], "dataActions": ["*/read"]}]})


def step(bench: Bench) -> StepOutcome:
    return verify(bench.tools, bench.ctx("verify"))


def targets(bench: Bench, name: str) -> tuple[int, int]:
    """Dedicated nodes, and Spot nodes."""
    fixed = bench.account.definition(name)["properties"]["scaleSettings"]["fixedScale"]
    return fixed["targetDedicatedNodes"], fixed["targetLowPriorityNodes"]


def ready(bench: Bench, route: str = "") -> None:
    bench.save()
    bench.surveyed()
    stages.planned(bench, route)
    stages.chosen(bench, stages.CURE)
    bench.account.forget_calls()


@pytest.fixture
def spot(bench: Bench) -> Bench:
    """The original has Spot nodes alone."""
    fixed = {"targetDedicatedNodes": 0, "targetLowPriorityNodes": 1}
    bench.account.patch(bench.pool, scaleSettings={"fixedScale": fixed})
    ready(bench)
    return bench


# With which nodes


@pytest.mark.parametrize("options", [{"debug_nodes": 2}])
@pytest.mark.parametrize(
    ("kind", "stage", "one", "full"),
    [("spot", "fix", (0, 1), (0, 2)), ("dedicated", "fix-ded", (1, 0), (2, 0))],
)
def test_beside_spot_nodes_it_is_proven_with_the_kind_that_was_chosen(
    spot: Bench, kind: str, stage: str, one: tuple[int, int], full: tuple[int, int]
) -> None:
    spot.answer(asked(lambda: step(spot)), kind)
    outcome = step(spot)
    name = stages.beside_name(spot, stage)

    assert isinstance(outcome.output, Proved)
    assert (outcome.output.proven, outcome.output.pool, targets(spot, name)) == (True, name, one)
    spot.over("verify", outcome.output)
    grow(spot.tools, spot.ctx("verify-all"))
    assert targets(spot, name) == full


def taken_too_often(bench: Bench) -> None:
    """Azure takes the node of the pool that proves it, once more than is waited for."""
    bench.answer(asked(lambda: step(bench)), "spot")
    name = stages.beside_name(bench, "fix")
    for _ in range(2):
        bench.ctx().taken_away(name, "n0")
    nodes = json.dumps({"value": [{"id": "n1", "state": "preempted"}]})
    bench.account.fault(f"GET /pools/{name}/nodes$", body=nodes, times=30)


def test_where_its_node_is_taken_too_often_it_is_asked_how_to_go_on(spot: Bench) -> None:
    taken_too_often(spot)
    question = asked(lambda: step(spot))

    assert (question.gate, question.plan["given_up"]) == ("nodes", True)
    assert [each.value for each in question.choices] == ["dedicated", "stop"]


def test_stopped_there_nothing_is_proven_and_it_is_passed_over(spot: Bench) -> None:
    taken_too_often(spot)
    spot.answer(asked(lambda: step(spot)), "stop")
    spot.account.forget_calls()
    outcome = step(spot)

    why = "stopped by the operator, since Azure took its Spot nodes away"
    assert (outcome.why, outcome.output) == (f"no fix proven: {why}", None)
    assert (outcome.skipped, outcome.exit_code) == (True, ExitCode.GAVE_UP)
    assert (spot.run.state.verified, spot.run.state.not_verified_because) == (False, why)
    assert spot.account.changes() == []


# With whose consent


def test_stopped_at_its_plan_nothing_is_made_and_it_is_passed_over(bench: Bench) -> None:
    """Where tasks read the original's nodes no plan of a pool went before."""
    bench.save()
    bench.surveyed()
    bench.over("plan", Planned("", "", 1, route="original-nodes", tasks=True, chosen=("a",)))
    stages.chosen(bench, stages.CURE)
    bench.answer(asked(lambda: step(bench)), "stop")
    outcome = step(bench)

    why = "stopped by the operator at the plan of the pool that proves it"
    assert (outcome.why, outcome.output) == (f"no fix proven: {why}", None)
    assert (outcome.skipped, outcome.exit_code) == (True, ExitCode.REFUSED)
    assert (bench.run.state.verified, bench.run.state.not_verified_because) == (False, why)
    assert (bench.account.changes(), bench.journal()) == ([], [])


# With which rights


@pytest.fixture
def lacking(bench: Bench) -> Bench:
    """In place, without the rights that it takes."""
    ready(bench, "in-place")
    bench.account.fault("GET /permissions$", body=NO_RIGHT, times=30)
    return bench


def test_without_its_rights_the_original_is_not_deleted(lacking: Bench) -> None:
    with pytest.raises(NotPermitted, match="You lack"):
        step(lacking)

    assert (lacking.account.changes(), lacking.journal()) == ([], [])


def test_an_original_that_is_away_is_made_anew_whatever_is_lacking(lacking: Bench) -> None:
    away: dict[str, Any] = {DELETING: True, DELETED: True}
    away |= {STAGE: bodies.DEBUG, ENDPOINT: lacking.endpoint}
    lacking.account.delete(lacking.pool)
    lacking.wrote(EventKind.CHANGE_INTENDED, ORIGINAL, lacking.pool, **away)
    outcome = step(lacking)

    assert isinstance(outcome.output, Proved)
    assert outcome.output.proven
    assert lacking.account.pool(lacking.pool) is not None
