"""All that a run made is taken back, whatever of it fails; and the receipt says what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import NotFound, Refused
from troubleshooter.model.change import (
    JOB,
    JOB_SCHEDULE,
    NODE_USER,
    ORIGINAL,
    OUTSTANDING,
    OWN_JOB,
    POOL,
    WHY_LEFT,
)
from troubleshooter.model.event import EventKind
from troubleshooter.operations import original, pools, removal
from troubleshooter.pooldef.mark import Mark, put_mark
from troubleshooter.pooldef.pool_body import creatable

if TYPE_CHECKING:
    from tests.doors.bench import Bench

MADE, INTENDED = EventKind.CHANGE_MADE, EventKind.CHANGE_INTENDED


def remove_all(bench: Bench) -> str:
    return removal.remove_all(bench.tools, bench.ctx("clean-up")).why


def make(bench: Bench, name: str) -> str:
    """A pool of the run's own."""
    pools.ensure_pool(bench.tools, bench.ctx(), name, bench.own_body())
    return name


def replace(bench: Bench) -> Any:
    """Begin to work on the original in place; return its definition as it was."""
    before = bench.save()
    body = creatable(before)
    put_mark(body, Mark(bench.id, "original"))
    body["properties"]["vmSize"] = "STANDARD_D4S_V3"
    original.replace(bench.tools, bench.ctx(), body, "debug", before)
    return before


def test_each_thing_is_taken_back(bench: Bench) -> None:
    before = replace(bench)
    first, second = make(bench, f"a-{bench.id}"), make(bench, f"b-{bench.id}")
    job = bench.disable_job()
    receipt = remove_all(bench)

    assert bench.ctx().state.open_changes == ()
    assert [bench.account.pool(name) for name in (first, second)] == [None, None]
    assert creatable(bench.account.definition(bench.pool)) == creatable(before)
    assert bench.account.job(job) == "active"
    assert receipt == "2 of 2 pools and 0 of 0 node users removed; nothing is left"


def test_the_users_are_taken_back(bench: Bench) -> None:
    pool = bench.account.make_pool(idle=True)
    bench.make_user(pool)
    receipt = remove_all(bench)

    assert bench.account.users(pool) == []
    assert receipt == "0 of 0 pools and 1 of 1 node user removed; nothing is left"


def test_what_fails_stops_nothing_else_and_why_it_is_left_is_written(bench: Bench) -> None:
    stranger = bench.account.make_pool(f"a-{bench.id}")
    bench.wrote(MADE, POOL, stranger)
    own = make(bench, f"b-{bench.id}")
    usable = bench.account.make_pool(idle=True)
    bench.make_user(usable)
    job = bench.disable_job()
    bench.wrote(INTENDED, ORIGINAL, bench.pool, stage="debug")
    with pytest.raises(NotFound, match="saved pool definition"):  # what weighs most of what failed
        remove_all(bench)
    left = {change.id: change.detail.get(WHY_LEFT, "") for change in bench.ctx().state.open_changes}

    assert left.keys() == {stranger, bench.pool}
    assert left[stranger].startswith(f"Pool {stranger} was not created by this run. Its metadata")
    assert bench.account.pool(stranger)["state"] == "active"
    assert bench.account.pool(own) is None
    assert bench.account.job(job) == "active"
    assert bench.account.users(usable) == []
    about = [
        note.partition(" could not be taken back: ")[0] for note in bench.notes() if "taken back" in note
    ]
    assert about == [f"pool {stranger}", "the original pool"]


def test_a_job_that_is_not_its_own_is_left_and_why_is_written(bench: Bench) -> None:
    name = f"kvts-{bench.id}-1"
    bench.account.make_job(bench.pool, name=name)
    bench.wrote(MADE, OWN_JOB, name)
    with pytest.raises(Refused, match="was not created by this run"):
        remove_all(bench)

    change = bench.change(OWN_JOB, name)
    assert change is not None
    assert change.detail[WHY_LEFT].startswith(f"Job {name} was not created by this run.")
    assert bench.account.job(name) == "active"
    assert bench.notes()[-1].startswith(f"job {name} could not be taken back: ")


def test_a_pool_that_came_again_is_removed_again(bench: Bench) -> None:
    name = make(bench, f"a-{bench.id}")
    bench.wrote(EventKind.CHANGE_REMOVED, POOL, name, **{OUTSTANDING: 1})
    remove_all(bench)

    assert bench.account.pool(name) is None


