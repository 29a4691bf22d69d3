"""Somebody creates the original again while its deletion is waited for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from troubleshooter.operations import original
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef.mark import IN_PLACE

if TYPE_CHECKING:
    from tests.doors.bench import Bench


def met(bench: Bench, mark: bool) -> PoolChanged:
    """What is said of it; the first look after the DELETE already finds the other's."""
    account, pool = bench.account, bench.pool
    bench.surveyed()
    definition = bench.save()

    def anew() -> None:
        account.delete(pool)
        account.make_pool(pool)
        if mark:
            account.mark(pool, "0ther001", kind=IN_PLACE, stage="debug")

    bench.patience.meanwhile(anew)
    with pytest.raises(PoolChanged) as told:
        original.clear(bench.tools, bench.ctx(), "debug", definition)
    return told.value


def test_the_wait_ends_and_the_other_run_is_named(bench: Bench) -> None:
    error = met(bench, mark=True)

    assert "another stands under its id: the original on which run 0ther001 works in place" in error.why
    assert f"runs cleanup {bench.id} --close {bench.pool}" in error.do
    assert bench.patience.clock() < 60


def test_the_wait_ends_also_where_nobody_marked_it(bench: Bench) -> None:
    assert met(bench, mark=False).why == "It is gone, and another stands under its id."


def test_the_other_is_left_alone_and_the_run_can_be_closed(bench: Bench) -> None:
    met(bench, mark=True)
    etag = bench.account.etag(bench.pool)

    bench.run.close()
    bench.workbench.close_change(bench.id, bench.pool, threading.Event())
    assert bench.account.etag(bench.pool) == etag
    assert [each for each, _ in bench.account.changes() if each.startswith("DELETE")] == [
        f"DELETE /pools/{bench.pool}"
    ]
