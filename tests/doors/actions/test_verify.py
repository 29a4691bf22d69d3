"""The proof: on one node first, then at full size; and what becomes of the pool where it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from tests.doors.bench import Bench
from troubleshooter.actions.verify import grow, verify
from troubleshooter.errors import ExitCode, GaveUp, NotPermitted
from troubleshooter.model.change import FINAL, JOB, NODES, ORIGINAL, POOL, STAGE
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Printed, Proved
from troubleshooter.model.run import NOT_THAT_FAR
from troubleshooter.model.step import StepState
from troubleshooter.pooldef import bodies
from troubleshooter.pooldef.mark import BESIDE_TO_PROVE, IN_PLACE, mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doors.account import Account
    from troubleshooter.engine.step_outcome import StepOutcome

ONE_IS_WELL = "proven: the node is idle, its extension reports success"
TWO_ARE_WELL = "proven: both nodes are idle, every extension reports success"


def step(bench: Bench) -> StepOutcome:
    return verify(bench.tools, bench.ctx("verify"))


def grown(bench: Bench) -> StepOutcome:
    return grow(bench.tools, bench.ctx("verify-all"))


def ready(bench: Bench, *patch: dict[str, Any], route: str = "") -> str:
    """For a proof beside the original, or in its place; the name of the pool that is to prove it."""
    bench.save()
    stages.planned(bench, route)
    stages.chosen(bench, *(patch or (stages.CURE,)))
    bench.account.forget_calls()
    return bench.pool if route else stages.beside_name(bench, "fix")


def nodes(bench: Bench, dedicated: int, spot: int = 0) -> None:
    """Let the original be to have so many."""
    fixed = {"targetDedicatedNodes": dedicated, "targetLowPriorityNodes": spot}
    bench.account.patch(bench.pool, scaleSettings={"fixedScale": fixed})


def proof(outcome: StepOutcome) -> Proved:
    assert isinstance(outcome.output, Proved)
    return outcome.output


def on_one_node(bench: Bench, route: str = "") -> str:
    """Proven so far, and left so by the step."""
    name = ready(bench, route=route)
    outcome = step(bench)
    bench.over("verify", proof(outcome))
    bench.account.forget_calls()
    return name


def verified(bench: Bench) -> tuple[bool, str]:
    return bench.run.state.verified, bench.run.state.not_verified_because


def targets(bench: Bench, name: str) -> tuple[int, int]:
    fixed = bench.account.definition(name)["properties"]["scaleSettings"]["fixedScale"]
    return fixed["targetDedicatedNodes"], fixed["targetLowPriorityNodes"]


@pytest.fixture
def long_named(account: Account, options: dict[str, Any], tmp_path: Path) -> Iterator[Bench]:
    """A run whose own pools come before the original by name: there is no room behind it."""
    bench = Bench(account, tmp_path / "data", account.make_pool("z" * 64), **options)
    yield bench
    bench.close()


# On one node, beside the original


def test_without_a_fix_there_is_nothing_to_prove(bench: Bench) -> None:
    bench.save()
    stages.planned(bench)
    outcome = step(bench)

    assert (outcome.why, outcome.skipped) == (NOT_THAT_FAR, True)
    assert bench.account.changes() == []


def test_it_is_proven_on_one_node(bench: Bench) -> None:
    name = ready(bench)
    outcome = step(bench)

    assert (outcome.why, outcome.attention, outcome.exit_code) == (ONE_IS_WELL, False, ExitCode.DONE)
    assert proof(outcome) == Proved(True, name, 1, {"idle": 1}, {"success": 1})
    assert verified(bench) == (True, "")
    assert bench.journal() == [("intended", POOL, name), ("made", POOL, name)]
    assert bench.account.changes() == [(f"PUT ARM/pools/{name}", 200)]
    made = bench.account.definition(name)
    mark = mark_of(made)
    assert mark is not None
    assert (mark.run, mark.kind, mark.stage) == (bench.id, BESIDE_TO_PROVE, bodies.WITH_FIX)
    assert "displayName" not in made["properties"], "beside the original"
    assert targets(bench, name) == (1, 0)


@pytest.mark.parametrize("options", [{"debug_nodes": 2}])
def test_one_of_several_is_not_all_of_it(bench: Bench) -> None:
    name = ready(bench)
    outcome = step(bench)

    assert outcome.why == ONE_IS_WELL
    assert proof(outcome).full == 2
    assert verified(bench) == (False, "one node is well with the fix; 2 have not been seen yet")
    assert len(bench.account.nodes(name)) == 1


def test_what_holds_not_is_said_with_what_can_be_looked_at(bench: Bench) -> None:
    name = ready(bench, stages.NO_CURE)
    outcome = step(bench)

    assert (outcome.attention, outcome.exit_code, outcome.skipped) == (True, ExitCode.DONE, False)
    assert outcome.why.startswith("not proven: with the fix the extension still reports ")
    assert verified(bench) == (False, outcome.why.removeprefix("not proven: "))
    assert not proof(outcome).proven
    assert (proof(outcome).pool, proof(outcome).nodes) == (name, {"unusable": 1})
    assert "az keyvault" in proof(outcome).looks
    assert bench.account.pool(name)["state"] == "active", "the clean-up takes it away"


@pytest.mark.parametrize("options", [{"limit_seconds": 0.5}])
def test_what_does_not_report_in_time_is_given_up(bench: Bench) -> None:
    name = ready(bench)
    bench.account.fault(f"GET /pools/{name}/nodes/.*/extensions", status=409, times=30)
    outcome = step(bench)

    assert (outcome.attention, outcome.exit_code) == (True, ExitCode.GAVE_UP)
    assert outcome.why.startswith("not proven: the nodes were not idle in time: ")


def test_what_earlier_steps_made_goes_first_and_only_that(bench: Bench) -> None:
    """By name two go before the pool with the fix, and one comes after it."""
    name = ready(bench)
    others = [stages.make_beside(bench, stage) for stage in ("bare", "dbg", "gap")]
    assert others[1] < name < others[2]
    before = len(bench.journal())
    bench.account.forget_calls()
    step(bench)

    assert [call for call, _ in bench.account.changes()] == [
        *(f"DELETE ARM/pools/{other}" for other in others),
        f"PUT ARM/pools/{name}",
    ]
    assert bench.journal()[before:] == [
        *((event, POOL, other) for other in others for event in ("removing", "removed")),
        ("intended", POOL, name),
        ("made", POOL, name),
    ]


def test_one_that_stands_already_is_looked_at_again(bench: Bench) -> None:
    """The process died while it was being watched."""
    name = ready(bench)
    step(bench)
    bench.account.forget_calls()
    outcome = step(bench)

    assert outcome.why == ONE_IS_WELL
    assert bench.account.changes() == []
    assert len(bench.journal()) == 2
    assert bench.account.pool(name)["state"] == "active"


def test_where_it_is_not_what_was_asked_for_that_is_a_finding(bench: Bench) -> None:
    name = ready(bench)
    bench.account.fault(f"GET /batchAccounts/.*/pools/{name}$", drop=["taskSlotsPerNode"], times=30)
    step(bench)

    assert [each for each in bench.run.state.diagnosis.findings if "taskSlotsPerNode" in str(each)]


@pytest.mark.parametrize("options", [{"total_seconds": 10.0}])
@pytest.mark.parametrize("worked", [10.0, 11.0])
def test_a_run_that_worked_as_long_as_it_may_makes_nothing_more(bench: Bench, worked: float) -> None:
    ready(bench)
    debug = stages.make_beside(bench)
    bench.over("collect", seconds=worked)
    bench.account.forget_calls()
    outcome = step(bench)

    why = "the run has worked as long as it may, its total limit"
    assert (outcome.why, outcome.skipped) == (f"no fix proven: {why}", True)
    assert outcome.exit_code == ExitCode.GAVE_UP
    assert verified(bench) == (False, why)
    assert bench.account.changes() == []
    assert bench.account.pool(debug)["state"] == "active"


@pytest.mark.parametrize("options", [{"total_seconds": 10.0}])
def test_a_run_with_half_a_second_left_goes_on(bench: Bench) -> None:
    name = ready(bench)
    bench.over("collect", seconds=9.5)
    step(bench)

    assert bench.account.pool(name) is not None


# On one node, in its place


def test_in_place_the_original_itself_is_created_with_the_fix(bench: Bench) -> None:
    name = ready(bench, route="in-place")
    outcome = step(bench)

    assert outcome.why == ONE_IS_WELL
    found = proof(outcome)
    assert (found.proven, found.pool, found.full, found.looks) == (True, name, 1, "")
    assert found.made is not None
    assert found.made["patch"] == [stages.CURE]
    assert verified(bench) == (True, "")
    assert {kind for _, kind, _ in bench.journal()} == {ORIGINAL}
    made = bench.account.definition(name)
    mark = mark_of(made)
    assert mark is not None
    assert (mark.kind, mark.stage) == (IN_PLACE, bodies.WITH_FIX)
    assert made["properties"]["displayName"] == "Nightly rendering"


def test_in_place_nothing_more_is_deleted_once_the_time_is_up(bench: Bench) -> None:
    ready(bench, route="in-place")
    stages.replace_original(bench)
    bench.over("collect", seconds=1e6)
    bench.account.forget_calls()
    with pytest.raises(GaveUp, match="worked as long as it may"):
        step(bench)

    assert bench.account.changes() == []
    assert bench.account.metadata(bench.pool)["troubleshooter-stage"] == bodies.DEBUG


def test_a_fix_outside_the_pool_makes_no_change_for_its_template(bench: Bench) -> None:
    bench.save()
    stages.planned(bench, route="in-place")
    stages.chosen(bench)
    outcome = step(bench)

    assert proof(outcome).made is None
    assert not proof(outcome).proven


@pytest.mark.parametrize(("size", "whole"), [(0, True), (1, True), (2, False)])
def test_what_the_original_had_is_the_whole_of_it(bench: Bench, size: int, whole: bool) -> None:
    nodes(bench, size)
    ready(bench, route="in-place")
    outcome = step(bench)

    assert proof(outcome).full == size
    assert bench.run.state.verified is whole
    assert targets(bench, bench.pool) == (1, 0)


def test_where_the_original_is_not_what_was_asked_for_that_is_a_finding(bench: Bench) -> None:
    ready(bench, route="in-place")
    bench.account.fault(
        f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["taskSlotsPerNode"], skip=3, times=30
    )
    step(bench)

    assert [each for each in bench.run.state.diagnosis.findings if "taskSlotsPerNode" in str(each)]


# At full size


def by_the_journal(bench: Bench, name: str, full: int = 2, *, proven: bool = True) -> None:
    bench.over("verify", Proved(proven, name, full))


@pytest.mark.parametrize(
    ("left", "state", "said", "why"),
    [
        (None, StepState.SKIPPED, "no fix was chosen", "no fix was chosen"),
        (Proved(False, "a", 2), StepState.SKIPPED, "left out", "left out"),
        (
            Proved(False, "a", 2),
            StepState.DONE,
            "not proven: it still reports an error",
            "one node is not well with the fix: it still reports an error",
        ),
        (
            Proved(False, "a", 2),
            StepState.FAILED,
            "it failed",
            "one node is not well with the fix: it failed",
        ),
        (
            Printed({}),
            StepState.DONE,
            "printed",
            "the original was left alone; what to change was printed",
        ),
        (None, StepState.DONE, "", "the original was left alone; what to change was printed"),
    ],
)
def test_what_is_not_proven_on_one_node_does_not_grow(
    bench: Bench, left: Any, state: StepState, said: str, why: str
) -> None:
    bench.over("verify", left, state=state, why=said)
    bench.account.forget_calls()
    outcome = grown(bench)

    assert (outcome.why, outcome.skipped) == (why, True)
    assert bench.account.calls() == []


@pytest.mark.parametrize("full", [0, 1])
def test_one_node_may_be_all_that_was_asked_for(bench: Bench, full: int) -> None:
    name = on_one_node(bench)
    by_the_journal(bench, name, full)
    outcome = grown(bench)

    assert (outcome.why, outcome.skipped) == ("one node is all that was asked for", True)
    assert bench.account.changes() == []


@pytest.mark.parametrize("options", [{"debug_nodes": 2}])
def test_a_pool_beside_grows_and_is_proven_whole(bench: Bench) -> None:
    name = on_one_node(bench)
    outcome = grown(bench)

    assert (outcome.why, outcome.skipped, outcome.attention) == (TWO_ARE_WELL, False, False)
    assert proof(outcome) == Proved(True, name, 2, {"idle": 2}, {"success": 2})
    assert verified(bench) == (True, "")
    assert bench.account.changes() == [(f"PATCH ARM/pools/{name}", 200)]
    assert bench.journal()[-1] == ("made", POOL, name)
    assert bench.details()[-1] == {NODES: 2}
    assert f"{name} grows to 2 nodes" in bench.notes()
    assert targets(bench, name) == (2, 0)


@pytest.mark.parametrize("options", [{"debug_nodes": 2}])
def test_a_name_before_the_originals_is_still_the_runs_own(long_named: Bench) -> None:
    bench = long_named
    name = on_one_node(bench)
    assert name < bench.pool
    outcome = grown(bench)

    assert outcome.why == TWO_ARE_WELL
    assert bench.journal()[-1] == ("made", POOL, name)
    assert bench.account.changes() == [(f"PATCH ARM/pools/{name}", 200)]
    assert bench.change(ORIGINAL, bench.pool) is None


def test_one_node_of_a_pool_whose_name_comes_before_is_all_there_is(long_named: Bench) -> None:
    on_one_node(long_named)

    assert grown(long_named).why == "one node is all that was asked for"


@pytest.mark.parametrize("options", [{"debug_nodes": 2, "limit_seconds": 0.5}])
def test_what_does_not_hold_at_full_size_is_no_proof(bench: Bench) -> None:
    name = ready(bench)
    stages.make_beside(bench, "fix")
    by_the_journal(bench, name)
    outcome = grown(bench)

    assert (outcome.attention, outcome.exit_code) == (True, ExitCode.GAVE_UP)
    assert outcome.why.startswith("not proven at full size: the nodes were not idle in time")
    assert not proof(outcome).proven
    assert verified(bench) == (False, outcome.why.removeprefix("not proven at full size: "))


# At full size, in its place


def test_the_original_grows_to_what_it_had_and_stands_as_it_should(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool, "disabled")
    nodes(bench, 2)
    before = bench.account.definition(bench.pool)["properties"]
    name = on_one_node(bench, "in-place")
    bench.wrote(EventKind.CHANGE_MADE, JOB, job, before="active")
    written = len(bench.journal())
    outcome = grown(bench)

    assert (outcome.why, outcome.attention) == (TWO_ARE_WELL, False)
    assert proof(outcome).proven
    assert verified(bench) == (True, "")
    assert bench.journal()[written:] == [
        ("made", ORIGINAL, name),
        ("intended", ORIGINAL, name),
        ("removed", ORIGINAL, name),
        ("removing", JOB, job),
        ("removed", JOB, job),
    ]
    assert bench.details()[written] == {NODES: 2}
    after = bench.account.definition(name)["properties"]
    assert after["metadata"] == before["metadata"]
    assert targets(bench, name) == (2, 0)
    assert bench.account.job(job) == "active"


def test_it_grows_with_the_kinds_of_nodes_that_it_had(bench: Bench) -> None:
    """Seen before the end, which would set them right in any case."""
    nodes(bench, 1, 1)
    name = on_one_node(bench, "in-place")
    bench.account.fault(f"PATCH /pools/{name}$", status=403, skip=1)
    with pytest.raises(NotPermitted):
        grown(bench)

    assert targets(bench, name) == (1, 1)
    assert len(bench.account.nodes(name)) == 2
    assert verified(bench) == (True, "")


def test_an_original_without_nodes_grows_to_none(bench: Bench) -> None:
    nodes(bench, 0)
    name = on_one_node(bench, "in-place")
    outcome = grown(bench)

    assert (outcome.why, outcome.output) == (f"{name} stands as it should", None)
    assert targets(bench, name) == (0, 0)
    assert bench.journal()[-1] == ("removed", ORIGINAL, name)


def test_an_original_of_one_node_is_whole_already(bench: Bench) -> None:
    name = on_one_node(bench, "in-place")
    outcome = grown(bench)

    assert (outcome.why, outcome.output, outcome.skipped) == (f"{name} stands as it should", None, False)
    assert bench.account.changes() == [(f"PATCH ARM/pools/{name}", 200)]
    assert bench.journal()[-1] == ("removed", ORIGINAL, name)
    assert verified(bench) == (True, "")
    assert not [each for each in bench.notes() if "grows to" in each]


@pytest.mark.parametrize("options", [{"limit_seconds": 0.5}])
def test_an_original_not_well_at_full_size_is_not_let_go(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool, "disabled")
    nodes(bench, 2)
    bench.save()
    stages.planned(bench, "in-place")
    stages.chosen(bench, stages.CURE)
    stages.take_for_replaced(bench, bodies.WITH_FIX)
    bench.wrote(EventKind.CHANGE_MADE, JOB, job, before="active")
    by_the_journal(bench, bench.pool, 3)
    outcome = grown(bench)

    assert (outcome.attention, outcome.exit_code) == (True, ExitCode.GAVE_UP)
    assert bench.change(ORIGINAL, bench.pool).open  # type: ignore[union-attr]  # it is written above
    assert bench.account.job(job) == "disabled"


@pytest.mark.parametrize(
    ("stage", "verified", "again"),
    [(FINAL, True, False), (FINAL, False, True), (bodies.WITH_FIX, True, True)],
)
def test_what_was_proven_whole_before_is_not_proven_again(
    bench: Bench, stage: str, verified: bool, again: bool
) -> None:
    """The process died between the proof and the end."""
    nodes(bench, 2)
    name = on_one_node(bench, "in-place")
    nodes(bench, 2)
    bench.ctx("verify-all").verified(verified=verified, because="")
    bench.wrote(EventKind.CHANGE_INTENDED, ORIGINAL, name, **{STAGE: stage})
    outcome = grown(bench)

    assert outcome.why == (TWO_ARE_WELL if again else f"{name} stands as it should")
    assert (f"{name} grows to 2 nodes" in bench.notes()) is again
    assert bench.journal()[-1] == ("removed", ORIGINAL, name)
