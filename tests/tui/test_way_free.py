"""On the screen, where nodes without the extension find nothing in their way: it is free, and that is all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.tui.test_pools import shown
from tests.tui.test_walks import application, environ, open_pool
from tests.tui.walker import answer, rests, run_state, shown_gate, until
from troubleshooter.engine.outcome import exit_code
from troubleshooter.tui.screens.report import ReportScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.simulator.server import Simulator

__all__ = ["environ"]  # a fixture

CLAIMS = re.compile(r"\b(?:proven|proves|proved|verified)\b", re.IGNORECASE)


@pytest.mark.usefixtures("environ")
@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_way_is_free_and_no_screen_speaks_of_a_proof(
    simulator: Callable[..., Simulator], tmp_path: Path, size: tuple[int, int]
) -> None:
    gates: dict[str, str] = {}
    with application(simulator, tmp_path / "runs", "v4-way-free") as (app, pool_id):
        async with app.run_test(size=size) as pilot:
            await open_pool(pilot, pool_id)
            while True:
                await until(pilot, lambda: rests(pilot), "a gate or the end")
                question = shown_gate(pilot)
                if question is None:
                    break
                gates[question.gate] = shown(pilot)
                await answer(pilot, question)
            state = run_state(pilot)
            assert state is not None
            ended = shown(pilot)
            await pilot.press("r")
            await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen), "the report")
            await until(pilot, lambda: "way is free" in shown(pilot), "its text")
            report = shown(pilot)

    assert list(gates) == ["extension", "allow-from", "plan", "clean-up"]
    assert "has no requireInitialSync" in gates["extension"]
    assert "leave the extension out" in gates["extension"]
    for screen in (gates["clean-up"], ended, report):
        assert "the way is free" in screen.lower()
        assert CLAIMS.findall(screen) == []
    assert (state.verified, int(exit_code(state))) == (False, 3)
