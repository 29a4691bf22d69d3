"""Every y copies to the best clipboard there is, and says which: the system's, else the terminal's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import asks, diagnoses, keeps_a_log
from tests.tui.test_answer import FOUND, skips
from tests.tui.test_run_screen import gate
from tests.tui.walker import until
from tests.tui.worlds import DIAGNOSIS, LOG_TEXT, OUTSIDE, STEPS
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.ticket import run_ticket
from troubleshooter.tui.screens.evidence import EvidenceScreen
from troubleshooter.tui.screens.explain import ExplainScreen
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.views.end import EndView
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome

ACTS: dict[str, Act] = {"collect": keeps_a_log, "diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}


async def copied(pilot: Pilot[str | None], told: str, key: str = "y") -> None:
    await pilot.press(key)
    notes = pilot.app._notifications
    await until(pilot, lambda: any(note.message == told for note in notes), told)


@pytest.mark.parametrize("over_ssh", [False, True], ids=["system", "terminal"])
async def test_each_place_copies_what_it_names(
    stage: Stage, pasted: Callable[[], str], monkeypatch: pytest.MonkeyPatch, *, over_ssh: bool
) -> None:
    where = "to the clipboard"
    if over_ssh:
        monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
        where = "through the terminal (OSC 52), if it allows that"
    async with stage.opened("diagnose", ACTS) as (pilot, run):
        app = pilot.app

        def now() -> str:
            return app.clipboard if over_ssh else pasted()

        await gate(pilot)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.focused, FindingList), "the findings")
        await pilot.press("down")
        await copied(pilot, f"Copied the command {where}.")
        assert now() == next(iter(DIAGNOSIS.findings[0].fixes[0].commands.values()))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, LogView), "the file")
        await copied(pilot, f"Copied the line {where}.")
        assert now() == app.screen.query_one(LogView).line
        assert now() in LOG_TEXT.decode()
        await pilot.press("escape", "e")
        await until(pilot, lambda: isinstance(app.screen, ExplainScreen), "the explanation")
        await copied(pilot, f"Copied the address {where}.")
        assert now() == STEPS[5].source
        await pilot.press("escape", "r")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen), "the report")
        await copied(pilot, f"Copied the report as Markdown {where}.")
        assert now() == run_markdown(run.state)
        await copied(pilot, f"Copied the ticket {where}.", "Y")
        assert now() == run_ticket(run.state)
        assert bool(app.clipboard) is over_ssh


async def test_the_end_copies_the_first_command_of_what_to_do(
    stage: Stage, pasted: Callable[[], str]
) -> None:
    def chooses_nothing(ctx: StepContext) -> StepOutcome:
        ctx.verified(verified=False, because="the change outside the pool was not made")
        return skips(ctx)

    acts = {**FOUND, "choose-fix": chooses_nothing, "verify": skips, "apply": skips}
    async with stage.opened("diagnose", acts) as (pilot, run):
        await until(pilot, lambda: isinstance(pilot.app.focused, EndView), "the end")
        form, text = pilot.app.screen.query_one(EndView)._commands[0]
        await copied(pilot, f"Copied the {form} command to the clipboard.")
        assert pasted() == text
        assert run.state.current is None


async def test_what_the_mouse_drew_over_goes_to_the_same_clipboard(
    stage: Stage, pasted: Callable[[], str]
) -> None:
    async with stage.opened("diagnose", ACTS) as (pilot, _run):
        await gate(pilot)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        assert EvidenceScreen not in map(type, pilot.app.screen_stack)
        pilot.app.screen.query_one(FindingList).text_select_all()
        await pilot.press("ctrl+c")
        notes = pilot.app._notifications
        await until(pilot, lambda: any("to the clipboard." in each.message for each in notes), "the copy")
        assert DIAGNOSIS.findings[0].title in pasted()
        assert pilot.app.clipboard == ""
