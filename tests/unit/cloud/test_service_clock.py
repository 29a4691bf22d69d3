"""Times that the service gives are measured by its own clock, of which every answer tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from troubleshooter.cloud.wire import ServiceClock

OURS = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def answered(*dates: str | None) -> datetime:
    clock = ServiceClock(lambda: OURS)
    for date in dates:
        answer: Any = SimpleNamespace(http_response=SimpleNamespace(headers={"Date": date} if date else {}))
        clock.on_response(answer, answer)
    return clock.now()


def test_it_is_ahead_or_behind_as_the_answer_says() -> None:
    assert answered("Fri, 27 Nov 2026 13:30:00 GMT") == OURS + timedelta(minutes=90)
    assert answered("Fri, 27 Nov 2026 11:00:00 GMT") == OURS - timedelta(hours=1)


@pytest.mark.parametrize("date", [None, "soon", "", "99999", "Fri, 27 Nov 2026 13:30:00"])
def test_an_answer_that_tells_no_time_moves_nothing(date: str | None) -> None:
    assert answered(date) == OURS
    assert answered("Fri, 27 Nov 2026 13:30:00 GMT", date) == OURS + timedelta(minutes=90)
