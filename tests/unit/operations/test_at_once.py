"""Several questions at once: all answers, the first failure, and cancel."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from troubleshooter.errors import Interrupted, NotFound
from troubleshooter.operations.facts.at_once import MOST, at_once


def test_every_question_gets_its_answer() -> None:
    asks = {number: partial(int.__mul__, number, 2) for number in range(100)}

    assert at_once(asks, threading.Event()) == {number: number * 2 for number in range(100)}


def test_no_more_than_so_many_are_under_way() -> None:
    lock, gate = threading.Lock(), threading.Barrier(MOST)
    under_way, most = set[int](), []

    def ask(number: int) -> int:
        with lock:
            under_way.add(number)
            most.append(len(under_way))
        gate.wait(30)
        with lock:
            under_way.discard(number)
        return number

    at_once({number: partial(ask, number) for number in range(MOST * 2)}, threading.Event())
    assert max(most) == MOST


def test_what_one_raises_is_raised() -> None:
    def fail() -> int:
        raise NotFound("a", "b", "c")

    with pytest.raises(NotFound):
        at_once({"one": fail}, threading.Event())


def test_cancel_is_heard_while_an_answer_is_out() -> None:
    cancel, held = threading.Event(), threading.Event()

    def ask() -> int:
        cancel.set()
        held.wait(60)
        return 1

    with pytest.raises(Interrupted):
        at_once({"one": ask}, cancel)
    held.set()


def test_nothing_is_asked_where_there_is_nothing_to_ask() -> None:
    assert at_once({}, threading.Event()) == {}
