"""A request to make a pool that nobody answered, carried out when that pool has been removed already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import GaveUp, Refused
from troubleshooter.model.change import POOL, ChangeState
from troubleshooter.operations import pools
from troubleshooter.report.changed import changed

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.change import Change


@pytest.fixture
def name(bench: Bench) -> str:
    return f"{bench.pool}-dbg-{bench.id}"


@pytest.fixture
def body(bench: Bench) -> dict[str, Any]:
    return bench.own_body()


def held(bench: Bench, name: str) -> None:
    """The next request to make it is cut off from its answer, and arrives when it is let go."""
    bench.account.fault(f"PUT /pools/{name}", hold="reset")


def made(bench: Bench, name: str, body: dict[str, Any]) -> None:
    pools.ensure_pool(bench.tools, bench.ctx(), name, body)


def removed(bench: Bench, name: str, minutes: int = 0) -> Change:
    """So many minutes later, by the clock that the journal goes by."""
    tools = replace(bench.tools, now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))
    pools.remove_pool(tools, bench.ctx("clean-up"), name)
    change = bench.change(POOL, name)
    assert change is not None
    return change


def test_where_a_second_request_made_it_the_first_may_still_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    made(bench, name, body)
    change = removed(bench, name)

    assert (change.state, change.unknown) == (ChangeState.UNKNOWN, True)
    assert bench.notes()[-2:] == [
        f"pool {name} removed",
        f"pool {name}: a request to make it got no answer, and may still be carried out",
    ]
    assert [act.verb.value for act in bench.ctx().state.acts] == ["created", "removed"]
    (told, *_) = [sentence for sentence in changed(bench.ctx().state) if "no answer" in sentence]
    assert told == (
        f"One of the requests to make pool {name} got no answer: whether it comes once more is not known."
    )


def test_what_came_late_is_found_and_removed_and_nothing_more_may_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    made(bench, name, body)
    removed(bench, name)
    assert bench.account.release() == [200]
    assert bench.account.pool(name) is not None

    assert removed(bench, name).state is ChangeState.REMOVED
    assert bench.account.pool(name) is None
    assert [act.verb.value for act in bench.ctx().state.acts] == ["created", "removed"] * 2


def test_where_the_first_request_made_it_nothing_more_may_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    """Its answer was lost, and the second met the pool."""
    bench.account.fault(f"PUT /pools/{name}", after_effect=True, reset=True)
    made(bench, name, body)

    assert removed(bench, name).state is ChangeState.REMOVED


def test_of_two_without_an_answer_one_made_it_and_one_may_still_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    bench.account.fault(f"PUT /pools/{name}", after_effect=True, reset=True)
    made(bench, name, body)

    assert removed(bench, name).state is ChangeState.UNKNOWN


def test_one_that_nobody_answered_at_all_is_counted_when_it_is_tried_again(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    bench.account.fault(f"PUT /pools/{name}", status=503, retry_after=0, times=30)
    with pytest.raises(GaveUp):
        made(bench, name, body)
    bench.account.unmet()
    made(bench, name, body)

    assert removed(bench, name).state is ChangeState.UNKNOWN


def test_an_answer_of_5xx_is_an_answer(bench: Bench, name: str, body: dict[str, Any]) -> None:
    bench.account.fault(f"PUT /pools/{name}", status=503, retry_after=0)
    made(bench, name, body)

    assert removed(bench, name).state is ChangeState.REMOVED


def test_within_the_hour_it_is_not_closed_and_looking_again_does_not_begin_another(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    made(bench, name, body)
    before = removed(bench, name).tried
    again = removed(bench, name, minutes=59)

    assert (again.state, again.tried) == (ChangeState.UNKNOWN, before)
    bench.run.close()
    with pytest.raises(Refused, match="is not closed yet"):
        bench.workbench.close_change(bench.id, name, bench.patience)


def test_after_the_hour_it_is_gone(bench: Bench, name: str, body: dict[str, Any]) -> None:
    held(bench, name)
    made(bench, name, body)
    removed(bench, name)

    assert removed(bench, name, minutes=61).state is ChangeState.REMOVED
    assert bench.notes()[-1] == f"pool {name} was gone already"
