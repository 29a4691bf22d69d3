from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.cloud.wait import poll
from troubleshooter.errors import GaveUp, Interrupted

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Cancel


def test_the_pause_grows_from_one_to_fifteen_seconds(cancel: Cancel) -> None:
    looks = iter([None] * 6 + ["idle"])
    assert poll(lambda: next(looks), subject="nodes", cancel=cancel, clock=cancel.clock, limit=1800) == "idle"
    assert cancel.waits == [1, 2, 4, 8, 15, 15]


def test_a_hint_replaces_the_pause(cancel: Cancel) -> None:
    looks, hints = iter([None] * 3 + [1]), iter([0.0, 40.0, None])
    poll(
        lambda: next(looks),
        subject="nodes",
        cancel=cancel,
        clock=cancel.clock,
        limit=1800,
        hint=lambda: next(hints),
    )
    assert cancel.waits == [0.05, 40.0, 4.0]


def test_the_limit_gets_a_last_look_and_then_gives_up(cancel: Cancel) -> None:
    looked: list[float] = []
    with pytest.raises(GaveUp, match="Gave up waiting for idle nodes"):
        poll(
            lambda: looked.append(cancel.now),
            subject="idle nodes",
            cancel=cancel,
            clock=cancel.clock,
            limit=10,
        )
    assert looked == [0, 1, 3, 7, 10]


def test_cancel_ends_a_wait(cancel: Cancel) -> None:
    cancel.cancel_after = 1
    with pytest.raises(Interrupted):
        poll(lambda: None, subject="nodes", cancel=cancel, clock=cancel.clock, limit=1800)
    assert cancel.waits == [1]
