"""The debug pool: made beside the original, once, with nothing of an earlier round beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from tests.doors.bench import Bench, asked
from troubleshooter.actions.recreate import create_debug
from troubleshooter.errors import NotPermitted, Refused
from troubleshooter.model.change import ORIGINAL, POOL
from troubleshooter.model.handover import Made, Planned
from troubleshooter.pooldef import bodies
from troubleshooter.pooldef.mark import BESIDE_TO_DEBUG, mark_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doors.account import Account
    from troubleshooter.engine.step_outcome import StepOutcome


def step(bench: Bench) -> StepOutcome:
    return create_debug(bench.tools, bench.ctx("recreate"))


@pytest.fixture
def name(bench: Bench) -> str:
    """Of the pool that was consented to."""
    bench.save()
    return stages.planned(bench).debug_pool


def extension_settings(definition: Any) -> Any:
    machine = definition["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    return machine["extensions"][0]["settings"]


def test_without_a_plan_nothing_is_made(bench: Bench) -> None:
    bench.save()
    with pytest.raises(Refused, match="lacks what it works on"):
        step(bench)

    assert bench.account.changes() == []


def test_it_is_made_as_it_was_shown(bench: Bench, name: str) -> None:
    original = bench.account.etag(bench.pool)
    outcome = step(bench)

    assert (outcome.why, outcome.output, outcome.attention) == (f"{name} created", Made(name), False)
    assert bench.journal() == [("intended", POOL, name), ("made", POOL, name)]
    assert bench.account.changes() == [(f"PUT ARM/pools/{name}", 200)]
    assert bench.account.etag(bench.pool) == original
    made = bench.account.definition(name)
    mark = mark_of(made)
    assert mark is not None
    assert (mark.run, mark.kind, mark.stage) == (bench.id, BESIDE_TO_DEBUG, bodies.DEBUG)
    assert extension_settings(made)["secretsManagementSettings"]["requireInitialSync"] is False
    assert stages.RANGE in str(made["properties"]["networkConfiguration"])
    assert "displayName" not in made["properties"], "beside the original"


def test_in_the_second_round_it_is_made_without_the_extension(bench: Bench) -> None:
    bench.save()
    name = stages.beside_name(bench, "bare")
    bench.over("plan", Planned(bodies.BARE, stages.RANGE, 1, debug_pool=name))
    step(bench)

    machine = bench.account.definition(name)["properties"]["deploymentConfiguration"]
    assert machine["virtualMachineConfiguration"].get("extensions", []) == []


def test_what_earlier_rounds_made_goes_first_and_only_that(bench: Bench, name: str) -> None:
    """By name the one goes before the pool of the plan, the other comes after it."""
    stages.make_beside(bench)
    others = [stages.make_beside(bench, stage) for stage in ("bare", "fix")]
    assert others[0] < name < others[1]
    stood = bench.account.definition(name)["properties"]["creationTime"]
    before = len(bench.journal())
    bench.account.forget_calls()
    outcome = step(bench)

    assert outcome.why == f"{name} created"
    assert bench.account.changes() == [(f"DELETE ARM/pools/{other}", 202) for other in others]
    assert bench.journal()[before:] == [
        (event, POOL, other) for other in others for event in ("removing", "removed")
    ]
    assert bench.account.definition(name)["properties"]["creationTime"] == stood


def test_while_an_earlier_one_stays_nothing_is_made(bench: Bench, name: str) -> None:
    other = stages.make_beside(bench, "bare")
    bench.account.forget_calls()
    bench.account.fault(f"DELETE /pools/{other}$", status=403)
    with pytest.raises(NotPermitted):
        step(bench)

    assert bench.account.changes() == [(f"DELETE ARM/pools/{other}", 403)]
    assert bench.account.pool(name) is None
    assert bench.change(POOL, name) is None


def test_where_it_is_not_what_was_asked_for_that_is_handed_on(bench: Bench, name: str) -> None:
    bench.account.fault(f"GET /pools/{name}$", drop=["taskSlotsPerNode"], times=30)
    outcome = step(bench)

    assert outcome.attention
    assert isinstance(outcome.output, Made)
    (finding,) = outcome.output.differences
    assert "taskSlotsPerNode" in str(finding)


def test_what_azure_does_not_return_is_in_it(account: Account, tmp_path: Path) -> None:
    pool = account.make_pool(
        change=lambda properties: properties.update(
            userAccounts=[{"name": "render", "password": "not-shown-1", "elevationLevel": "NonAdmin"}]
        )
    )
    bench = Bench(account, tmp_path / "data", pool)
    bench.save()
    name = stages.planned(bench).debug_pool
    question = asked(lambda: step(bench))
    assert (question.gate, question.about) == ("waive", "userAccounts[0].password")
    assert account.pool(name) is None

    bench.answer(question, "supply")
    stages.through(bench, lambda: step(bench), {"secret": "not-shown-2"})
    (user,) = account.pool(name)["written"]["properties"]["userAccounts"]
    assert user["password"] == "not-shown-2"
    assert "not-shown-2" not in str(bench.details())
    bench.close()


def test_what_was_planned_in_place_is_done_in_place(bench: Bench) -> None:
    bench.save()
    stages.planned(bench, route="in-place")
    outcome = step(bench)

    assert (outcome.why, outcome.output) == (f"{bench.pool} created again", Made(bench.pool))
    assert {kind for _, kind, _ in bench.journal()} == {ORIGINAL}


def test_where_tasks_read_the_originals_nodes_it_is_passed_over(bench: Bench) -> None:
    bench.save()
    bench.over("plan", Planned("", "", 2, route="original-nodes", tasks=True, chosen=("a", "b")))
    outcome = step(bench)

    assert (outcome.skipped, outcome.output) == (True, Made(bench.pool))
    assert outcome.why == "no pool is made: tasks read 2 nodes of the original"
    assert (bench.account.changes(), bench.journal()) == ([], [])
