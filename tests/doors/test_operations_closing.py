"""A change is closed as it stands, on the operator's word, once nothing of it can still come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from troubleshooter.errors import NotFound, Refused
from troubleshooter.model.change import JOB, NODE_USER, ORIGINAL, POOL, WHY_LEFT
from troubleshooter.model.event import EventKind
from troubleshooter.operations.closing import close_change

if TYPE_CHECKING:
    from tests.doors.bench import Bench

INTENDED, MADE, REMOVING, UNKNOWN = (
    EventKind.CHANGE_INTENDED,
    EventKind.CHANGE_MADE,
    EventKind.CHANGE_REMOVING,
    EventKind.CHANGE_UNKNOWN,
)
LATER = datetime.now(UTC) + timedelta(days=1)


def close(bench: Bench, name: str = "render", now: datetime = LATER) -> str:
    return close_change(bench.ctx("clean-up"), name, now).why


@pytest.mark.parametrize("kind", [POOL, JOB, NODE_USER])
def test_what_could_not_be_taken_back_is_closed_as_it_stands(bench: Bench, kind: str) -> None:
    for name in ("a", "render", "z"):
        bench.wrote(MADE, kind, name)
        bench.wrote(REMOVING, kind, name)

    assert close(bench) == f"{kind} render is closed as it stands"
    assert bench.journal()[6:] == [("closed", kind, "render")]
    assert bench.notes() == [f"{kind} render is closed as it stands"]


def test_why_it_was_left_is_told(bench: Bench) -> None:
    bench.wrote(MADE, POOL, "render")
    bench.wrote(REMOVING, POOL, "render", **{WHY_LEFT: "It is locked."})
    close(bench)

    assert bench.notes() == ["pool render is closed as it stands: It is locked."]


def test_the_original_may_be_closed_in_any_state(bench: Bench) -> None:
    bench.wrote(MADE, ORIGINAL, "render", stage="debug")
    close(bench)

    assert bench.journal()[-1] == ("closed", ORIGINAL, "render")


@pytest.mark.parametrize("kind", [POOL, JOB, NODE_USER])
@pytest.mark.parametrize("last", [MADE, INTENDED, UNKNOWN])
def test_what_is_known_to_be_there_is_taken_back_first(bench: Bench, kind: str, last: EventKind) -> None:
    bench.wrote(MADE, kind, "render")
    bench.wrote(last, kind, "render")
    with pytest.raises(Refused) as refused:
        close(bench)

    assert refused.value.what == f"{kind} render is not closed."
    assert refused.value.do == f"Take it back with: troubleshooter runs cleanup {bench.id}"
    assert len(bench.journal()) == 2


@pytest.mark.parametrize("name", ["a", "z"])
def test_what_is_not_open_is_not_found(bench: Bench, name: str) -> None:
    bench.wrote(MADE, POOL, "render")
    bench.wrote(MADE, POOL, "studio")
    with pytest.raises(NotFound) as found:
        close(bench, name)

    assert (found.value.what, found.value.why, found.value.do) == (
        f"{name!r} is not open.",
        "Open in this run: render, studio.",
        "Name one of these.",
    )


def test_where_nothing_is_open_that_is_told(bench: Bench) -> None:
    bench.wrote(EventKind.CHANGE_REMOVED, POOL, "render")
    with pytest.raises(NotFound) as found:
        close(bench)

    assert (found.value.why, found.value.do) == ("Open in this run: nothing.", "There is nothing to close.")


def tried(bench: Bench) -> datetime:
    change = bench.change(POOL, "render")
    assert change is not None
    return datetime.fromisoformat(change.tried)


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=1)])
@pytest.mark.parametrize("last", [INTENDED, UNKNOWN, REMOVING])
def test_what_may_still_come_is_closed_after_an_hour(bench: Bench, last: EventKind, later: timedelta) -> None:
    bench.wrote(INTENDED, POOL, "render")
    bench.wrote(last, POOL, "render")
    possible = tried(bench) + timedelta(hours=1)
    with pytest.raises(Refused) as refused:
        close(bench, now=possible - timedelta(milliseconds=1))
    assert refused.value.what == "pool render is not closed yet."
    assert refused.value.do == f"Look again, or close it, after {possible:%Y-%m-%d %H:%M} UTC."
    assert len(bench.journal()) == 2

    close(bench, now=possible + later)
    assert bench.journal()[-1] == ("closed", POOL, "render")