@pytest.mark.parametrize("kind", [NODE_USER, OWN_JOB, "share"])
def test_nothing_but_a_pool_is_looked_for_as_a_pool(bench: Bench, kind: str) -> None:
    name = f"{bench.pool}/node/kvts{bench.id}" if kind == NODE_USER else "kvts"
    bench.wrote(MADE, kind, name)
    bench.wrote(EventKind.CHANGE_REMOVED, kind, name, **{OUTSTANDING: 1})
    bench.account.forget_calls()
    remove_all(bench)

    assert bench.account.changes() == []
    assert not [call for call, _ in bench.account.calls() if call.endswith(f"/pools/{name}")]
    assert {of for _, of, _ in bench.journal()} == {kind}


# The receipt


def receipt(bench: Bench, *written: tuple[EventKind, str, str]) -> str:
    for event, kind, name in written:
        bench.wrote(event, kind, name)
    return removal.receipt(bench.ctx())


def test_nothing_made_is_nothing_left(bench: Bench) -> None:
    assert receipt(bench) == "0 of 0 pools and 0 of 0 node users removed; nothing is left"


def test_pools_and_users_are_counted_each_for_itself(bench: Bench) -> None:
    told = receipt(
        bench,
        (EventKind.CHANGE_REMOVED, POOL, "gone"),
        (MADE, POOL, "there"),
        (EventKind.CHANGE_NEVER_MADE, POOL, "never"),
        *((EventKind.CHANGE_REMOVED, NODE_USER, f"p/n/{number}") for number in range(2)),
        (MADE, NODE_USER, "p/n/removing"),
        (EventKind.CHANGE_REMOVING, NODE_USER, "p/n/removing"),
        (EventKind.CHANGE_REMOVED, ORIGINAL, "put back"),
        (EventKind.CHANGE_REMOVED, JOB, "enabled"),
        (EventKind.CHANGE_REMOVED, JOB_SCHEDULE, "enabled"),
        (EventKind.CHANGE_REMOVED, "share", "of a kind that this version does not know"),
    )

    assert told == "1 of 3 pools and 2 of 3 node users removed; left: there, p/n/removing"


@pytest.mark.parametrize(
    ("users", "told"),
    [
        ((), "1 of 1 pool and 1 of 6 jobs with tasks removed; left: d, e, f"),
        (("p/n/u",), "1 of 1 pool, 1 of 1 node user and 1 of 6 jobs with tasks removed; left: d, e, f"),
    ],
)
def test_jobs_with_tasks_are_counted_and_then_users_only_where_there_are_some(
    bench: Bench, users: tuple[str, ...], told: str
) -> None:
    found = receipt(
        bench,
        (EventKind.CHANGE_REMOVED, POOL, "gone"),
        (EventKind.CHANGE_REMOVED, ORIGINAL, "put back"),
        (EventKind.CHANGE_REMOVED, JOB, "enabled"),
        (EventKind.CHANGE_REMOVED, "share", "of a kind that this version does not know"),
        *((EventKind.CHANGE_REMOVED, NODE_USER, name) for name in users),
        (EventKind.CHANGE_REMOVED, OWN_JOB, "a"),
        (EventKind.CHANGE_NEVER_MADE, OWN_JOB, "b"),
        (EventKind.CHANGE_CLOSED, OWN_JOB, "c"),
        *((MADE, OWN_JOB, name) for name in "def"),
        *((EventKind.CHANGE_REMOVING, OWN_JOB, name) for name in "ef"),
    )

    assert found == told


def test_whatever_is_not_as_it_was_is_left(bench: Bench) -> None:
    told = receipt(bench, (MADE, ORIGINAL, "render"), (MADE, JOB, "nightly"))

    assert told == "0 of 0 pools and 0 of 0 node users removed; left: render, nightly"


def test_what_nobody_knows_is_neither_left_nor_gone(bench: Bench) -> None:
    told = receipt(bench, (INTENDED, POOL, "a"), (EventKind.CHANGE_UNKNOWN, JOB, "b"))

    assert told == (
        "0 of 1 pool and 0 of 0 node users removed; not known whether made, look again later: a, b"
    )


def test_what_is_left_is_told_beside_what_nobody_knows(bench: Bench) -> None:
    told = receipt(bench, (INTENDED, POOL, "a"), (MADE, POOL, "b"))

    assert told == (
        "0 of 2 pools and 0 of 0 node users removed; left: b; not known whether made, look again later: a"
    )
