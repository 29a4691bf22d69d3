"""A request to make a pool that nobody answered, carried out when that pool has been removed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import GaveUp, Refused
from troubleshooter.model.change import POOL, ChangeState
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
