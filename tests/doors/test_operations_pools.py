"""A run's own pools: made once, known for what they are, and removed only as its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import GaveUp, Interrupted, NotPermitted, Refused, ServiceRefusal
from troubleshooter.model.change import (
    ENDPOINT,
    JOB,
    NODE_USER,
    NODES,
    ORIGINAL,
    POOL,
    RESOURCE_ID,
    Change,
    ChangeState,
)
from troubleshooter.model.event import EventKind
from troubleshooter.operations import pools

if TYPE_CHECKING:
    from tests.doors.bench import Bench


@pytest.fixture
def name(bench: Bench) -> str:
    return f"{bench.pool}-dbg-{bench.id}"


@pytest.fixture
def body(bench: Bench) -> dict[str, Any]:
    return bench.own_body()


def ensure(bench: Bench, name: str, body: dict[str, Any]) -> None:
    pools.ensure_pool(bench.tools, bench.ctx(), name, body)


def remove(bench: Bench, name: str) -> None:
    pools.remove_pool(bench.tools, bench.ctx("clean-up"), name)


def wrote(bench: Bench) -> list[str]:
    """What was written of the pool."""
    return [event for event, kind, _ in bench.journal() if kind == POOL]


def state(bench: Bench, name: str) -> ChangeState:
    change = bench.change(POOL, name)
    assert change is not None
    return change.state


PUT, DELETE, GET = "PUT ARM/pools/{}", "DELETE ARM/pools/{}", "GET ARM/pools/{}"


def puts(bench: Bench) -> list[int]:
    return [status for call, status in bench.account.calls() if call.startswith("PUT ")]


def deletes(bench: Bench) -> list[int]:
    return [status for call, status in bench.account.calls() if call.startswith("DELETE ")]


# Made


def test_the_intent_says_where_it_will_be_and_the_outcome_how_large(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    body["properties"]["scaleSettings"]["fixedScale"] |= {"targetLowPriorityNodes": 2}
    ensure(bench, name, body)

    assert bench.journal() == [("intended", POOL, name), ("made", POOL, name)]
    assert bench.details() == [
        {RESOURCE_ID: f"{bench.target.account_id}/pools/{name}", ENDPOINT: bench.endpoint},
        {NODES: 3},
    ]
    assert bench.account.metadata(name)["troubleshooter-run"] == bench.id
    assert bench.notes() == [f"pool {name} created"]


def test_one_that_was_made_is_not_made_again(bench: Bench, name: str, body: dict[str, Any]) -> None:
    ensure(bench, name, body)
    ensure(bench, name, body)

    assert puts(bench) == [200]
    assert wrote(bench) == ["intended", "made"]
    assert bench.notes()[1:] == [f"pool {name} is there already"]


def test_one_whose_making_was_not_written_down_is_met(bench: Bench, name: str, body: dict[str, Any]) -> None:
    """The process died between the answer and the journal."""
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.account.put(name, body)
    bench.account.forget_calls()
    ensure(bench, name, body)

    assert puts(bench) == []
    assert (wrote(bench), bench.details()[-1]) == (["intended", "made"], {NODES: 1})


def test_one_of_which_nothing_was_known_is_met_where_it_has_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, POOL, name)
    bench.account.put(name, body)
    bench.account.forget_calls()
    ensure(bench, name, body)

    assert (puts(bench), wrote(bench)[2:]) == ([], ["made"])


def test_one_that_was_made_and_is_gone_is_made_again(bench: Bench, name: str, body: dict[str, Any]) -> None:
    ensure(bench, name, body)
    bench.account.delete(name)
    ensure(bench, name, body)

    assert puts(bench) == [200, 200]
    assert wrote(bench) == ["intended", "made"] * 2


@pytest.mark.parametrize("before", [EventKind.CHANGE_REMOVING, EventKind.CHANGE_REMOVED])
def test_one_that_is_on_its_way_out_is_not_taken_for_made(
    bench: Bench, name: str, body: dict[str, Any], before: EventKind
) -> None:
    """It is there as yet; whether it stays is told by the answer to making it."""
    bench.wrote(EventKind.CHANGE_MADE, POOL, name)
    bench.wrote(before, POOL, name)
    bench.account.put(name, body)
    bench.account.forget_calls()
    ensure(bench, name, body)

    assert puts(bench) == [412]
    assert wrote(bench)[2:] == ["intended", "made"]
    assert bench.notes() == [f"pool {name} created"]


def test_before_the_call_the_intent_is_written(bench: Bench, name: str, body: dict[str, Any]) -> None:
    """Nobody answers, and the operator cancels: nothing else is written after that."""
    bench.account.fault(f"PUT /pools/{name}", hold="reset")
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted) as cancelled:
        ensure(bench, name, body)

    assert cancelled.value.unsure
    assert (wrote(bench), state(bench, name)) == (["intended"], ChangeState.INTENDED)


def test_cancelled_before_anything_was_sent_it_was_never_made(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.surveyed()
    bench.patience.set()
    with pytest.raises(Interrupted):
        ensure(bench, name, body)

    assert wrote(bench) == ["intended", "never-made"]
    assert puts(bench) == []


def test_cancelled_after_an_earlier_try_got_no_answer_it_stays_intended(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, POOL, name)
    bench.account.fault(f"PUT /pools/{name}", status=429, retry_after=5)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted) as cancelled:
        ensure(bench, name, body)

    assert not cancelled.value.unsure, "this try was refused for certain"
    assert wrote(bench)[2:] == ["intended"]


@pytest.mark.parametrize(("status", "error"), [(400, ServiceRefusal), (403, NotPermitted)])
def test_what_was_refused_was_never_made(
    bench: Bench, name: str, body: dict[str, Any], status: int, error: type[Exception]
) -> None:
    """Even where one of that name is there: it is not what these answers are about."""
    bench.account.put(name, body)
    bench.account.fault(f"PUT /pools/{name}", status=status)
    bench.account.forget_calls()
    with pytest.raises(error):
        ensure(bench, name, body)

    assert wrote(bench) == ["intended", "never-made"]
    assert [call for call, _ in bench.account.calls() if call == GET.format(name)] == []


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_with_an_own_pool_is_that_pool(
    bench: Bench, name: str, body: dict[str, Any], status: int
) -> None:
    bench.account.put(name, body)
    bench.account.fault(f"PUT /pools/{name}", status=status)
    ensure(bench, name, body)

    assert wrote(bench) == ["intended", "made"]


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_with_nothing_to_see_is_told_as_it_came(
    bench: Bench, name: str, body: dict[str, Any], status: int
) -> None:
    bench.account.fault(f"PUT /pools/{name}", status=status, code="PoolQuotaReached")
    with pytest.raises(ServiceRefusal) as refused:
        ensure(bench, name, body)

    assert refused.value.status == status
    assert wrote(bench) == ["intended", "never-made"]


@pytest.mark.parametrize("status", [409, 412])
def test_what_was_refused_was_never_made_also_where_nobody_could_look_then(
    bench: Bench, name: str, body: dict[str, Any], status: int
) -> None:
    bench.account.fault(f"PUT /pools/{name}", status=status)
    bench.account.fault(f"GET /pools/{name}", status=403, times=30)
    with pytest.raises(NotPermitted):
        ensure(bench, name, body)

    assert wrote(bench) == ["intended", "never-made"]


def test_what_is_being_removed_stays_so_where_nobody_could_look(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    """Its name is taken by itself: a refusal to create it once more is no word that it never was."""
    ensure(bench, name, body)
    bench.wrote(EventKind.CHANGE_REMOVING, POOL, name)
    bench.account.fault(f"GET /pools/{name}", status=403, times=30)
    with pytest.raises(NotPermitted):
        ensure(bench, name, body)

    assert "never-made" not in wrote(bench)
    known = bench.change(POOL, name)
    assert known is not None
    assert known.open


def test_a_strangers_pool_of_that_name_is_left_and_ours_was_never_made(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.account.put(name, bench.account.body)
    before = bench.account.etag(name)
    with pytest.raises(Refused, match="was not created by this run"):
        ensure(bench, name, body)

    assert wrote(bench) == ["intended", "never-made"]
    assert bench.account.etag(name) == before


def test_a_strangers_pool_is_no_pool_of_ours_that_was_begun(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    """Whether ours will still come is not known, so nothing is said of it."""
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.account.make_pool(name)
    bench.account.forget_calls()
    with pytest.raises(Refused, match=bench.id):
        ensure(bench, name, body)

    assert (wrote(bench), puts(bench)) == (["intended"], [])


@pytest.mark.parametrize("run", ["0a0b0c0d", "ffffffff"], ids=["before ours", "after ours"])
def test_another_runs_mark_is_not_ours(bench: Bench, name: str, body: dict[str, Any], run: str) -> None:
    bench.account.make_pool(name)
    bench.account.mark(name, run)
    with pytest.raises(Refused):
        ensure(bench, name, body)

    assert bench.account.metadata(name) == {"troubleshooter-run": run}


def test_a_lost_answer_is_looked_up(bench: Bench, name: str, body: dict[str, Any]) -> None:
    with bench.lost(f"PUT /pools/{name}"):
        ensure(bench, name, body)

    assert wrote(bench) == ["intended", "made"]


def test_what_got_no_answer_and_is_not_seen_may_still_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.account.fault(f"PUT /pools/{name}", hold="reset", times=30)
    with pytest.raises(GaveUp):
        ensure(bench, name, body)

    assert wrote(bench) == ["intended", "unknown"]


def test_a_refusal_does_not_make_an_earlier_try_undone(bench: Bench, name: str, body: dict[str, Any]) -> None:
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, POOL, name)
    bench.account.fault(f"PUT /pools/{name}", status=400)
    with pytest.raises(ServiceRefusal):
        ensure(bench, name, body)

    assert wrote(bench)[2:] == ["intended", "unknown"]


def test_an_earlier_try_that_came_meanwhile_is_met(bench: Bench, name: str, body: dict[str, Any]) -> None:
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, POOL, name)
    bench.account.fault(f"PUT /pools/{name}", status=400, after_effect=True)
    ensure(bench, name, body)

    assert wrote(bench)[2:] == ["intended", "made"]


def test_one_that_only_a_stale_read_misses_is_there(bench: Bench, name: str, body: dict[str, Any]) -> None:
    ensure(bench, name, body)
    bench.account.fault(f"GET /batchAccounts/.*/pools/{name}$", status=404)
    ensure(bench, name, body)

    assert puts(bench) == [200]
    assert len(bench.patience.waited) == 1


# Removed


def test_it_is_removed_and_so_are_the_users_of_its_nodes(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    ensure(bench, name, body)
    for user in (f"{name}/node-1/kvts", f"{bench.pool}/node-1/kvts", f"{name}x/node-1/kvts"):
        bench.wrote(EventKind.CHANGE_MADE, NODE_USER, user)
    bench.wrote(EventKind.CHANGE_MADE, JOB, f"{name}/node-1")
    remove(bench, name)

    assert bench.account.pool(name) is None
    assert bench.journal()[6:] == [
        ("removing", POOL, name),
        ("removed", POOL, name),
        ("removed", NODE_USER, f"{name}/node-1/kvts"),
    ]
    assert deletes(bench) == [202]
    assert bench.notes()[-1] == f"pool {name} removed"


def test_before_the_deletion_it_is_written_that_it_is_being_removed(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    ensure(bench, name, body)
    bench.account.fault(f"DELETE /pools/{name}", status=403)
    with pytest.raises(NotPermitted):
        remove(bench, name)

    assert wrote(bench) == ["intended", "made", "removing"]


def test_one_that_was_seen_and_is_gone_is_removed(bench: Bench, name: str, body: dict[str, Any]) -> None:
    ensure(bench, name, body)
    bench.account.delete(name)
    remove(bench, name)

    assert (wrote(bench), deletes(bench)) == (["intended", "made", "removing", "removed"], [])
    assert bench.notes()[-1] == f"pool {name} was gone already"


def test_one_that_nobody_wrote_of_is_removed_without_being_told_as_made(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.account.put(name, body)
    remove(bench, name)

    assert wrote(bench) == ["removing", "removed"]
    assert bench.account.pool(name) is None


def test_nothing_that_nobody_wrote_of_is_gone(bench: Bench, name: str) -> None:
    remove(bench, name)

    assert wrote(bench) == ["removing", "removed"]


def test_what_may_still_come_is_not_removed_by_not_being_seen(bench: Bench, name: str) -> None:
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    remove(bench, name)

    assert (wrote(bench), deletes(bench)) == (["intended", "unknown"], [])
    assert bench.notes() == [f"pool {name} is not seen; whether it was made, or still will be, is not known"]


def test_what_has_come_after_all_was_made_and_is_removed(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    bench.wrote(EventKind.CHANGE_UNKNOWN, POOL, name)
    bench.account.put(name, body)
    remove(bench, name)

    assert wrote(bench)[2:] == ["made", "removing", "removed"]
    assert bench.account.pool(name) is None


@pytest.mark.parametrize("whose", ["", "0a0b0c0d", "ffffffff"])
def test_a_pool_without_our_mark_is_not_removed(bench: Bench, name: str, whose: str) -> None:
    bench.wrote(EventKind.CHANGE_MADE, POOL, name)
    bench.account.make_pool(name)
    if whose:
        bench.account.mark(name, whose)
    with pytest.raises(Refused, match="was left alone"):
        remove(bench, name)

    assert (wrote(bench), deletes(bench)) == (["made"], [])
    assert bench.account.pool(name)["state"] == "active"


def test_it_is_removed_once_both_planes_say_so(bench: Bench, name: str, body: dict[str, Any]) -> None:
    """ARM believes it gone before it is."""
    ensure(bench, name, body)
    bench.account.fault("GET /poolOperationResults/", status=204, body="")
    bench.account.fault(f"GET /batchAccounts/.*/pools/{name}$", status=404, times=3, skip=1)
    remove(bench, name)

    assert bench.account.unmet() == 0
    assert bench.account.pool(name) is None
    assert len(bench.patience.waited) == 1


@pytest.mark.parametrize("options", [{"limit_seconds": 1.0}])
def test_it_is_not_removed_while_arm_says_that_it_is_there(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    ensure(bench, name, body)
    bench.account.fault(f"DELETE /pools/{name}", status=200, body="{}")
    with pytest.raises(GaveUp):
        remove(bench, name)

    assert wrote(bench)[-1] == "removing"
    assert bench.account.pool(name)["state"] == "active"


def test_users_go_with_the_nodes_and_nothing_else_does(bench: Bench) -> None:
    for kind, name in ((NODE_USER, "a/n/u"), (ORIGINAL, "a"), (POOL, "a"), (JOB, "a"), (NODE_USER, "b/n/u")):
        bench.wrote(EventKind.CHANGE_MADE, kind, name)
    pools.users_went_with(bench.ctx(), "a")

    assert bench.journal()[5:] == [("removed", NODE_USER, "a/n/u")]


def test_pools_that_may_be_there_are_the_open_ones(bench: Bench) -> None:
    for event, kind, name in (
        (EventKind.CHANGE_MADE, POOL, "made"),
        (EventKind.CHANGE_INTENDED, POOL, "intended"),
        (EventKind.CHANGE_REMOVED, POOL, "removed"),
        (EventKind.CHANGE_NEVER_MADE, POOL, "never"),
        (EventKind.CHANGE_MADE, ORIGINAL, "original"),
        (EventKind.CHANGE_MADE, NODE_USER, "user"),
        (EventKind.CHANGE_MADE, "share", "of a kind that this version does not know"),
    ):
        bench.wrote(event, kind, name)
    found = pools.open_pools(bench.ctx())

    assert all(isinstance(each, Change) for each in found)
    assert [each.id for each in found] == ["made", "intended"]
