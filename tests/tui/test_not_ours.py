"""On screen, too, a pool without the Key Vault extension is answered, and nothing is asked or planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.test_walks import application, environ, open_pool
from tests.tui.walker import until, walk
from troubleshooter.report.summary import end

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.simulator.server import Simulator

__all__ = ["environ"]  # a fixture that this file uses too


@pytest.mark.usefixtures("environ")
async def test_another_extensions_failure_is_on_the_screen(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    with application(simulator, tmp_path / "runs", "monitor-agent-failed") as (app, pool_id):
        async with app.run_test(size=(120, 40)) as pilot:
            await open_pool(pilot, pool_id)
            state, gates = await walk(pilot)
            await until(pilot, lambda: "AzureMonitorLinuxAgent" in drawn(pilot), "the cause")
            shown = drawn(pilot)

    assert gates == []
    assert "Not the Key Vault extension" in shown
    assert end(state).found.finding is not None
    assert not state.acts


def drawn(pilot: Pilot[str | None]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return " ".join(" ".join(strip.text.strip(" │") for strip in strips).split())
