"""The original under its own id: replaced, put back, brought to its end; and what stands there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import asked
from tests.known import KEY_VAULT
from troubleshooter.errors import GaveUp, Interrupted, NotFound, Refused, ServiceRefusal
from troubleshooter.model.change import FINAL, JOB, NODE_USER, NODES, ORIGINAL, STAGE
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Chosen, PutBack
from troubleshooter.operations import original
from troubleshooter.operations.original import AS_IT_WAS, PoolMoved
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef.mark import Mark, put_mark
from troubleshooter.pooldef.pool_body import blocks, creatable

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.finding import Finding

LARGER = "STANDARD_D4S_V3"


def marked(bench: Bench, definition: Any, **mark: Any) -> dict[str, Any]:
    """What this run puts in the original's place: another size of nodes, and its mark."""
    body = creatable(definition)
    body["properties"]["vmSize"] = LARGER
    put_mark(body, Mark(bench.id, "original", **mark))
    return body


def replace(
    bench: Bench, body: dict[str, Any], expected: Any, stage: str = "debug", step: str = "recreate"
) -> tuple[Finding, ...]:
    return original.replace(bench.tools, bench.ctx(step), body, stage, expected)


def size(bench: Bench) -> str:
    return str(bench.account.definition(bench.pool)["properties"]["vmSize"])


def wrote(bench: Bench) -> list[tuple[str, Any]]:
    """Of the original: each event, with the stage."""
    told = zip(bench.journal(), bench.details(), strict=True)
    return [(event, detail.get(STAGE)) for (event, kind, _), detail in told if kind == ORIGINAL]


def changes(bench: Bench) -> list[tuple[str, int]]:
    """METHOD and status of what was to change the pool itself; what was put off was sent again."""
    ours = (each for each in bench.account.changes() if each[0].endswith(f"/pools/{bench.pool}"))
    return [(call.partition(" ")[0], status) for call, status in ours if status != 429]


def by_formula(bench: Bench) -> dict[str, Any]:
    scale = {"autoScale": {"formula": "$TargetDedicatedNodes = 1;", "evaluationInterval": "PT5M"}}
    bench.account.patch(bench.pool, scaleSettings=scale)
    return scale


def moved(bench: Bench, times: int) -> None:
    """So many deletions meet a pool that moved after it was read: each is put off, and meanwhile it moves."""
    for number in range(times):
        bench.account.fault(f"DELETE ^/pools/{bench.pool}$", status=429, retry_after=1, skip=number)
        bench.patience.meanwhile(lambda: bench.account.formula_moves(bench.pool))


# Replaced


def test_it_is_deleted_as_it_was_read_and_created_again(bench: Bench) -> None:
    before = bench.save()
    user = f"{bench.pool}/node/kvts"
    bench.wrote(EventKind.CHANGE_MADE, NODE_USER, user)
    found = replace(bench, marked(bench, before), before)

    assert (found, size(bench)) == ((), LARGER)
    assert changes(bench) == [("DELETE", 202), ("PUT", 200)]
    assert wrote(bench) == [("intended", "debug"), ("intended", "debug"), ("made", "debug")]
    assert bench.details()[-2][NODES] == 1
    assert bench.journal()[-1] == ("removed", NODE_USER, user)
    assert bench.notes() == [f"pool {bench.pool} created again: debug"]


def test_what_stands_already_is_not_made_again(bench: Bench) -> None:
    before = bench.save()
    body = marked(bench, before)
    replace(bench, body, before)
    replace(bench, marked(bench, before, jobs=("nightly",)), before, "proof")

    assert changes(bench) == [("DELETE", 202), ("PUT", 200)]
    assert wrote(bench)[3:] == [("made", "proof")]


def test_what_this_run_put_there_is_replaced(bench: Bench) -> None:
    before = bench.save()
    replace(bench, marked(bench, before), before)
    second = marked(bench, before)
    second["properties"]["vmSize"] = "STANDARD_D8S_V3"
    replace(bench, second, before, "proof")

    assert size(bench) == "STANDARD_D8S_V3"


