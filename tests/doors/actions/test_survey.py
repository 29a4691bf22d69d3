"""The survey of a pool that still shows the error of a resize which is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doors.bench import Bench
from troubleshooter.actions.survey import survey
from troubleshooter.simulator.world.pool import ResizeError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doors.account import Account

TIMED_OUT = ResizeError("AllocationTimedout", "the resize timeout was reached")


def found(
    account: Account, home: Path, there: int, wanted: int, *, by_formula: bool = False
) -> dict[str, str]:
    """What the survey says of a pool that has so many nodes and wants so many: id and severity of each."""
    pool = account.make_pool(nodes=there)
    account.keep_resize_error(pool, TIMED_OUT, wanted, by_formula=by_formula)
    bench = Bench(account, home, pool, limit_seconds=20.0)
    survey(bench.tools, bench.ctx("survey"))
    diagnosis = bench.run.state.likely
    bench.close()
    assert diagnosis is not None
    return {one.id: str(one.severity) for one in diagnosis.findings if one.id.startswith("batch-resize")}


@pytest.mark.parametrize("nodes", [0, 1])
def test_an_old_error_of_a_pool_that_has_its_size_is_none_of_now(
    account: Account, tmp_path: Path, nodes: int
) -> None:
    assert found(account, tmp_path, nodes, nodes) == {"batch-resize-error-past": "info"}


def test_an_error_of_a_pool_that_lacks_nodes_is_one_of_now(account: Account, tmp_path: Path) -> None:
    assert found(account, tmp_path, 1, 3) == {"batch-resize-timeout": "error"}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [(0, {"batch-resize-error-past": "info"}), (2, {"batch-resize-timeout": "error"})],
)
def test_of_a_pool_by_formula_its_last_resize_says_what_it_wanted(
    account: Account, tmp_path: Path, wanted: int, told: dict[str, str]
) -> None:
    assert found(account, tmp_path, 0, wanted, by_formula=True) == told
