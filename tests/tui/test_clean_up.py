"""What a case left in Azure is removed from the list of runs: asked first, then told as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from tests.contract.client import Client
from tests.tui.test_walks import application, environ, open_pool
from tests.tui.walker import answer, rests, run_state, shown_gate, until
from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.clean_up import CleanUpScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.simulator.server import Simulator

__all__ = ["environ"]  # a fixture that this file uses too


async def left_behind(pilot: Pilot[str | None], pool_id: str) -> None:
    """Walk until the debug pool is there, then leave the run for the list of runs."""

    def made() -> bool:
        state = run_state(pilot)
        return state is not None and state.step("recreate").state is StepState.DONE

    await open_pool(pilot, pool_id)
    while not made():
        await until(pilot, lambda: made() or rests(pilot), "a gate, or the debug pool")
        if question := shown_gate(pilot):
            await answer(pilot, question, "look" if question.gate == "next" else "")
    await pilot.press("q")
    await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
    bar = pilot.app.screen.query_one(KeyBar)
    await until(pilot, lambda: "x clean up" in bar.render().plain, "the run with what it left")


@pytest.mark.usefixtures("environ")
async def test_what_is_left_in_azure_is_removed_after_asking(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    azure = simulator("vault-rbac-denied")

    def pools() -> int:
        return len(Client(azure.connection).control("GET", "/state")["pools"])

    with application(lambda _: azure, tmp_path / "runs", "vault-rbac-denied") as (app, pool_id):
        async with app.run_test(size=(120, 40)) as pilot:
            await left_behind(pilot, pool_id)
            assert pools() == 2
            await pilot.press("x")
            await until(pilot, lambda: isinstance(app.screen, CleanUpScreen), "the box")
            await until(pilot, lambda: app.focused is not None, "the box that hears")
            assert app.focused is not None
            assert app.focused.id == "cancel"
            title = app.screen.query_one("#clean-up-title", Static)
            await pilot.press("y")
            await until(pilot, lambda: "Nothing is left" in str(title.render()), "the receipt")
            assert pools() == 1
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the runs")
            await until(pilot, lambda: not app.screen.runs[0].open_changes, "the run without them")
