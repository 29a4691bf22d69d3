"""A proof on the screen: what matched is shown and stands out, however far to the right it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, Static

from tests.tui.test_run_screen import keys
from tests.tui.walker import until
from tests.unit.analyse.sources import log
from tests.unit.analyse.test_proof import SENTENCE, refusal
from troubleshooter.tui.screens.look import LookScreen
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.line_pane import LinePane
from troubleshooter.tui.widgets.log_view import LogView

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.widget import Widget

    from tests.tui.stage import Stage

SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]


def underlined(widget: Widget) -> str:
    """What stands out on it, wherever its lines break."""
    lines = [widget.render_line(y) for y in range(widget.size.height)]
    return "".join(one.text for line in lines for one in line if one.style and one.style.underline)


async def looked_at(pilot: Pilot[str | None], folder: Path) -> None:
    await pilot.press("l")
    await until(pilot, lambda: isinstance(pilot.app.screen, LookScreen), "the screen for files")
    pilot.app.screen.query_one("#look-path", Input).value = str(folder)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")


async def opened(pilot: Pilot[str | None]) -> LinePane:
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(pilot.app.focused, LogView), "the proof")
    pane = pilot.app.screen.query_one(LinePane)
    await until(pilot, lambda: pane.told.text != "", "the line")
    await pilot.pause()
    return pane


@pytest.mark.parametrize("size", SIZES)
async def test_sentence_and_code_stand_out_in_list_and_pane(
    stage: Stage, tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "akvvm_service.log").write_text(log("one", refusal(), "three"))
    async with stage.application().run_test(size=size) as pilot:
        await looked_at(pilot, tmp_path)
        listed = underlined(pilot.app.screen.query_one(FindingList))
        pane = await opened(pilot)
        assert "ForbiddenByRbac" in underlined(pane).replace("…", "")
        assert SENTENCE.replace(" ", "") in underlined(pane).replace(" ", "")
        assert pane.outer_size.height <= size[1] // 2
        if size[1] > 16:  # lower, the proof is below the edge of the list
            assert "ForbiddenByRbac" in listed


async def test_what_stands_beyond_a_drawn_line_is_shown_all_the_same(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "akvvm_service.log").write_text(log(refusal(between=200)))
    async with stage.application().run_test(size=(80, 24)) as pilot:
        await looked_at(pilot, tmp_path)
        pane = await opened(pilot)
        assert "ForbiddenByRbac" in underlined(pane)
        assert "…" in pane.told.text


async def test_a_proof_says_where_the_next_one_is(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "akvvm_service.log").write_text(log(refusal(), "between", refusal()))
    async with stage.application().run_test(size=(80, 24)) as pilot:
        await looked_at(pilot, tmp_path)
        await opened(pilot)
        head = pilot.app.screen.query_one("#evidence-head", Static)
        assert "proof 1 of 2" in str(head.content)
        assert "n next: akvvm_service.log:3" in str(head.content)


async def test_a_way_to_the_next_is_offered_where_there_is_one(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "akvvm_service.log").write_text(log("short", refusal(), "short again"))
    async with stage.application().run_test(size=(120, 40)) as pilot:
        await looked_at(pilot, tmp_path)
        await opened(pilot)
        await until(pilot, lambda: "esc back" in keys(pilot), "the keys")
        assert "n next" not in keys(pilot)
        await pilot.press("slash", *"short", "enter")
        await until(pilot, lambda: "n next" in keys(pilot), "the way to the next match")


async def test_the_pane_grows_with_its_line_and_keeps_its_place(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "akvvm_service.log").write_text(log("short", refusal(), "short again"))
    async with stage.application().run_test(size=(120, 40)) as pilot:
        await looked_at(pilot, tmp_path)
        pane = await opened(pilot)
        grown = pane.size.height
        assert grown > 4
        await pilot.press("down")
        await pilot.pause()
        assert pane.told.text.endswith("short again")
        assert pane.told.marks == ()
        assert pane.size.height == grown
