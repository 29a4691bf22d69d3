"""The original is deleted only as it was read; what is refused or gets no answer is told as what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

from troubleshooter.errors import GaveUp, Interrupted, NotPermitted, Refused, ServiceRefusal
from troubleshooter.model.change import DELETED, DELETING, ENDPOINT, JOB, ORIGINAL, STAGE
from troubleshooter.model.event import EventKind
from troubleshooter.operations import original
from troubleshooter.operations.original import PoolMoved
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef.pool_body import creatable
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from tests.doors.bench import Bench

INTENDED, MADE = EventKind.CHANGE_INTENDED, EventKind.CHANGE_MADE


def clear(bench: Bench, expected: Any, step: str = "recreate") -> None:
    original.clear(bench.tools, bench.ctx(step), "debug", expected)


def etag(bench: Bench) -> str:
    """As the data plane says it."""
    return bench.account.etag(bench.pool).removeprefix("W/").strip('"')


def wrote(bench: Bench) -> list[tuple[str, dict[str, Any]]]:
    told = zip(bench.journal(), bench.details(), strict=True)
    return [(event, detail) for (event, kind, _), detail in told if kind == ORIGINAL]


def intent(bench: Bench, guard: str) -> tuple[str, dict[str, Any]]:
    told = {STAGE: "debug", DELETING: True, DELETED: False, ENDPOINT: bench.endpoint, "if_match": guard}
    return "intended", told


def gone(bench: Bench) -> tuple[str, dict[str, Any]]:
    return "intended", {STAGE: "debug", DELETED: True, ENDPOINT: bench.endpoint}


def deletions(bench: Bench) -> list[int]:
    return [status for call, status in bench.account.calls() if call == f"DELETE /pools/{bench.pool}"]


def fault(bench: Bench, **how: Any) -> None:
    bench.account.fault(f"DELETE ^/pools/{bench.pool}$", **how)


def test_that_it_is_going_to_be_deleted_is_written_before_and_that_it_is_gone_after(bench: Bench) -> None:
    before = bench.save()
    guard = etag(bench)
    clear(bench, before)

    assert wrote(bench) == [intent(bench, guard), gone(bench)]
    assert (deletions(bench), bench.account.pool(bench.pool)) == ([202], None)
    sent = bench.account.client.control("GET", "/calls")["calls"]
    assert [call["if_match"] for call in sent if call["method"] == "DELETE"] == [guard]


def test_where_nothing_stands_it_is_gone(bench: Bench) -> None:
    before = bench.save()
    bench.account.delete(bench.pool)
    clear(bench, before)

    assert (wrote(bench), deletions(bench)) == ([gone(bench)], [])


def test_one_that_is_going_already_is_waited_for_whoever_it_is(bench: Bench) -> None:
    before = bench.save()
    bench.account.mark(bench.pool, "ffffffff")
    guard = etag(bench)
    bench.account.delete_slowly(bench.pool)
    clear(bench, before)

    assert (wrote(bench), deletions(bench)) == ([intent(bench, guard), gone(bench)], [])
    assert bench.account.pool(bench.pool) is None


@pytest.mark.parametrize("whose", ["00000000", "ffffffff"])
def test_another_than_was_expected_is_left_and_nothing_is_written(bench: Bench, whose: str) -> None:
    before = bench.save()
    bench.account.mark(bench.pool, whose)
    with pytest.raises(PoolChanged):
        clear(bench, before)

    assert (wrote(bench), deletions(bench)) == ([], [])


def test_with_this_runs_mark_it_may_be_as_it_likes(bench: Bench) -> None:
    before = bench.save()
    bench.account.mark(bench.pool, bench.id)
    clear(bench, before)

    assert deletions(bench) == [202]


def test_gone_meanwhile_both_planes_are_asked(bench: Bench) -> None:
    before = bench.save()
    guard = etag(bench)
    fault(bench, status=404)
    bench.patience.meanwhile(lambda: bench.account.delete(bench.pool))
    clear(bench, before)

    assert wrote(bench) == [intent(bench, guard), gone(bench)]
    assert len(bench.patience.waited) == 1


def test_being_deleted_by_another_it_is_waited_for(bench: Bench) -> None:
    before = bench.save()
    fault(bench, status=409, code="PoolBeingDeleted")
    bench.patience.meanwhile(lambda: bench.account.delete(bench.pool))
    clear(bench, before)

    assert wrote(bench)[-1] == gone(bench)


@pytest.mark.parametrize("options", [{"limit_seconds": 1.0}])
def test_it_is_not_gone_while_it_is_seen(bench: Bench) -> None:
    before = bench.save()
    fault(bench, status=202, body="")
    with pytest.raises(GaveUp):
        clear(bench, before)

    assert wrote(bench) == [intent(bench, etag(bench))]


def test_it_is_not_gone_while_one_plane_sees_it(bench: Bench) -> None:
    bench.surveyed()
    before = bench.save()
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", status=404, skip=1)
    fault(bench, status=202, body="")
    bench.patience.meanwhile(bench.patience.nothing, lambda: bench.account.delete(bench.pool))
    clear(bench, before)

    assert (wrote(bench)[-1], len(bench.patience.waited)) == (gone(bench), 2)


# In the form that Azure takes


def bound(bench: Bench) -> list[tuple[str, int]]:
    """What each DELETE was bound to, and its status."""
    sent = bench.account.client.control("GET", "/calls")["calls"]
    return [(call["if_match"], call["status"]) for call in sent if call["method"] == "DELETE"]


@pytest.mark.parametrize(("form", "refused"), [("bare", 0), ("both", 0), ("quoted", 1)])
def test_it_is_deleted_whichever_form_of_its_etag_azure_takes(
    bench: Bench, form: Literal["bare", "quoted", "both"], refused: int
) -> None:
    bench.account.answers_with(Habits(if_match=form))
    before = bench.save()
    guard = etag(bench)
    clear(bench, before)

    taken = (f'"{guard}"' if refused else guard, 202)
    assert bound(bench) == [*[(guard, 412)] * refused, taken]
    assert wrote(bench) == [intent(bench, guard), gone(bench)]
    assert bench.account.pool(bench.pool) is None


def test_in_neither_form_one_that_moved_is_deleted(bench: Bench) -> None:
    """It moves after it was looked at and before it is deleted."""
    bench.account.answers_with(Habits(if_match="quoted"))
    before = bench.save()
    guard = etag(bench)
    fault(bench, status=429, retry_after=1)
    bench.patience.meanwhile(lambda: bench.account.set_etag(bench.pool, 5))
    with pytest.raises(PoolMoved):
        clear(bench, before)

    assert bound(bench) == [(guard, 429), (guard, 412)]
    assert [event for event, _ in wrote(bench)] == ["intended", "never-made"]
    assert bench.account.pool(bench.pool) is not None


def test_a_late_first_try_meets_nothing_that_was_created_since(bench: Bench) -> None:
    """It was bound to the form that Azure does not take, and to an ETag that is over."""
    bench.account.answers_with(Habits(if_match="quoted"))
    before = bench.save()
    fault(bench, hold="reset")
    with pytest.raises(ServiceRefusal) as told:
        clear(bench, before)
    assert told.value.unsure, "what the first try may still do is not settled by the second"
    assert [event for event, _ in wrote(bench)] == ["intended"]

    original.replace(bench.tools, bench.ctx(), creatable(before), "debug", before)
    anew = bench.account.etag(bench.pool)
    assert bench.account.release() == [412]
    assert bench.account.etag(bench.pool) == anew
    assert bench.account.pool(bench.pool) is not None


def test_refused_in_the_other_form_it_was_never_done(bench: Bench) -> None:
    bench.account.answers_with(Habits(if_match="quoted"))
    before = bench.save()
    fault(bench, status=409, code="ScopeLocked", skip=1)
    with pytest.raises(ServiceRefusal) as refused:
        clear(bench, before)

    assert (refused.value.code, deletions(bench)) == ("ScopeLocked", [412, 409])
    assert [event for event, _ in wrote(bench)] == ["intended", "never-made"]


def test_a_lost_answer_in_the_other_form_is_looked_up(bench: Bench) -> None:
    bench.account.answers_with(Habits(if_match="quoted"))
    before = bench.save()
    fault(bench, reset=True, after_effect=True, skip=1)
    clear(bench, before)

    assert wrote(bench)[-1] == gone(bench)


# Refused


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "InvalidRequestBody"), (409, "APoolIsLocked"), (409, "ZoneIsLocked"), (413, "TooLarge")],
)
def test_what_azure_refused_was_never_done(bench: Bench, status: int, code: str) -> None:
    before = bench.save()
    fault(bench, status=status, code=code)
    with pytest.raises(ServiceRefusal) as refused:
        clear(bench, before)

    assert (refused.value.status, refused.value.code) == (status, code)
    assert wrote(bench) == [intent(bench, etag(bench)), ("never-made", {})]
    assert deletions(bench) == [status]


def test_without_the_right_it_was_never_done(bench: Bench) -> None:
    before = bench.save()
    fault(bench, status=403)
    with pytest.raises(NotPermitted):
        clear(bench, before)

    assert [event for event, _ in wrote(bench)] == ["intended", "never-made"]


def test_one_that_moved_at_the_last_moment_is_read_again(bench: Bench) -> None:
    before = bench.save()
    fault(bench, status=429, retry_after=1)
    bench.patience.meanwhile(lambda: bench.account.set_etag(bench.pool, 5))
    with pytest.raises(PoolMoved) as moved:
        clear(bench, before)

    assert moved.value.what == f"Pool {bench.pool} changed since it was read."
    assert [event for event, _ in wrote(bench)] == ["intended", "never-made"]


def test_cancelled_before_it_was_sent_it_was_never_done(bench: Bench) -> None:
    before = bench.save()
    fault(bench, status=429, retry_after=5)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted):
        clear(bench, before)

    assert [event for event, _ in wrote(bench)] == ["intended", "never-made"]


def test_of_one_that_was_put_there_by_this_run_its_stage_is_what_it_was(bench: Bench) -> None:
    before = bench.save()
    bench.wrote(MADE, ORIGINAL, bench.pool, stage="proof")
    fault(bench, status=400)
    with pytest.raises(ServiceRefusal):
        clear(bench, before)

    assert wrote(bench)[2:] == [("made", {STAGE: "proof"})]


def test_of_one_that_was_begun_without_a_stage_none_is_told(bench: Bench) -> None:
    before = bench.save()
    bench.wrote(MADE, ORIGINAL, bench.pool)
    fault(bench, status=400)
    with pytest.raises(ServiceRefusal):
        clear(bench, before)

    assert wrote(bench)[2:] == [("made", {STAGE: ""})]


def test_of_one_that_was_at_its_end_it_was_never_done(bench: Bench) -> None:
    before = bench.save()
    bench.wrote(MADE, ORIGINAL, bench.pool, stage="proof")
    bench.wrote(EventKind.CHANGE_REMOVED, ORIGINAL, bench.pool)
    fault(bench, status=400)
    with pytest.raises(ServiceRefusal):
        clear(bench, before)

    assert wrote(bench)[3:] == [("never-made", {})]


@pytest.mark.parametrize("guard", ["", "same"])
def test_a_refusal_leaves_open_what_became_of_an_earlier_try(bench: Bench, guard: str) -> None:
    """It was sent under the same ETag, or under one that was not written down then."""
    before = bench.save()
    earlier = {"if_match": etag(bench)} if guard else {}
    bench.wrote(INTENDED, ORIGINAL, bench.pool, stage="debug", deleting=True, **earlier)
    fault(bench, status=400)
    with pytest.raises(ServiceRefusal):
        clear(bench, before)

    assert [event for event, _ in wrote(bench)] == ["intended", "intended"]
    change = bench.change(ORIGINAL, bench.pool)
    assert change is not None
    assert change.detail[DELETING]


@pytest.mark.parametrize("guard", ["0x1", "0xF"])
def test_an_earlier_try_under_another_etag_can_never_be_done(bench: Bench, guard: str) -> None:
    before = bench.save()
    bench.wrote(INTENDED, ORIGINAL, bench.pool, stage="debug", deleting=True, if_match=guard)
    fault(bench, status=400)
    with pytest.raises(ServiceRefusal):
        clear(bench, before)

    assert wrote(bench)[2:] == [("made", {STAGE: "debug"})]


# Without an answer


def test_a_lost_answer_is_looked_up(bench: Bench) -> None:
    before = bench.save()
    with bench.lost(f"DELETE ^/pools/{bench.pool}$"):
        clear(bench, before)

    assert wrote(bench)[-1] == gone(bench)


def test_a_lost_answer_of_a_pool_that_is_gone_by_then_is_looked_up(bench: Bench) -> None:
    before = bench.save()
    fault(bench, reset=True, times=30)
    bench.patience.meanwhile(lambda: bench.account.delete(bench.pool))
    clear(bench, before)

    assert wrote(bench)[-1] == gone(bench)


def test_without_an_answer_it_may_still_be_deleted(bench: Bench) -> None:
    before = bench.save()
    fault(bench, reset=True, times=30)
    with pytest.raises(GaveUp) as given_up:
        clear(bench, before)

    assert given_up.value.unsure
    assert wrote(bench) == [intent(bench, etag(bench))]


def test_without_an_answer_and_moved_it_can_never_be_deleted(bench: Bench) -> None:
    before = bench.save()
    guard = etag(bench)
    fault(bench, reset=True, times=30)
    bench.patience.meanwhile(lambda: bench.account.patch(bench.pool))
    with pytest.raises(PoolMoved):
        clear(bench, before)

    assert wrote(bench) == [intent(bench, guard), ("never-made", {})]


@pytest.mark.parametrize("shift", [-5, 5])
def test_another_etag_is_another_wherever_it_lies(bench: Bench, shift: int) -> None:
    """ETags have no order."""
    before = bench.save()
    fault(bench, reset=True, times=30)
    bench.patience.meanwhile(lambda: bench.account.set_etag(bench.pool, shift))
    with pytest.raises(PoolMoved):
        clear(bench, before)


# A deletion that may still come


def disarm(bench: Bench) -> None:
    original._disarm(bench.tools, bench.ctx())


def patches(bench: Bench) -> list[int]:
    return [status for call, status in bench.account.calls() if call.startswith("PATCH ")]


def begun(bench: Bench, **detail: Any) -> None:
    bench.wrote(INTENDED, ORIGINAL, bench.pool, **{"stage": "debug", "deleting": True, **detail})


def test_what_stands_gets_another_etag_so_that_a_lost_deletion_meets_none(bench: Bench) -> None:
    metadata = bench.account.metadata(bench.pool)
    guard = etag(bench)
    begun(bench, if_match=guard)
    disarm(bench)

    assert (patches(bench), etag(bench) != guard) == ([200], True)
    assert bench.account.metadata(bench.pool) == metadata
    assert metadata
    assert bench.notes() == [
        f"pool {bench.pool}: the deletion that got no answer cannot be carried out any more"
    ]


def test_so_does_one_without_metadata(bench: Bench) -> None:
    bench.account.patch(bench.pool, metadata=[])
    guard = etag(bench)
    begun(bench, if_match=guard)
    disarm(bench)

    assert etag(bench) != guard


@pytest.mark.parametrize("guard", ["0x1", "0xF", None])
def test_one_that_moved_since_meets_none_as_it_is(bench: Bench, guard: str | None) -> None:
    begun(bench, if_match=guard)
    disarm(bench)

    assert patches(bench) == []


def test_one_whose_etag_does_not_move_may_still_be_deleted(bench: Bench) -> None:
    begun(bench, if_match=etag(bench))
    bench.account.fault(f"PATCH /pools/{bench.pool}$", status=200, body='{"properties": {}}')
    with pytest.raises(Refused, match="may still be deleted"):
        disarm(bench)

    assert bench.notes() == []


@pytest.mark.parametrize("shift", [-5, 5])
def test_any_other_etag_is_enough(bench: Bench, shift: int) -> None:
    begun(bench, if_match=etag(bench))
    bench.account.fault(f"PATCH /pools/{bench.pool}$", status=429, retry_after=1)
    bench.account.fault(f"PATCH /pools/{bench.pool}$", status=200, body='{"properties": {}}')
    bench.patience.meanwhile(lambda: bench.account.set_etag(bench.pool, shift))
    disarm(bench)

    assert len(bench.notes()) == 1


@pytest.mark.parametrize(
    "detail",
    [{"deleting": False}, {"deleted": True}, {"stage": "debug", "deleting": False, "deleted": False}],
)
def test_where_no_deletion_is_open_nothing_is_asked(bench: Bench, detail: dict[str, Any]) -> None:
    begun(bench, if_match=etag(bench), **detail)
    disarm(bench)

    assert bench.account.calls() == []


def test_what_was_never_begun_or_is_over_has_no_deletion(bench: Bench) -> None:
    disarm(bench)
    bench.wrote(INTENDED, JOB, bench.pool, deleting=True, if_match=etag(bench))
    disarm(bench)
    begun(bench, if_match=etag(bench))
    bench.wrote(EventKind.CHANGE_REMOVED, ORIGINAL, bench.pool, deleting=True, if_match=etag(bench))
    disarm(bench)

    assert bench.account.calls() == []


def test_what_stands_as_wanted_is_disarmed_before_it_is_told_as_made(bench: Bench) -> None:
    body = creatable(bench.save())
    begun(bench, if_match=etag(bench))
    original.replace(bench.tools, bench.ctx("clean-up"), body, "as it was", None)

    assert patches(bench) == [200]
    assert [event for event, _ in wrote(bench)] == ["intended", "made"]
