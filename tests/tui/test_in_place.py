"""The other route on the screens: offered by the plan, confirmed by the pool's name, secrets masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from tests.tui.test_walks import application, environ, open_pool
from tests.tui.walker import answer, asked_no_more, rests, shown_gate, until, walk
from troubleshooter.model.run import Question
from troubleshooter.tui.themes import DARK
from troubleshooter.tui.views.gate import GateView

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.app import ComposeResult

    from troubleshooter.simulator.server import Simulator

__all__ = ["environ"]  # a fixture that this file uses too


@pytest.mark.usefixtures("environ")
async def test_the_plan_offers_to_work_in_place(simulator: Callable[..., Simulator], tmp_path: Path) -> None:
    with application(simulator, tmp_path / "runs", "wrong-client-id") as (app, pool_id):
        async with app.run_test(size=(120, 40)) as pilot:
            await open_pool(pilot, pool_id)
            for chosen in ("look", ""):
                await until(pilot, lambda: rests(pilot), "a gate before the plan")
                before = shown_gate(pilot)
                assert before is not None
                await answer(pilot, before, chosen)
            await until(pilot, lambda: rests(pilot), "the plan")
            plan = shown_gate(pilot)
            assert plan is not None
            assert [choice.value for choice in plan.choices] == ["approve", "in-place", "stop"]
            await pilot.press("down", "enter")
            await until(pilot, lambda: asked_no_more(pilot, plan), "an end of the plan")
            state, gates = await walk(pilot)

    assert gates[:2] == ["jobs", "route"], "the plan stands with both; the name is typed last"
    assert (state.verified, state.open_changes) == (True, ())


async def test_a_secret_is_masked_while_it_is_typed() -> None:
    from textual.app import App  # noqa: PLC0415 - for this small application alone

    class Small(App[None]):
        def get_theme_variable_defaults(self) -> dict[str, str]:
            return dict(DARK.variables)

        def compose(self) -> ComposeResult:
            yield GateView(Question("secret", "plan", "password?", kept_as="PASSWORD"))
            yield GateView(Question("allow-from", "plan", "where?"))

    async with Small().run_test() as pilot:
        assert [field.password for field in pilot.app.query(Input)] == [True, False]
