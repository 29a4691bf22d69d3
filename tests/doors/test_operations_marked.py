"""Cleaning up by a run's mark alone: only what it made beside is deleted, and an original never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.known import KEY_VAULT
from troubleshooter.errors import Interrupted, NotPermitted
from troubleshooter.model.change import JOB, JOB_SCHEDULE, ORIGINAL, POOL
from troubleshooter.operations.marked import Clearing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doors.bench import Bench
    from troubleshooter.operations.marked import Cleared, Found

RUN = "7a7b7c7d"


def clear(bench: Bench, agreed: Callable[[Found], bool] = lambda _: True) -> Cleared:
    patience = bench.patience
    clearing = Clearing(bench.tools.azure, bench.target, KEY_VAULT, agreed, patience.clock, patience)
    return clearing.clear(RUN)


def beside(bench: Bench, name: str = "render-dbg") -> str:
    pool = bench.account.make_pool(f"{name}-{RUN}", idle=True)
    bench.account.mark(pool, RUN, kind="debug")
    return pool


def original(bench: Bench, jobs: str = "") -> str:
    bench.account.mark(bench.pool, RUN, kind="original", stage="debug", jobs=jobs)
    return bench.pool


def test_what_the_run_made_beside_is_deleted_and_waited_for(bench: Bench) -> None:
    pool = beside(bench)
    cleared = clear(bench)

    assert (cleared.removed, cleared.unmarked, cleared.left) == ([pool], [], {})
    (found,) = cleared.found
    assert (found.pool, found.kind, found.mark.run) == (pool, POOL, RUN)
    assert found.traces == ("requireInitialSync is off", "it has a fixed size of 1 node")
    assert bench.account.pool(pool) is None
    assert len(bench.patience.waited) > 0


@pytest.mark.parametrize("run", ["00000000", "ffffffff"])
def test_another_runs_pools_and_pools_without_a_mark_are_none_of_it(bench: Bench, run: str) -> None:
    bench.account.mark(bench.pool, run)
    cleared = clear(bench)

    assert (cleared.found, bench.account.changes()) == ([], [])


def test_without_consent_it_is_left(bench: Bench) -> None:
    pool = beside(bench)
    first = original(bench)
    asked: list[str] = []

    def agreed(found: Found) -> bool:
        asked.append(found.pool)
        return False

    cleared = clear(bench, agreed)

    assert sorted(asked) == sorted([pool, first])
    assert cleared.left == {
        (POOL, pool): f"its name was not confirmed: --confirm {pool}",
        (ORIGINAL, first): f"its name was not confirmed: --confirm {first}",
    }
    assert bench.account.changes() == []


def test_who_is_asked_cannot_turn_it_into_another_pool(bench: Bench) -> None:
    beside(bench)

    def agreed(found: Found) -> bool:
        found.pool = bench.pool  # type: ignore[misc]  # that it cannot be written is what is tried
        return True

    with pytest.raises(AttributeError):
        clear(bench, agreed)
    assert bench.account.changes() == []


def test_consent_is_given_pool_by_pool(bench: Bench) -> None:
    one, other = beside(bench, "a"), beside(bench, "b")
    cleared = clear(bench, lambda found: found.pool == other)

    assert (cleared.removed, list(cleared.left)) == ([other], [(POOL, one)])
    assert bench.account.pool(one)["state"] == "active"


def test_an_original_is_never_deleted_and_its_mark_is_taken_off(bench: Bench) -> None:
    pool = original(bench)
    bench.account.patch(
        pool,
        metadata=[
            {"name": "owner", "value": "ops"},
            {"name": "troubleshooter-run", "value": RUN},
            {"name": "troubleshooter-kind", "value": "original"},
        ],
    )
    cleared = clear(bench)

    assert (cleared.removed, [each.pool for each in cleared.unmarked], cleared.left) == ([], [pool], {})
    assert cleared.found[0].kind == ORIGINAL
    assert bench.account.metadata(pool) == {"owner": "ops"}
    assert bench.account.changes() == [(f"PATCH ARM/pools/{pool}", 200)]


def test_a_copied_mark_is_on_a_pool_with_a_name_of_its_own(bench: Bench) -> None:
    bench.account.mark(bench.pool, RUN, kind="debug")
    cleared = clear(bench)

    assert [each.pool for each in cleared.unmarked] == [bench.pool]
    assert bench.account.pool(bench.pool)["state"] == "active"


def test_the_jobs_that_its_mark_lists_are_enabled_first(bench: Bench) -> None:
    account = bench.account
    elsewhere = account.make_pool()
    for name, state in (
        ("off", "disabled"),
        ("going", "disabling"),
        ("coming", "enabling"),
        ("on", "active"),
        ("over", "completed"),
    ):
        account.make_job(bench.pool, state, name)
    account.make_job(bench.pool, "disabled", "not-listed")
    account.make_job(elsewhere, "disabled", "of-another")
    for name in ("hourly", "off-schedule"):
        account.make_schedule(bench.pool, "disabled", name)
    account.make_job(bench.pool, "disabled", "hourly")  # of a name that is listed as a schedule only
    original(bench, "schedule/hourly off going coming on over of-another off-schedule")
    account.forget_calls()
    cleared = clear(bench)

    assert cleared.enabled == [(JOB_SCHEDULE, "hourly"), (JOB, "off"), (JOB, "going")]
    posts = [call for call, _ in account.changes() if call.startswith("POST")]
    assert posts == ["POST /jobschedules/hourly/enable", "POST /jobs/off/enable", "POST /jobs/going/enable"]
    assert [account.job(name) for name in ("off", "going", "of-another", "not-listed", "hourly")] == [
        "active",
        "active",
        "disabled",
        "disabled",
        "disabled",
    ]
    assert (account.schedule("hourly"), account.schedule("off-schedule")) == ("active", "disabled")
    assert account.changes()[-1][0].startswith("PATCH"), "the mark goes last"
    assert cleared.left == {}


def test_one_that_cannot_be_enabled_keeps_the_mark_and_none_of_the_others(bench: Bench) -> None:
    account = bench.account
    for name in ("first", "second"):
        account.make_job(bench.pool, "disabled", name)
    original(bench, "first second")
    account.fault("POST /jobs/first/enable", status=400)
    cleared = clear(bench)

    assert cleared.enabled == [(JOB, "second")]
    assert list(cleared.left) == [(JOB, "first"), (ORIGINAL, bench.pool)]
    assert cleared.left[JOB, "first"].startswith("Azure")
    assert cleared.left[ORIGINAL, bench.pool] == "its mark stays until the jobs that it lists are enabled"
    assert cleared.unmarked == []
    assert account.metadata(bench.pool)["troubleshooter-run"] == RUN


def test_what_was_left_before_is_no_reason_to_keep_the_mark(bench: Bench) -> None:
    """A pool of the run whose name comes before the original's was not agreed to."""
    pool = beside(bench, "a")
    original(bench)
    cleared = clear(bench, lambda found: found.pool != pool)

    assert [each.pool for each in cleared.unmarked] == [bench.pool]


