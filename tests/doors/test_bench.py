"""The bench itself: an account that is as it was for every test, and waits that take no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.errors import Interrupted
from troubleshooter.model.change import POOL
from troubleshooter.operations import pools
from troubleshooter.operations.tools import wait

if TYPE_CHECKING:
    from tests.doors.account import Account
    from tests.doors.bench import Bench


def test_a_pool_is_made_and_seen(bench: Bench) -> None:
    name = f"{bench.pool}-dbg-{bench.id}"
    body = bench.account.body
    pools.ensure_pool(bench.tools, bench.ctx(), name, body)

    assert bench.account.pool(name)["state"] == "active"
    assert bench.journal() == [("intended", POOL, name), ("made", POOL, name)]
    assert bench.account.changes() == [(f"PUT ARM/pools/{name}", 200)]


def test_a_wait_takes_no_time_and_others_act_meanwhile(bench: Bench) -> None:
    bench.patience.meanwhile(bench.patience.nothing, bench.patience.set)
    with pytest.raises(Interrupted):
        wait(bench.tools, bench.ctx(), "nothing", lambda: None)

    assert bench.patience.waited == [1.0, 2.0]
    assert bench.now().minute == 0
    assert bench.now().second == 3


@pytest.mark.parametrize("_time", [1, 2])
def test_every_test_finds_the_account_as_it_was(account: Account, _time: int) -> None:
    assert [each["name"] for each in account.state()["pools"]] == [account.client.connection["pool"]]
    assert account.calls() == []
    account.make_pool("always-the-same")
    account.make_job("always-the-same", name="same")
    account.fault("GET /pools", status=500)