def test_a_pool_that_is_gone_is_created(bench: Bench) -> None:
    before = bench.save()
    bench.account.delete(bench.pool)
    replace(bench, marked(bench, before), before)

    assert changes(bench) == [("PUT", 200)]


def test_on_the_way_forward_nothing_is_deleted_after_the_runs_limit(bench: Bench) -> None:
    before = bench.save()
    bench.over("survey", seconds=4 * 3600.0)
    with pytest.raises(GaveUp, match="worked as long as it may"):
        replace(bench, marked(bench, before), before)
    assert (changes(bench), wrote(bench)) == ([], [])

    replace(bench, marked(bench, before), before, step="clean-up")
    assert size(bench) == LARGER, "the way back is never cut short"


def test_a_pool_that_moved_is_left_where_something_was_expected(bench: Bench) -> None:
    before = bench.save()
    moved(bench, 1)
    with pytest.raises(PoolMoved):
        replace(bench, marked(bench, before), before)

    assert changes(bench) == [("DELETE", 412)]
    assert wrote(bench) == [("intended", "debug"), ("never-made", None)]


@pytest.mark.parametrize("times", [1, 2])
def test_a_pool_that_its_formula_moves_is_read_and_tried_again(bench: Bench, times: int) -> None:
    by_formula(bench)
    before = bench.save()
    moved(bench, times)
    replace(bench, marked(bench, before), before)

    assert [status for method, status in changes(bench) if method == "DELETE"] == [412] * times + [202]
    assert size(bench) == LARGER


def test_a_pool_that_its_formula_keeps_moving_is_left_after_three_tries(bench: Bench) -> None:
    by_formula(bench)
    before = bench.save()
    moved(bench, 3)
    with pytest.raises(PoolMoved):
        replace(bench, marked(bench, before), before)

    assert [call for call in changes(bench) if call[0] == "DELETE"] == [("DELETE", 412)] * 3


def test_where_nothing_is_expected_a_pool_that_moves_is_tried_three_times(bench: Bench) -> None:
    before = bench.save()
    moved(bench, 3)
    with pytest.raises(Refused, match="after each of 3 tries"):
        replace(bench, marked(bench, before), None)

    assert [call for call in changes(bench) if call[0] == "DELETE"] == [("DELETE", 412)] * 3


def test_where_nothing_is_expected_the_third_try_counts(bench: Bench) -> None:
    before = bench.save()
    moved(bench, 2)
    replace(bench, marked(bench, before), None)

    assert size(bench) == LARGER


def test_another_pool_is_deleted_where_nothing_is_expected(bench: Bench) -> None:
    before = bench.save()
    bench.account.mark(bench.pool, "ffffffff")
    with pytest.raises(PoolChanged):
        replace(bench, marked(bench, before), before)
    assert (changes(bench)[1:], wrote(bench)) == ([], [])

    replace(bench, marked(bench, before), None)
    assert size(bench) == LARGER


def test_what_azure_made_otherwise_is_told(bench: Bench) -> None:
    before = bench.save()
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=30)
    (found,) = replace(bench, creatable(before), None)

    assert [each.text.partition(":")[0] for each in found.evidence] == ["/properties/displayName"]


# Created


def refused(bench: Bench, status: int, **how: Any) -> None:
    bench.account.fault(f"PUT /pools/{bench.pool}$", status=status, **how)


def test_while_the_old_one_is_still_going_it_is_waited_for(bench: Bench) -> None:
    before = bench.save()
    refused(bench, 409, code="PoolBeingDeleted", times=2)
    waits = len(bench.patience.waited)
    replace(bench, marked(bench, before), before)

    assert [status for method, status in changes(bench) if method == "PUT"] == [409, 409, 200]
    assert len(bench.patience.waited) >= waits + 2


