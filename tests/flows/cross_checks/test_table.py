"""Each cross-check where it fails, where it passes, nearly, and where a right is missing; `-s` prints it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.flows.cross_checks.table import TABLE
from tests.flows.test_check import checked
from troubleshooter.checks import ROWS
from troubleshooter.errors import TroubleshooterError
from troubleshooter.model.finding import Verdict
from troubleshooter.model.handover import CrossChecked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.cross_checks.world import World
    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

FEW = ("kv-403-rbac", "kv-403-firewall")
"""Tried on every change; the others in the slow tests."""


def worlds(row_id: str) -> list[tuple[str, World]]:
    row = TABLE[row_id]
    nearly = [("nearly", world) for world in row.nearly]
    return [("fails", row.fails), ("passes", row.passes), *nearly, ("unseen", row.unseen)]


def seen(row_id: str, inside: Inside) -> tuple[Verdict | None, str]:
    """The verdict with what stands behind it; of a pool that may not be read the error of the survey.

    Where the survey ends at the data plane, the check is asked by itself: it needs ARM alone.
    """
    state = checked(inside)
    crossed = state.of(CrossChecked)
    if crossed is None:
        error = state.step("survey").error
        try:
            check = inside.bench.ask_again(state.id, row_id, threading.Event())
        except TroubleshooterError:
            return None, f"{error.what} {error.why} {error.do}" if error else "nothing was looked at"
        return check.verdict, check.because or check.missing
    (check,) = [one for one in crossed.checks if one.id == row_id]
    return check.verdict, check.because or check.missing


def test_every_check_has_its_worlds() -> None:
    assert list(TABLE) == [row.id for row in ROWS]
    assert [name for name, row in TABLE.items() if row.fails.verdict is not Verdict.FAIL] == []
    assert [name for name, row in TABLE.items() if row.passes.verdict is not Verdict.PASS] == []
    assert [name for name, row in TABLE.items() if not row.nearly or not row.unseen.role] == []
    assert {row.unseen.verdict for row in TABLE.values()} == {Verdict.UNKNOWN, None}


@pytest.mark.parametrize(
    "row_id", [pytest.param(each, marks=() if each in FEW else pytest.mark.slow) for each in TABLE]
)
def test_each_check_comes_to_what_is_so(
    row_id: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    came, wanted = {}, {}
    for column, world in worlds(row_id):
        opened = inside(simulator((world.scene(),)))
        verdict, said = seen(row_id, opened)
        opened.bench.close()
        name = world.scenario.name
        print(f"{row_id:30} {column:7} {name:38} {verdict or 'refused':15} {said[:150]}")
        came[column, name] = (verdict, world.role if world.role in said else said)
        wanted[column, name] = (world.verdict, world.role)

    assert came == wanted
