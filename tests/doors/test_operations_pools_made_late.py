"""A request to make a pool that nobody answered, carried out when that pool has been removed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import GaveUp, Refused
from troubleshooter.model.change import OUTSTANDING, POOL, ChangeState
from troubleshooter.model.event import EventKind
from troubleshooter.operations import pools
from troubleshooter.operations.removal import remove_all
from troubleshooter.report.json_report import changes_json
from troubleshooter.report.text import still_open

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


def removed(bench: Bench, name: str) -> Change:
    pools.remove_pool(bench.tools, bench.ctx("clean-up"), name)
    change = bench.change(POOL, name)
    assert change is not None
    assert change.state is ChangeState.REMOVED
    return change


def verbs(bench: Bench) -> list[str]:
    return [act.verb.value for act in bench.ctx().state.acts]


def test_where_a_second_request_made_it_the_first_may_still_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    made(bench, name, body)

    assert removed(bench, name).may_come_again
    assert changes_json(bench.ctx().state)["may_come_again"] == [{"kind": POOL, "id": name}]
    assert list(still_open(bench.ctx().state)) == [
        f"▲ Removed, and may come again: pool {name}",
        "  A request to make it got no answer. Another one made it, and it was removed.",
        f"  Look for it later with: troubleshooter runs cleanup {bench.id}",
    ]
    assert bench.ctx().state.open_changes == ()


def test_clean_up_finds_what_came_late_removes_it_and_nothing_more_may_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    made(bench, name, body)
    removed(bench, name)
    assert bench.account.release() == [200]
    assert bench.account.pool(name) is not None
    remove_all(bench.tools, bench.ctx("clean-up"))

    assert bench.account.pool(name) is None
    assert verbs(bench) == ["created", "removed"] * 2
    assert "may_come_again" not in changes_json(bench.ctx().state)
    assert list(still_open(bench.ctx().state)) == []


def test_what_has_not_come_by_then_may_come_later_and_nothing_is_written_of_it(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    made(bench, name, body)
    removed(bench, name)
    before = bench.journal()
    bench.account.forget_calls()
    remove_all(bench.tools, bench.ctx("clean-up"))

    assert (bench.journal(), bench.account.changes()) == (before, [])
    assert bench.notes()[-1] == f"pool {name} was looked for once more, and has not come"
    assert removed(bench, name).may_come_again


def test_a_strangers_pool_of_that_name_is_left(bench: Bench, name: str, body: dict[str, Any]) -> None:
    held(bench, name)
    made(bench, name, body)
    removed(bench, name)
    bench.account.make_pool(name)
    with pytest.raises(Refused, match="was not created by this run"):
        remove_all(bench.tools, bench.ctx("clean-up"))

    assert bench.account.pool(name) is not None


def test_where_the_first_request_made_it_nothing_more_may_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    """Its answer was lost, and the second met the pool."""
    bench.account.fault(f"PUT /pools/{name}", after_effect=True, reset=True)
    made(bench, name, body)

    assert not removed(bench, name).may_come_again


def test_of_two_without_an_answer_one_made_it_and_one_may_still_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    bench.account.fault(f"PUT /pools/{name}", after_effect=True, reset=True)
    made(bench, name, body)

    assert removed(bench, name).outstanding == 1


def test_one_that_nobody_answered_at_all_is_counted_when_it_is_tried_again(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    held(bench, name)
    bench.account.fault(f"PUT /pools/{name}", status=503, retry_after=0, times=30)
    with pytest.raises(GaveUp):
        made(bench, name, body)
    bench.account.unmet()
    made(bench, name, body)

    assert removed(bench, name).may_come_again


def test_an_answer_of_5xx_is_an_answer(bench: Bench, name: str, body: dict[str, Any]) -> None:
    bench.account.fault(f"PUT /pools/{name}", status=503, retry_after=0)
    made(bench, name, body)

    assert not removed(bench, name).may_come_again


# How many may still come


def known(bench: Bench, name: str, outstanding: int, *more: EventKind) -> None:
    """An earlier step left so many requests without an answer."""
    bench.wrote(EventKind.CHANGE_INTENDED, POOL, name)
    for event in more or (EventKind.CHANGE_UNKNOWN,):
        bench.wrote(event, POOL, name, outstanding=outstanding)


def told(bench: Bench) -> Any:
    """What is written at last of how many may still come."""
    return bench.details()[-1].get(OUTSTANDING, "nothing")


def test_of_those_that_may_have_made_it_one_did(bench: Bench, name: str, body: dict[str, Any]) -> None:
    known(bench, name, 4)
    bench.account.put(name, body)
    made(bench, name, body)

    assert told(bench) == 3


def test_so_it_is_where_it_is_found_when_it_is_to_be_removed(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    known(bench, name, 4)
    bench.account.put(name, body)
    removed(bench, name)

    assert [detail.get(OUTSTANDING) for detail in bench.details()] == [None, 4, 3, None, None]


def test_of_three_that_met_the_fourth_one_made_it(bench: Bench, name: str, body: dict[str, Any]) -> None:
    held(bench, name)
    held(bench, name)
    bench.account.fault(f"PUT /pools/{name}", after_effect=True, reset=True)
    made(bench, name, body)

    assert told(bench) == 2


def test_beside_the_one_that_was_answered_all_may_still_come(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    known(bench, name, 3)
    held(bench, name)
    held(bench, name)
    made(bench, name, body)

    assert told(bench) == 5


def test_what_nobody_answers_is_added_to_what_nobody_answered(
    bench: Bench, name: str, body: dict[str, Any]
) -> None:
    known(bench, name, 3)
    bench.account.fault(f"PUT /pools/{name}", hold="reset", times=30)
    with pytest.raises(GaveUp):
        made(bench, name, body)

    assert told(bench) == 3 + 6


def test_of_one_that_is_at_its_end_nothing_is_counted(bench: Bench, name: str, body: dict[str, Any]) -> None:
    known(bench, name, 3, EventKind.CHANGE_UNKNOWN, EventKind.CHANGE_CLOSED)
    made(bench, name, body)

    assert told(bench) == 0, "written, since it was 3"


def test_where_all_were_answered_nothing_is_told(bench: Bench, name: str, body: dict[str, Any]) -> None:
    bench.account.put(name, body)
    bench.account.fault(f"PUT /pools/{name}", status=409)
    made(bench, name, body)

    assert told(bench) == "nothing"
