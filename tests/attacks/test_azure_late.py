"""What was asked of Azure may be carried out after nobody waits for it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attacks.away import assert_said_in_json, assert_whole, bring_back
from tests.attacks.wire import ALWAYS, ARM_POOL, AT_ONCE, BATCH_POOL, POOL, fails, until

if TYPE_CHECKING:
    from tests.attacks.wire import Wire

DEBUG_POOL = "/pools/render-pool-dbg-"


def lose(wire: Wire, match: str) -> None:
    """The first call is under way for long, and no other gets an answer."""
    wire.plant(match, hold="reset")
    wire.plant(match, status=503, **AT_ONCE, times=ALWAYS)


def with_a_late_pool(wire: Wire) -> str:
    """A run whose debug pool is not there and may come: its id."""
    lose(wire, f"PUT {DEBUG_POOL}")
    ended = wire.asked(*wire.running())
    assert ended.code == 7
    assert [left["kind"] for left in ended.document["changes"]["left"]] == ["pool"]
    assert list(wire.pools()) == [POOL]
    wire.clear()
    run: str = ended.document["run"]
    return run


def test_a_creation_without_an_answer_is_listed_as_left(wire: Wire) -> None:
    run = with_a_late_pool(wire)
    assert [left["kind"] for left in wire.asked("runs", "show", run).document["changes"]["left"]] == ["pool"]


@fails(reason="F5: not seen is receipted as removed")
def test_a_pool_that_may_still_come_is_not_receipted_as_removed(wire: Wire) -> None:
    run = with_a_late_pool(wire)
    name = next(iter(wire.calls("PUT", DEBUG_POOL)))["path"].rpartition("/")[2]

    cleaned = wire.asked("runs", "cleanup", run, "--yes")
    assert (cleaned.code, cleaned.document["removed"]) == (8, [])
    assert [left["id"] for left in cleaned.document["left"]] == [name]
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
@fails(reason="F5: not seen is receipted as removed")
def test_a_pool_that_comes_after_a_look_is_found_by_resuming(wire: Wire) -> None:
    run = with_a_late_pool(wire)
    wire.asked("runs", "cleanup", run, "--yes")
    wire.release()
    wire.asked("runs", "resume", run, "--yes")
    assert list(wire.pools()) == [POOL]


@fails(reason="F5: a delete that may still come is forgotten")
def test_a_delete_of_the_original_that_may_still_come_stays_open(wire: Wire) -> None:
    before = wire.definition()
    lose(wire, f"DELETE {BATCH_POOL}")
    ended = wire.asked(*wire.in_place())
    assert (ended.code, wire.definition()) == (7, before)
    wire.clear()

    run = wire.latest()
    assert bring_back(wire, run, "cleanup").code == 8
    assert wire.release() == [202]
    until(lambda: _gone(wire), "the late end of the pool")
    assert_said_in_json(wire.asked("runs", "show", run), run)
    bring_back(wire, run, "cleanup")
    assert_whole(wire, before)


def _gone(wire: Wire) -> bool:
    """Looking moves the deletion on."""
    return wire.others.arm("GET", wire.connection["pool_id"]).status == 404


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