def test_a_job_is_waited_for_until_it_works(bench: Bench) -> None:
    bench.account.make_job(bench.pool, "disabled", "off")
    original(bench, "off")
    cleared = clear(bench)

    assert cleared.enabled == [(JOB, "off")]
    assert bench.account.job("off") == "active"
    assert len(bench.patience.waited) > 0


def test_a_job_that_does_not_come_to_work_is_left_after_half_an_hour(bench: Bench) -> None:
    bench.account.make_job(bench.pool, "disabled", "off")
    original(bench, "off")
    told = '{"id": "off", "state": "enabling", "eTag": "0x1"}'
    bench.account.fault("GET ^/jobs/off$", body=told, times=10_000)
    cleared = clear(bench)

    assert cleared.left[JOB, "off"].startswith("Gave up waiting for job off to be active.")
    assert bench.patience.clock() == pytest.approx(1800.0)
    assert cleared.enabled == []


def test_one_pool_that_fails_keeps_none_of_the_others(bench: Bench) -> None:
    one, other = beside(bench, "a"), beside(bench, "b")
    bench.account.fault(f"DELETE /pools/{one}$", status=400)
    cleared = clear(bench)

    assert (cleared.removed, list(cleared.left)) == ([other], [(POOL, one)])


@pytest.mark.parametrize("how", ["forbidden", "cancelled"])
def test_what_fails_for_all_ends_it(bench: Bench, how: str) -> None:
    one, other = beside(bench, "a"), beside(bench, "b")
    if how == "forbidden":
        bench.account.fault(f"DELETE /pools/{one}$", status=403)
    else:
        bench.account.fault(f"DELETE /pools/{one}$", status=429, retry_after=1)
        bench.patience.meanwhile(bench.patience.set)
    with pytest.raises((NotPermitted, Interrupted)):
        clear(bench)

    assert bench.account.pool(other)["state"] == "active"
