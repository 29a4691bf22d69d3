"""A way back that was begun and stopped is gone to its end before all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import NotFound, Refused
from troubleshooter.model.change import FINAL, JOB, JOB_SCHEDULE, NODE_USER, ORIGINAL, POOL
from troubleshooter.model.event import EventKind
from troubleshooter.operations import original, way_back
from troubleshooter.operations.original import AS_IT_WAS
from troubleshooter.pooldef.mark import Mark, put_mark
from troubleshooter.pooldef.pool_body import creatable

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.engine.step_outcome import StepOutcome

INTENDED, MADE, REMOVED = EventKind.CHANGE_INTENDED, EventKind.CHANGE_MADE, EventKind.CHANGE_REMOVED


def stopped(bench: Bench) -> Any:
    """In place, and stopped in the middle of being put back: nothing stands there."""
    before = bench.save()
    body = creatable(before)
    body["properties"]["vmSize"] = "STANDARD_D4S_V3"
    put_mark(body, Mark(bench.id, "original"))
    original.replace(bench.tools, bench.ctx(), body, "debug", before)
    bench.account.delete(bench.pool)
    bench.wrote(INTENDED, ORIGINAL, bench.pool, stage=AS_IT_WAS, deleted=True)
    return before


def first(bench: Bench, step: str) -> StepOutcome | None:
    return way_back.way_back_first(bench.tools, bench.ctx(step))


def test_in_a_step_that_changes_nothing_it_is_put_back_and_the_steps_are_left_out(bench: Bench) -> None:
    before = stopped(bench)
    job = bench.disable_job()
    with bench.undeclared():
        outcome = first(bench, "diagnose")

    assert outcome is not None
    assert (outcome.skipped, "put back first" in outcome.why) == (True, True)
    assert creatable(bench.account.definition(bench.pool)) == creatable(before)
    assert bench.journal()[-1] == ("removed", ORIGINAL, bench.pool)
    over = {record.id for record in bench.ctx().state.steps if record.state.over}
    assert over == {"choose-fix", "verify", "verify-all", "apply", "apply-all"}
    assert bench.account.job(job) == "disabled", "the clean-up that is to come enables it"


def test_where_the_clean_up_has_gone_before_the_jobs_are_enabled_too(bench: Bench) -> None:
    stopped(bench)
    job = bench.disable_job()
    ctx = bench.ctx("apply")
    ctx.undo_step = bench.run.playbook.step("plan")

    assert way_back.way_back_first(bench.tools, ctx) is None
    assert bench.account.job(job) == "active"
    assert bench.account.pool(bench.pool) is not None
    assert not any(record.state.over for record in ctx.state.steps)


def test_a_difference_is_kept_as_a_finding(bench: Bench) -> None:
    stopped(bench)
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=90)
    first(bench, "diagnose")

    assert [each.id for each in bench.ctx().state.diagnosis.findings] == ["recreate-difference"]


def test_the_clean_up_goes_its_own_way(bench: Bench) -> None:
    stopped(bench)
    bench.account.forget_calls()

    assert first(bench, "clean-up") is None
    assert bench.account.calls() == []


@pytest.mark.parametrize("stage", ["debug", FINAL, "proof"])
def test_what_is_at_another_stage_is_no_way_back(bench: Bench, stage: str) -> None:
    bench.wrote(MADE, ORIGINAL, bench.pool, stage=stage)

    assert first(bench, "diagnose") is None
    assert bench.account.calls() == []


def test_neither_is_what_was_never_begun_or_is_over(bench: Bench) -> None:
    assert first(bench, "diagnose") is None
    bench.wrote(MADE, JOB, bench.pool, stage=AS_IT_WAS)
    assert first(bench, "diagnose") is None
    bench.wrote(MADE, ORIGINAL, bench.pool, stage=AS_IT_WAS)
    bench.wrote(REMOVED, ORIGINAL, bench.pool)
    assert first(bench, "diagnose") is None
    assert bench.account.calls() == []


# Of a run that is over


def left(bench: Bench, *changes: tuple[EventKind, str, str]) -> bool:
    bench.ctx().end_run("over")
    for event, kind, stage in changes:
        bench.wrote(event, kind, "name", stage=stage)
    return way_back.way_back_left(bench.ctx().state)


def test_a_run_that_goes_on_has_none_left(bench: Bench) -> None:
    bench.wrote(MADE, ORIGINAL, bench.pool, stage=AS_IT_WAS)

    assert not way_back.way_back_left(bench.ctx().state)


@pytest.mark.parametrize(
    ("stage", "is_left"), [(AS_IT_WAS, True), (FINAL, False), ("debug", False), ("a stage before", False)]
)
def test_one_that_is_over_has_if_it_was_to_be_as_it_was(bench: Bench, stage: str, is_left: bool) -> None:
    assert left(bench, (MADE, ORIGINAL, stage), (MADE, JOB, "")) is is_left


@pytest.mark.parametrize("kind", [JOB, JOB_SCHEDULE])
def test_jobs_alone_are_left(bench: Bench, kind: str) -> None:
    assert left(bench, (MADE, kind, ""))


@pytest.mark.parametrize("kind", [POOL, NODE_USER])
def test_what_the_run_made_is_no_way_back(bench: Bench, kind: str) -> None:
    assert not left(bench, (MADE, kind, AS_IT_WAS))


def test_what_is_over_is_not_left(bench: Bench) -> None:
    assert not left(bench, (REMOVED, ORIGINAL, AS_IT_WAS), (REMOVED, JOB, ""))


def test_it_is_gone_to_its_end(bench: Bench) -> None:
    before = stopped(bench)
    job = bench.disable_job()
    outcome = way_back.finish_way_back(bench.tools, bench.ctx("clean-up"))

    assert outcome.why == "the way back that was stopped is at its end"
    assert bench.ctx().state.open_changes == ()
    assert creatable(bench.account.definition(bench.pool)) == creatable(before)
    assert bench.account.job(job) == "active"


def test_the_jobs_are_enabled_even_where_the_pool_cannot_be_put_back(bench: Bench) -> None:
    bench.wrote(MADE, ORIGINAL, bench.pool, stage=AS_IT_WAS)
    job = bench.disable_job()
    with pytest.raises((NotFound, Refused), match="saved pool definition"):
        way_back.finish_way_back(bench.tools, bench.ctx("clean-up"))

    assert bench.account.job(job) == "active"