@pytest.mark.parametrize("status", [409, 412])
@pytest.mark.parametrize("code", ["APoolExists", "ZPoolExists"])
def test_a_conflict_with_what_was_asked_for_is_that(bench: Bench, status: int, code: str) -> None:
    before = bench.save()
    refused(bench, status, code=code, after_effect=True)
    replace(bench, marked(bench, before), before)

    assert [status for method, status in changes(bench) if method == "PUT"] == [status]
    assert wrote(bench)[-1] == ("made", "debug")


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_with_nothing_is_told_as_it_came(bench: Bench, status: int) -> None:
    before = bench.save()
    refused(bench, status, code="PoolQuotaReached")
    with pytest.raises(ServiceRefusal) as met:
        replace(bench, marked(bench, before), before)

    assert (met.value.status, bench.account.pool(bench.pool)) == (status, None)
    assert wrote(bench) == [("intended", "debug"), ("intended", "debug")]


@pytest.mark.parametrize("status", [400, 410, 413])
def test_another_refusal_is_no_conflict(bench: Bench, status: int) -> None:
    """Even where what was asked for stands: these answers are not about that."""
    before = bench.save()
    refused(bench, status, after_effect=True)
    with pytest.raises(ServiceRefusal):
        replace(bench, marked(bench, before), before)


def late(bench: Bench, mark: str) -> None:
    """The pool is gone, and an earlier try arrives just before the PUT: another pool stands there then."""
    body = bench.account.of_size(1)
    put_mark(body, Mark(mark, "original"))
    bench.account.delete(bench.pool)
    bench.account.fault(f"PUT /pools/{bench.pool}$", status=409, code="PoolBeingDeleted")
    bench.patience.meanwhile(lambda: bench.account.put(bench.pool, body))


def test_a_late_try_of_this_run_is_replaced_once_more(bench: Bench) -> None:
    before = bench.save()
    late(bench, bench.id)
    replace(bench, marked(bench, before), before)

    assert size(bench) == LARGER
    assert [method for method, status in changes(bench) if status < 300] == ["DELETE", "PUT"]


@pytest.mark.parametrize("whose", ["00000000", "ffffffff"])
def test_what_another_puts_there_is_left(bench: Bench, whose: str) -> None:
    before = bench.save()
    late(bench, whose)
    with pytest.raises(ServiceRefusal):
        replace(bench, marked(bench, before), before)

    assert bench.account.metadata(bench.pool)["troubleshooter-run"] == whose


def test_a_lost_answer_to_the_create_is_looked_up(bench: Bench) -> None:
    before = bench.save()
    with bench.lost(f"PUT /pools/{bench.pool}$"):
        replace(bench, marked(bench, before), before)

    assert wrote(bench)[-1] == ("made", "debug")


def test_what_got_no_answer_and_is_not_there_is_away(bench: Bench) -> None:
    before = bench.save()
    bench.account.fault(f"PUT /pools/{bench.pool}$", hold="reset", times=30)
    with pytest.raises(GaveUp):
        replace(bench, marked(bench, before), before)

    assert wrote(bench) == [("intended", "debug"), ("intended", "debug")]
    away = bench.ctx().state.away
    assert away is not None
    assert away.gone


def test_what_got_no_answer_and_met_an_own_pool_is_told_as_it_came(bench: Bench) -> None:
    """Nobody said that something stood in the way: what is there may be the very one, on its way."""
    before = bench.save()
    bench.account.delete(bench.pool)
    bench.account.fault(f"PUT /pools/{bench.pool}$", reset=True, times=30)
    own = bench.own_body("original")
    bench.patience.meanwhile(lambda: bench.account.put(bench.pool, own))
    with pytest.raises(GaveUp):
        replace(bench, marked(bench, before), before)

    assert "DELETE" not in [method for method, _ in changes(bench)]


