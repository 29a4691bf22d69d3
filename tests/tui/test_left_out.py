"""Why something was left out of a collection is read whole, at any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import asks, keeps_a_log
from tests.tui.stage import NARROW, WIDE
from tests.tui.test_answer import rested
from tests.tui.test_run_screen import gate
from tests.tui.walker import until
from tests.tui.worlds import NODES, OUTSIDE
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.handover import Collected
from troubleshooter.tui.views.files import FilesView
from troubleshooter.tui.widgets.event_list import EventList
from troubleshooter.tui.widgets.remarks import Remarks

if TYPE_CHECKING:
    from tests.tui.acts import Act
    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext

FILE = "/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service_2025-01-01_00-00-00.0.log"
WHY = "it holds a private key, which is never read into a collection."


def leaves_out(ctx: StepContext) -> StepOutcome:
    keeps_a_log(ctx)
    ctx.note(f"{NODES[0]}: {FILE}: {WHY}")
    left_out = tuple(f"{node}: {FILE}: {WHY}" for node in NODES)
    return StepOutcome("1 file from 2 of 2 nodes", output=Collected(left_out=left_out))


ACTS: dict[str, Act] = {"collect": leaves_out, "choose-fix": asks(OUTSIDE)}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
async def test_the_reason_stands_whole_below_the_files_and_among_the_events(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with stage.opened("collect", ACTS, size=size) as (pilot, _run):
        await gate(pilot)
        await pilot.press("[", "[")
        await until(pilot, lambda: bool(pilot.app.screen.query(FilesView)), "the files")
        await rested(pilot, "left out", "4 files on 4 nodes")
        told = "".join(pilot.app.screen.query_one(FilesView).query_one(Remarks).render().plain.split())
        events = pilot.app.screen.query_one(EventList)
        assert WHY in " ".join(events.render().plain.split())
        assert "".join(f"{WHY} {FILE}".split()) in told
