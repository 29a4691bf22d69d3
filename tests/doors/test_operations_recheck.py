"""After a create the pool is read again: what differs counts once it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.errors import GaveUp
from troubleshooter.operations.recheck import add_findings, recheck
from troubleshooter.pooldef.pool_body import creatable

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.finding import Finding


def look(bench: Bench, asked: Any) -> tuple[Finding, ...]:
    bench.account.forget_calls()
    return recheck(bench.tools, bench.ctx(), bench.pool, asked)


def spoil(bench: Bench, **how: Any) -> None:
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", **how)


@pytest.fixture
def asked(bench: Bench) -> Any:
    return creatable(bench.save())


def test_what_is_as_it_was_asked_for_is_read_once(bench: Bench, asked: Any) -> None:
    assert look(bench, asked) == ()
    assert (len(bench.account.calls()), bench.notes()) == (1, [])


def test_what_differs_at_the_third_look_differs(bench: Bench, asked: Any) -> None:
    asked["properties"] |= {"vmSize": "STANDARD_D4S_V3", "displayName": "another"}
    (found,) = look(bench, asked)

    assert len(bench.account.calls()) == 3
    assert found.title == f"Azure made {bench.pool} otherwise than it was asked to"
    assert bench.notes() == [
        f"{bench.pool} differs from what was asked in /properties/displayName, /properties/vmSize"
    ]


@pytest.mark.parametrize("times", [1, 2])
def test_what_differs_in_a_read_of_old_is_none(bench: Bench, asked: Any, times: int) -> None:
    spoil(bench, drop=["displayName"], times=times)

    assert look(bench, asked) == ()
    assert len(bench.account.calls()) == times + 1


def test_until_it_can_be_read_it_is_waited_for(bench: Bench, asked: Any) -> None:
    spoil(bench, status=404, times=3)
    asked["properties"]["displayName"] = "another"

    assert len(look(bench, asked)) == 1
    assert len(bench.account.calls()) == 4


def test_what_cannot_be_read_in_a_minute_is_given_up(bench: Bench, asked: Any) -> None:
    spoil(bench, status=404, times=9999)
    with pytest.raises(GaveUp):
        look(bench, asked)

    assert bench.patience.clock() == pytest.approx(60.0)


def test_findings_are_kept_beside_those_there_are(bench: Bench, asked: Any) -> None:
    ctx = bench.ctx()
    add_findings(ctx, ())
    assert not ctx.state.diagnosed

    asked["properties"]["displayName"] = "another"
    for _ in range(2):
        add_findings(ctx, look(bench, asked))
    assert next(each.id for each in ctx.state.diagnosis.findings) == "recreate-difference"