def test_cancelled_while_it_is_created_nothing_is_looked_at(bench: Bench) -> None:
    before = bench.save()
    bench.account.delete(bench.pool)
    bench.account.fault(f"PUT /pools/{bench.pool}$", after_effect=True, reset=True)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted) as cancelled:
        replace(bench, marked(bench, before), before)

    assert cancelled.value.unsure
    assert cancelled.value.what.startswith("Stopped while creating")


# What stands there


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ([], [("owner", "ops")]),
        ([("owner", "ops")], []),
        ([("owner", "ops")], [("owner", "dev")]),
        ([("owner", "dev")], [("owner", "ops")]),
    ],
)
def test_other_metadata_are_another_pool(
    bench: Bench, theirs: list[tuple[str, str]], ours: list[tuple[str, str]]
) -> None:
    def items(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in pairs]

    bench.account.patch(bench.pool, metadata=items(theirs))
    body = creatable(bench.save())
    assert original.stands(bench.tools, bench.ctx(), body)

    body["properties"]["metadata"] = items(ours)
    assert not original.stands(bench.tools, bench.ctx(), body)


def test_metadata_where_none_were_wanted_are_another_pool(bench: Bench) -> None:
    body = creatable(bench.save())
    del body["properties"]["metadata"]

    assert not original.stands(bench.tools, bench.ctx(), body)


def test_metadata_with_a_value_where_none_was_wanted_are_another_pool(bench: Bench) -> None:
    bench.account.patch(bench.pool, metadata=[{"name": "owner", "value": "DEV"}])
    body = creatable(bench.save())
    del body["properties"]["metadata"][0]["value"]

    assert not original.stands(bench.tools, bench.ctx(), body)


def test_the_order_of_metadata_says_nothing(bench: Bench) -> None:
    both = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    bench.account.patch(bench.pool, metadata=both)
    body = creatable(bench.save())
    body["properties"]["metadata"] = both[::-1]
    assert original.stands(bench.tools, bench.ctx(), body)


def test_a_pool_that_is_going_does_not_stand(bench: Bench) -> None:
    body = creatable(bench.save())
    bench.account.delete_slowly(bench.pool)

    assert not original.stands(bench.tools, bench.ctx(), body)


def test_a_pool_that_is_gone_does_not_stand(bench: Bench) -> None:
    body = creatable(bench.save())
    bench.account.delete(bench.pool)

    assert not original.stands(bench.tools, bench.ctx(), body)


@pytest.mark.parametrize(
    ("state", "going"),
    [("Deleting", True), ("deleting", True), ("Succeeded", False), ("Creating", False), (None, False)],
)
def test_how_a_pool_that_is_going_is_told(state: str | None, going: bool) -> None:
    body = {"properties": {} if state is None else {"provisioningState": state}}
    assert original.Standing("0x1", body).going is going
    assert not original.Standing("", body).going


def test_nothing_goes_where_nothing_stands() -> None:
    assert not original.Standing().going


@pytest.mark.parametrize("change", [None, EventKind.CHANGE_MADE, EventKind.CHANGE_REMOVED])
def test_it_is_underway_from_its_first_event_to_its_last(bench: Bench, change: EventKind | None) -> None:
    if change is not None:
        bench.wrote(change, ORIGINAL, bench.pool)
    assert original.underway(bench.ctx()) is (change is EventKind.CHANGE_MADE)


def test_the_pool_of_the_plan_is_told_from_another(bench: Bench) -> None:
    before = bench.save()
    original.check(bench.tools, bench.ctx(), before)

    bench.account.patch(bench.pool, metadata=[{"name": "owner", "value": "ops"}])
    with pytest.raises(PoolChanged):
        original.check(bench.tools, bench.ctx(), before)


