"""A list of acts that take things back: one that fails stops none of the others, but for a cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from troubleshooter.engine.gates import GateOpen
from troubleshooter.errors import (
    GaveUp,
    Interrupted,
    NotFound,
    NotPermitted,
    Refused,
    ServiceRefusal,
)
from troubleshooter.model.change import POOL, WHY_LEFT
from troubleshooter.model.event import EventKind
from troubleshooter.model.run import Question
from troubleshooter.operations import undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doors.bench import Bench
    from troubleshooter.errors import (
        TroubleshooterError,
    )

LOCKED = ServiceRefusal("Azure refused it.", "It is locked.", "Take the lock off.", status=409)
CANCELLED = Interrupted("Stopped.", "The run was cancelled.", "Resume it.")


def failing(error: Exception) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise error

    return act


def gate(name: str) -> GateOpen:
    return GateOpen(Question(name, "clean-up", "?"))


def each_of(bench: Bench, *acts: Callable[[], None]) -> None:
    undo.each_of(bench.ctx("clean-up"), {f"thing {number}": act for number, act in enumerate(acts, 1)})


def test_all_is_done_in_its_order(bench: Bench) -> None:
    done: list[int] = []
    each_of(bench, *(lambda number=number: done.append(number) for number in range(3)))

    assert (done, bench.notes()) == ([0, 1, 2], [])


def test_nothing_to_do_is_done(bench: Bench) -> None:
    each_of(bench)

    assert bench.notes() == []


def test_one_that_fails_stops_none_and_is_told(bench: Bench) -> None:
    done: list[int] = []
    with pytest.raises(ServiceRefusal) as failed:
        each_of(bench, failing(LOCKED), lambda: done.append(2))

    assert (failed.value, done) == (LOCKED, [2])
    assert bench.notes() == ["thing 1 could not be taken back: Azure refused it. It is locked."]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("weighs", "less"),
    [(NotPermitted, NotFound), (NotFound, Refused), (Refused, GaveUp), (NotPermitted, GaveUp)],
)
def test_of_several_failures_the_one_that_weighs_most_is_raised(
    bench: Bench, weighs: type[TroubleshooterError], less: type[TroubleshooterError], turned: bool
) -> None:
    acts = [failing(kind("what", "why", "do")) for kind in (weighs, less)]
    with pytest.raises(weighs):
        each_of(bench, *(acts[::-1] if turned else acts))

    assert len(bench.notes()) == 2


def test_a_question_waits_until_the_others_are_done(bench: Bench) -> None:
    done: list[int] = []
    with pytest.raises(GateOpen, match="first"):
        each_of(
            bench, failing(gate("first")), failing(LOCKED), failing(gate("second")), lambda: done.append(4)
        )

    assert done == [4]
    assert len(bench.notes()) == 1


def test_a_cancel_ends_it_at_once(bench: Bench) -> None:
    done: list[int] = []
    with pytest.raises(Interrupted):
        each_of(bench, failing(LOCKED), failing(CANCELLED), lambda: done.append(3))

    assert done == []
    assert [note.partition(" could")[0] for note in bench.notes()] == ["thing 1"]


def test_what_nobody_foresaw_is_not_caught(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError):
        each_of(bench, failing(ZeroDivisionError()))


def saying_why(bench: Bench, act: Callable[[], None]) -> None:
    bench.wrote(EventKind.CHANGE_MADE, POOL, "render")
    undo.saying_why(bench.ctx("clean-up"), POOL, "render", act)


def test_what_was_taken_back_needs_no_reason(bench: Bench) -> None:
    done: list[int] = []
    saying_why(bench, lambda: done.append(1))

    assert (done, bench.journal()) == ([1], [("made", POOL, "render")])


def test_why_it_is_left_is_written_beside_it(bench: Bench) -> None:
    with pytest.raises(ServiceRefusal):
        saying_why(bench, failing(LOCKED))

    assert bench.journal()[1:] == [("removing", POOL, "render")]
    assert bench.details()[1] == {WHY_LEFT: "Azure refused it. It is locked."}


def test_that_it_was_cancelled_is_no_reason(bench: Bench) -> None:
    with pytest.raises(Interrupted):
        saying_why(bench, failing(CANCELLED))

    assert bench.journal() == [("made", POOL, "render")]


def test_a_question_is_no_reason(bench: Bench) -> None:
    with pytest.raises(GateOpen):
        saying_why(bench, failing(gate("waive")))

    assert bench.journal() == [("made", POOL, "render")]
