"""What was asked of Azure may be carried out after nobody waits for it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.away import assert_whole, bring_back
from tests.attacks.wire import ALWAYS, ARM_POOL, AT_ONCE, BATCH_POOL, JOB, POOL, until

if TYPE_CHECKING:
    from tests.attacks.wire import Wire

DEBUG_POOL = "/pools/render-pool-dbg-"


def lose(wire: Wire, match: str) -> None:
    """The first call is under way for long, and no other gets an answer."""
    wire.plant(match, hold="reset")
    wire.plant(match, status=503, **AT_ONCE, times=ALWAYS)


def _open(changes: Any) -> list[str]:
    """The kinds of what is left, or may be."""
    return [each["kind"] for each in (*changes["left"], *changes["unknown"])]


def with_a_late_pool(wire: Wire) -> str:
    """A run whose debug pool is not there and may come: its id."""
    lose(wire, f"PUT {DEBUG_POOL}")
    ended = wire.asked(*wire.running())
    assert ended.code == 7
    assert _open(ended.document["changes"]) == ["pool"]
    assert list(wire.pools()) == [POOL]
    wire.clear()
    run: str = ended.document["run"]
    return run


def test_a_creation_without_an_answer_is_listed_as_left(wire: Wire) -> None:
    run = with_a_late_pool(wire)
    assert _open(wire.asked("runs", "show", run).document["changes"]) == ["pool"]


@pytest.mark.slow(every_change=True)
def test_a_pool_that_may_still_come_is_not_receipted_as_removed(wire: Wire) -> None:
    run = with_a_late_pool(wire)
    name = next(iter(wire.calls("PUT", DEBUG_POOL)))["path"].rpartition("/")[2]

    cleaned = wire.asked("runs", "cleanup", run, "--yes")
    assert (cleaned.code, cleaned.document["removed"]) == (8, [])
    assert [each["id"] for each in cleaned.document["unknown"]] == [name]
    refused = wire.asked("runs", "delete", run)
    assert refused.code == 9
    assert name in refused.out

    assert wire.release() == [200]
    until(lambda: name in wire.pools(), "the late pool")
    cleaned = wire.asked("runs", "cleanup", run, "--yes")
    assert cleaned.code == 0
    assert [removed["id"] for removed in cleaned.document["removed"]] == [name]
    assert list(wire.pools()) == [POOL]


@pytest.mark.slow
def test_a_pool_that_comes_after_a_look_is_found_by_resuming(wire: Wire) -> None:
    run = with_a_late_pool(wire)
    wire.asked("runs", "cleanup", run, "--yes")
    wire.release()
    wire.asked("runs", "resume", run, "--yes")
    assert list(wire.pools()) == [POOL]


@pytest.mark.slow(every_change=True)
def test_a_delete_of_the_original_that_comes_late_meets_another_etag(wire: Wire) -> None:
    before = wire.definition()
    lose(wire, f"DELETE {BATCH_POOL}")
    ended = wire.asked(*wire.in_place())
    assert (ended.code, wire.definition()) == (7, before)
    wire.clear()

    assert bring_back(wire, wire.latest(), "cleanup").code == 0
    assert wire.release() == [412]
    assert_whole(wire, before)


@pytest.mark.slow(every_change=True)
def test_a_job_that_may_still_be_disabled_is_not_said_to_be_as_before(wire: Wire) -> None:
    before = wire.definition()
    lose(wire, f"POST /jobs/{JOB}/disable")
    assert wire.asked(*wire.in_place()).code == 7
    assert wire.jobs()[JOB] == "active"
    wire.clear()
    run = wire.latest()

    cleaned = bring_back(wire, run, "cleanup")
    assert cleaned.code == 8
    assert JOB in [each["id"] for each in cleaned.document["unknown"]]
    assert wire.release() == [202]
    until(lambda: wire.jobs()[JOB] != "active", "the job that is disabled late")
    assert bring_back(wire, run, "cleanup").code == 0
    assert wire.jobs()[JOB] == "active"
    assert_whole(wire, before)


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("verb", ["answered at the second try", "done by a later run"])
def test_a_disable_that_comes_after_all_is_done_meets_another_etag(wire: Wire, verb: str) -> None:
    before = wire.definition()
    wire.plant(f"POST /jobs/{JOB}/disable", hold="reset")
    if verb == "done by a later run":
        wire.plant(f"POST /jobs/{JOB}/disable", status=503, **AT_ONCE, times=ALWAYS)
        assert wire.asked(*wire.in_place()).code == 7
        wire.clear()
        wire.asked("runs", "resume", wire.latest(), "--yes")
    else:
        wire.asked(*wire.in_place())
    bring_back(wire, wire.latest(), "restore")
    assert wire.jobs()[JOB] == "active"

    assert wire.release() == [412]
    assert_whole(wire, before)


@pytest.mark.slow
def test_a_creation_that_comes_late_does_not_replace_what_was_put_back(wire: Wire) -> None:
    before = wire.definition()
    lose(wire, f"PUT {ARM_POOL}")
    assert wire.asked(*wire.in_place()).code == 7
    wire.clear()
    assert bring_back(wire, wire.latest(), "restore").code == 0
    assert_whole(wire, before)

    assert wire.release() == [412]
    assert_whole(wire, before)