def test_both_planes_are_asked_until_they_agree(bench: Bench) -> None:
    bench.surveyed()
    there = f"GET /batchAccounts/.*/pools/{bench.pool}$"
    bench.account.fault(there, status=404)
    found = original.look(bench.tools, bench.ctx())
    assert (found.etag, found.body["name"]) == (bench.account.etag(bench.pool)[3:-1], bench.pool)
    assert len(bench.patience.waited) == 1

    bench.account.fault(f"GET ^/pools/{bench.pool}$", status=404)
    assert original.look(bench.tools, bench.ctx()).etag
    assert len(bench.patience.waited) == 2

    bench.account.delete(bench.pool)
    assert original.look(bench.tools, bench.ctx()) == original.Standing()
    assert len(bench.patience.waited) == 2


# Put back


def in_place(bench: Bench) -> Any:
    before = bench.save()
    replace(bench, marked(bench, before), before)
    return before


def test_put_back_the_saved_definition_stands_and_all_is_over(bench: Bench) -> None:
    before = in_place(bench)
    found = original.put_back(bench.tools, bench.ctx("clean-up"))

    assert found == ()
    assert creatable(bench.account.definition(bench.pool)) == creatable(before)
    assert "troubleshooter-run" not in bench.account.metadata(bench.pool)
    assert wrote(bench)[3:] == [("intended", AS_IT_WAS)] * 2 + [("made", AS_IT_WAS), ("removed", None)]


def test_another_pool_is_not_taken_away_by_putting_back(bench: Bench) -> None:
    in_place(bench)
    bench.account.mark(bench.pool, "ffffffff")
    with pytest.raises(PoolChanged):
        original.put_back(bench.tools, bench.ctx("clean-up"))

    assert bench.account.metadata(bench.pool) == {"troubleshooter-run": "ffffffff"}


def test_restored_to_what_stands_already_nothing_is_changed(bench: Bench) -> None:
    bench.save()
    job = bench.disable_job()
    outcome = original.restore(bench.tools, bench.ctx("clean-up"), ())

    assert (outcome.outcome, changes(bench), wrote(bench)) == ("unchanged", [], [])
    assert bench.account.job(job) == "active"


def test_restored_it_stands_as_saved_and_the_run_is_over(bench: Bench) -> None:
    before = in_place(bench)
    job = bench.account.make_job(bench.pool)
    outcome = original.restore(bench.tools, bench.ctx("clean-up"), ())

    assert outcome.outcome == "done"
    assert (outcome.output, outcome.attention) == (PutBack(()), False)
    assert creatable(bench.account.definition(bench.pool)) == creatable(before)
    assert (bench.account.job(job), bench.account.job_disabled_with(job)) == ("active", "requeue")
    assert wrote(bench)[-1] == ("removed", None)
    assert bench.ctx().state.current is None
    assert bench.ctx().state.step("survey").why == "the original definition was put back"


def test_restored_where_it_stands_and_is_underway_that_is_brought_to_its_end(bench: Bench) -> None:
    bench.save()
    bench.wrote(EventKind.CHANGE_INTENDED, ORIGINAL, bench.pool, stage="debug", deleting=False)
    outcome = original.restore(bench.tools, bench.ctx("clean-up"), ())

    assert outcome.outcome == "done"
    assert wrote(bench)[1:] == [("made", AS_IT_WAS), ("removed", None)]


def test_restored_where_nothing_stands_no_job_is_disabled(bench: Bench) -> None:
    bench.save()
    bench.account.delete(bench.pool)
    job = bench.account.make_job(bench.pool)
    original.restore(bench.tools, bench.ctx("clean-up"), ())

    assert bench.account.job_disabled_with(job) == ""
    assert bench.account.pool(bench.pool) is not None


def test_restored_otherwise_than_it_was_asked_for_is_told(bench: Bench) -> None:
    before = bench.save()
    bench.account.delete(bench.pool)
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=90)
    outcome = original.restore(bench.tools, bench.ctx("clean-up"), ())

    assert outcome.attention
    name = before["properties"]["displayName"]
    assert outcome.output == PutBack((f"/properties/displayName: asked {name!r}, got None",))


def test_the_jobs_are_enabled_even_where_it_cannot_be_put_back(bench: Bench) -> None:
    job = bench.disable_job()
    with pytest.raises(NotFound, match="saved pool definition"):
        original.restore(bench.tools, bench.ctx("clean-up"), ())

    assert bench.account.job(job) == "active"


