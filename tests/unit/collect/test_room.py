"""Of what nodes sent only so much is taken in at once, and nobody waits for that deaf."""

from __future__ import annotations

import threading

import pytest

from troubleshooter.collect.room import MOST, Room


class Enough(Exception):
    """It is not worth waiting any more."""


def enough() -> None:
    raise Enough


def test_small_ones_are_taken_in_together() -> None:
    room = Room()
    with room.of(MOST // 2, enough), room.of(MOST // 2, enough), room.of(0, enough):
        assert MOST == 4 << 20


def test_a_large_one_waits_and_looks_whether_it_should() -> None:
    room = Room()
    with room.of(1, enough), pytest.raises(Enough), room.of(MOST, enough):
        pass
    with room.of(10 * MOST, enough), pytest.raises(Enough), room.of(1, enough):
        pass


def test_whoever_fails_makes_room_for_the_next() -> None:
    room = Room()
    with pytest.raises(KeyError), room.of(MOST, enough):
        raise KeyError
    with room.of(MOST, enough):
        pass


def test_one_that_waits_comes_in_when_there_is_room() -> None:
    room, inside = Room(), threading.Event()

    def wait() -> None:
        with room.of(MOST, lambda: None):
            inside.set()

    with room.of(1, enough):
        threading.Thread(target=wait, daemon=True).start()
        assert not inside.wait(0.3)
    assert inside.wait(30)
