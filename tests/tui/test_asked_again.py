"""A key asks Azure about one finding once more, before anything is made and whatever was read before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.test_walks import application, environ, open_pool
from tests.tui.walker import run_state, shown_gate, until
from troubleshooter.cli import worlds
from troubleshooter.tui.widgets.finding_list import FindingList

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.simulator.server import Simulator

__all__ = ["environ"]  # a fixture that this file uses too


def told(pilot: Pilot[str | None]) -> str:
    return " ".join(f"{each.title}: {each.message}" for each in pilot.app._notifications)


@pytest.mark.usefixtures("environ")
async def test_a_finding_of_azures_is_asked_about_again(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    with application(simulator, tmp_path / "runs", "vault-rbac-denied") as (app, pool_id):
        async with app.run_test(size=(120, 40)) as pilot:
            await open_pool(pilot, pool_id)
            await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
            await pilot.press("f")
            await until(pilot, lambda: isinstance(app.screen.focused, FindingList), "the findings")
            await pilot.press("a")
            await until(pilot, lambda: "kv-403-rbac fails still" in told(pilot), "the answer")
            before = run_state(pilot)
            worlds.cure(app.world.before_answer.args[0])
            await pilot.press("a")
            await until(pilot, lambda: "kv-403-rbac passes now" in told(pilot), "the answer of now")
            assert run_state(pilot) == before, "what the run has concluded stays"
            assert before is not None
            assert before.acts == ()
