"""The stage of the run screen: what comes while its view changes reaches no view that is going."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.tui.acts import waits
from tests.tui.walker import until
from tests.tui.worlds import waiting
from troubleshooter.model.step import StepState
from troubleshooter.tui.views.step_pane import StepPane
from troubleshooter.tui.views.wait import WaitView

if TYPE_CHECKING:
    from tests.tui.stage import Stage


async def test_a_view_that_is_going_is_told_nothing_more(stage: Stage) -> None:
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits(waiting())}) as (pilot, _run):
        pane = pilot.app.screen.query_one(StepPane)
        await until(pilot, lambda: isinstance(pane.view, WaitView), "the wait")
        now = pane._now
        assert now is not None
        over = replace(now, record=replace(now.record, state=StepState.DONE), waiting=None)
        for number in range(200):
            pane.show(replace(over, waiting=now.waiting if number % 2 else None))
            await asyncio.sleep(0)
        await until(pilot, lambda: pane.view is not None and not isinstance(pane.view, WaitView), "the next")
