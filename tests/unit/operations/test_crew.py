"""Questions that lead to more: all are asked, so many at once, and cancel is heard."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import Interrupted
from troubleshooter.operations.inventory.crew import MOST, Crew, Errand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.apart import Outcome


def nothing() -> None:
    """Nobody looks on."""


def test_every_answer_may_lead_to_more_and_all_are_handled_in_one_thread() -> None:
    handled: list[tuple[int, threading.Thread]] = []

    def errand(number: int) -> Errand:
        def handle(came: Outcome[int]) -> Iterable[Errand]:
            handled.append((came.result(), threading.current_thread()))
            return [errand(number * 10 + n) for n in range(3)] if number < 100 else ()

        return Errand(lambda: number, handle)

    crew, seen = Crew(threading.Event()), list[int]()
    crew.send([errand(1)], lambda: seen.append(crew.answered))

    assert sorted(number for number, _ in handled) == sorted(
        [1, *range(10, 13), *(10 * a + b for a in range(10, 13) for b in range(3))]
    )
    assert {thread for _, thread in handled} == {threading.current_thread()}
    assert seen == list(range(1, 14))
    assert crew.asked == 13


def test_no_more_than_so_many_are_under_way() -> None:
    lock, gate = threading.Lock(), threading.Barrier(MOST)
    under_way, most = set[int](), list[int]()

    def ask(number: int) -> None:
        with lock:
            under_way.add(number)
            most.append(len(under_way))
        gate.wait(30)
        with lock:
            under_way.discard(number)

    crew = Crew(threading.Event())
    crew.send([Errand(partial(ask, number), lambda _: ()) for number in range(MOST * 2)], nothing)
    assert max(most) == MOST


def test_what_a_handler_raises_ends_it() -> None:
    def handle(came: Outcome[Any]) -> Iterable[Errand]:
        came.result()
        return ()

    def fail() -> None:
        raise LookupError("first")

    with pytest.raises(LookupError, match="first"):
        Crew(threading.Event()).send([Errand(fail, handle)], nothing)


def test_cancel_is_heard_while_answers_are_out() -> None:
    cancel, held = threading.Event(), threading.Event()

    def ask() -> None:
        cancel.set()
        held.wait(60)

    with pytest.raises(Interrupted):
        Crew(cancel).send([Errand(ask, lambda _: ())], nothing)
    held.set()
