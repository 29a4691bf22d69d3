from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.tui.worlds import waiting
from troubleshooter.text import clock as text_clock
from troubleshooter.tui.text import clock

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (4.9, "0:04"), (190, "3:10"), (3723, "1:02:03"), (-3, "0:00")]
)
def test_durations(seconds: float, shown: str) -> None:
    assert text_clock(seconds) == shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-11-22T11:59:30Z", "just now"),
        ("2026-11-22T11:48:00Z", "12 min ago"),
        ("2026-11-22T09:00:00Z", "3 h ago"),
        ("no time", ""),
    ],
)
def test_ages(at: str, shown: str) -> None:
    assert clock.age(at, NOW) == shown


def test_an_estimate_follows_from_the_nodes_that_are_ready() -> None:
    assert clock.estimate(waiting(4, 2, elapsed=190)) == 190


def test_there_is_no_estimate_without_a_basis() -> None:
    assert clock.estimate(waiting(4, 0)) is None
    assert clock.estimate(waiting(4, 4)) is None


def test_an_estimate_never_goes_beyond_the_limit() -> None:
    assert clock.estimate(replace(waiting(100, 1, elapsed=1700), limit=1800)) == 100