def test_a_field_that_azure_does_not_return_is_asked_for_unless_it_is_waived(bench: Bench) -> None:
    account = [{"name": "ops", "elevationLevel": "Admin", "password": "Made-up-1"}]
    bench.account.delete(bench.pool)
    bench.account.make_pool(bench.pool, lambda properties: properties.update(userAccounts=account))
    in_place_body = bench.save()
    bench.account.delete(bench.pool)
    ctx = bench.ctx("clean-up")

    question = asked(lambda: original.restore(bench.tools, ctx, ()))
    assert (question.gate, question.about) == ("waive", "userAccounts[0].password")
    assert bench.account.pool(bench.pool) is None

    original.restore(bench.tools, ctx, ("userAccounts[0].password",))
    assert in_place_body["properties"]["userAccounts"]
    assert not bench.account.definition(bench.pool)["properties"].get("userAccounts")


# Brought to its end


def fix(bench: Bench) -> Chosen:
    patch = ({"op": "replace", "path": "/properties/displayName", "value": "mended"},)
    return Chosen(1, "finding", patch)


def proven(bench: Bench, **properties: Any) -> Any:
    """In place, with a fix, one node, and the run's mark."""
    if properties:
        bench.account.patch(bench.pool, **properties)
    before = bench.save()
    bench.over("choose-fix", fix(bench))
    body = original.fixed(bench.tools, bench.ctx(), before)
    body["properties"]["scaleSettings"] = {"fixedScale": {"targetDedicatedNodes": 2}}
    put_mark(body, Mark(bench.id, "original"))
    replace(bench, body, before, FINAL)
    bench.account.forget_calls()
    return before


def test_the_fix_is_the_original_with_the_change_and_waits_for_certificates(bench: Bench) -> None:
    before = bench.save()
    bench.over("choose-fix", fix(bench))
    text = json.dumps(before).replace('"requireInitialSync": true', '"requireInitialSync": false')
    body = original.fixed(bench.tools, bench.ctx(), json.loads(text))

    assert body["properties"]["displayName"] == "mended"
    assert blocks(body, KEY_VAULT)
    assert not blocks(json.loads(text), KEY_VAULT)
    assert "etag" not in body


def test_at_the_end_the_mark_goes_and_the_pool_scales_as_it_did(bench: Bench) -> None:
    before = proven(bench, metadata=[{"name": "owner", "value": "ops"}])
    original.finish(bench.tools, bench.ctx())
    now = bench.account.definition(bench.pool)["properties"]

    assert changes(bench) == [("PATCH", 200)]
    assert bench.account.metadata(bench.pool) == {"owner": "ops"}
    assert now["scaleSettings"]["fixedScale"]["targetDedicatedNodes"] == 1
    assert before["properties"]["scaleSettings"] == now["scaleSettings"]
    assert wrote(bench)[-2:] == [("intended", FINAL), ("removed", None)]
    assert bench.notes()[-1] == f"pool {bench.pool} stands {FINAL}"
    assert not bench.ctx().state.diagnosis.findings


def test_at_the_end_a_pool_without_metadata_has_none(bench: Bench) -> None:
    proven(bench, metadata=[])
    original.finish(bench.tools, bench.ctx())

    assert bench.account.metadata(bench.pool) == {}


def test_ended_already_nothing_is_changed(bench: Bench) -> None:
    proven(bench)
    original.finish(bench.tools, bench.ctx())
    bench.account.forget_calls()
    original.finish(bench.tools, bench.ctx())

    assert changes(bench) == []


def test_before_it_is_changed_at_the_end_that_is_written(bench: Bench) -> None:
    proven(bench)
    before = len(wrote(bench))
    bench.account.fault(f"PATCH /pools/{bench.pool}$", status=400)
    with pytest.raises(ServiceRefusal):
        original.finish(bench.tools, bench.ctx())

    assert wrote(bench)[before:] == [("intended", FINAL)]


