"""How a wait is told: elapsed, limits, an estimate from its own pace, and what comes at the limit."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from troubleshooter.model.progress import Outlook, Waiting
from troubleshooter.printer import Form, Printer


def waiting(ready: int, elapsed: float) -> Waiting:
    counts = {"idle": ready, "starting": 10 - ready}
    return Waiting("verify", "the-pool", counts, (), ready, 10, elapsed, 600.0, "goes on without them", 900.0)


def told(wait: Waiting) -> str:
    err = io.StringIO()
    Printer(Form.TEXT, io.StringIO(), err, {}).follow(wait)
    return err.getvalue().strip().splitlines()[-1].strip()


def test_a_wait_tells_counts_elapsed_and_limit() -> None:
    assert told(waiting(0, 5)) == "the-pool: 0 of 10 ready (10 starting), 0:05 of 10:00"


def test_limit_and_what_happens_there_are_told_before_anything_was_looked_at() -> None:
    err = io.StringIO()
    printer = Printer(Form.TEXT, io.StringIO(), err, {})
    begun = Waiting("verify", "the-pool", {}, (), 0, 1, 0.0, 600.0, "goes on without them", 900.0)
    printer.follow(begun)

    promise = "the-pool: waiting for 1 node, 10:00 at most; then it goes on without them"
    assert err.getvalue().strip() == promise
    printer.follow(waiting(0, 5))
    assert [line.strip() for line in err.getvalue().splitlines()].count(promise) == 1


def test_the_estimate_comes_from_the_runs_own_pace() -> None:
    assert told(waiting(5, 60)).endswith("1:00 of 10:00, about 1:00 more")
    assert waiting(2, 60).estimate == 240


@pytest.mark.parametrize(("ready", "elapsed"), [(0, 100), (10, 100), (5, 3)])
def test_without_a_pace_nothing_is_promised(ready: int, elapsed: float) -> None:
    assert waiting(ready, elapsed).estimate is None


def test_no_estimate_goes_beyond_the_limit() -> None:
    assert waiting(1, 550).estimate == 50


def test_near_the_limit_it_is_told_what_happens_there() -> None:
    assert told(waiting(0, 500)).endswith("8:20 of 10:00; at the limit it goes on without them")


USUAL, LIMIT = "usual here 3 to 5 min (7 nodes)", "after 15 min waiting is pointless: it ends (documented)"


def test_slow_or_broken_is_told_once_and_again_when_it_is_another() -> None:
    err = io.StringIO()
    printer = Printer(Form.TEXT, io.StringIO(), err, {})
    for seconds in (60.0, 120.0, 540.0, 541.0):
        outlook = Outlook(USUAL, LIMIT, seconds, late=seconds > 300)
        printer.follow(replace(waiting(0, seconds), outlook=outlook))
    lines = [line.strip() for line in err.getvalue().splitlines() if "usual here" in line]
    assert lines == [f"the-pool: {USUAL}; {LIMIT}", f"the-pool: {USUAL}; waited 9 min; {LIMIT}"]