def test_a_pool_that_says_nothing_of_its_scale_is_given_none(bench: Bench) -> None:
    proven(bench)
    saved = bench.tools.definition()
    del saved["properties"]["scaleSettings"]
    bench.tools.save_definition(saved)
    original.finish(bench.tools, bench.ctx())

    size = bench.account.definition(bench.pool)["properties"]["scaleSettings"]["fixedScale"]
    assert size["targetDedicatedNodes"] == 2


def test_a_difference_at_the_end_is_a_finding(bench: Bench) -> None:
    proven(bench)
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=90)
    original.finish(bench.tools, bench.ctx())

    assert [each.id for each in bench.ctx().state.diagnosis.findings] == ["recreate-difference"]


@pytest.mark.parametrize("event", [None, EventKind.CHANGE_REMOVED])
def test_nothing_begun_is_nothing_to_settle(bench: Bench, event: EventKind | None) -> None:
    if event is not None:
        bench.wrote(event, ORIGINAL, bench.pool, stage="debug")
    original.settle(bench.tools, bench.ctx("clean-up"))

    assert bench.account.calls() == []


def settled(bench: Bench) -> str:
    original.settle(bench.tools, bench.ctx("clean-up"))
    assert bench.ctx().state.open_changes == ()
    return str(bench.account.definition(bench.pool)["properties"]["displayName"])


def test_the_proven_fix_stays(bench: Bench) -> None:
    proven(bench)
    bench.ctx().verified(verified=True, because="")

    assert settled(bench) == "mended"


def test_a_fix_that_is_not_proven_is_taken_back(bench: Bench) -> None:
    before = proven(bench)

    assert settled(bench) == before["properties"]["displayName"]


@pytest.mark.parametrize("stage", ["a stage of another version", AS_IT_WAS, "debug"])
def test_a_proven_fix_that_is_not_at_its_last_stage_is_taken_back(bench: Bench, stage: str) -> None:
    before = proven(bench)
    bench.ctx().verified(verified=True, because="")
    bench.wrote(EventKind.CHANGE_MADE, ORIGINAL, bench.pool, stage=stage)

    assert settled(bench) == before["properties"]["displayName"]


def test_the_last_stage_is_of_a_pool_that_was_begun(bench: Bench) -> None:
    assert not original.is_final(bench.ctx())
    bench.wrote(EventKind.CHANGE_MADE, JOB, bench.pool, stage=FINAL)
    assert not original.is_final(bench.ctx())
    bench.wrote(EventKind.CHANGE_MADE, ORIGINAL, bench.pool, stage=FINAL)
    assert original.is_final(bench.ctx())


def test_a_difference_after_putting_back_is_a_finding(bench: Bench) -> None:
    in_place(bench)
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["displayName"], times=90)
    original.settle(bench.tools, bench.ctx("clean-up"))

    assert [each.id for each in bench.ctx().state.diagnosis.findings] == ["recreate-difference"]


@pytest.mark.parametrize("name", ["a-pool", "zz-pool"])
def test_the_definition_of_another_pool_replaces_nothing(bench: Bench, name: str) -> None:
    """Saved by an earlier version, which kept no digest."""
    body = bench.save()
    bench.tools.saved_path.write_text(json.dumps(body | {"name": name}))
    (bench.tools.folder / "pool.json.sha256").unlink()
    with pytest.raises(Refused, match=f"The saved definition is not that of pool {bench.pool}."):
        original.restore(bench.tools, bench.ctx("clean-up"), ())
    assert bench.account.changes() == []


def test_a_name_in_other_letters_is_the_pools_own(bench: Bench) -> None:
    body = bench.save()
    bench.tools.save_definition(body | {"name": bench.pool.upper()})
    assert original.restore(bench.tools, bench.ctx("clean-up"), ()).outcome == "unchanged"
