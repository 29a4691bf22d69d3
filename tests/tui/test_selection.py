"""What the mouse goes over is copied by ctrl+c; nothing never takes the place of what was copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import MouseMove

from tests.tui.acts import asks, diagnoses, keeps_a_log
from tests.tui.test_forms import NEW, looked_at
from tests.tui.test_run_screen import gate
from tests.tui.walker import until
from tests.tui.worlds import OUTSIDE
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.forms_view import FormText
from troubleshooter.tui.widgets.log_view import LogView

if TYPE_CHECKING:
    import pytest
    from textual.pilot import Pilot
    from textual.widget import Widget

    from tests.tui.acts import Act
    from tests.tui.stage import Stage

ACTS: dict[str, Act] = {"collect": keeps_a_log, "diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}


async def drag(pilot: Pilot[str | None], over: Widget, start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(over, offset=start)
    await pilot._post_mouse_events([MouseMove], over, offset=end, button=1)
    await pilot.mouse_up(over, offset=end)
    await pilot.pause()


def chosen(pilot: Pilot[str | None], view: Widget, y: int) -> str:
    """What of a line is drawn as selected."""
    colour = pilot.app.screen.get_component_rich_style("screen--selection").bgcolor
    return "".join(
        piece.text for piece in view.render_line(y) if piece.style and piece.style.bgcolor == colour
    )


async def test_what_is_drawn_over_is_copied(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")  # the terminal is asked, nobody's clipboard is touched
    async with stage.opened("diagnose", ACTS) as (pilot, _run):
        await gate(pilot)
        app = pilot.app
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.focused, FindingList), "the findings")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.focused, LogView), "the file")
        view = app.screen.query_one(LogView)
        await pilot.pause()
        shown = [view.render_line(y).text for y in (1, 2)]
        await drag(pilot, view, (5, 2), (20, 3))  # below the line with the name
        assert [chosen(pilot, view, y) for y in (0, 1, 2, 3)] == ["", shown[0][5:], shown[1][:21], ""]
        await pilot.press("ctrl+c")
        await until(pilot, lambda: bool(app.clipboard), "the copy")
        assert app.clipboard == f"{shown[0][5:].rstrip()}\n{shown[1][:21].rstrip()}"
        assert any("Copied 2 lines" in note.message for note in app._notifications)
        before = app.clipboard
        app.screen.clear_selection()
        await pilot.press("ctrl+c")
        await until(
            pilot,
            lambda: any("Nothing is selected" in each.message for each in app._notifications),
            "why not",
        )
        app.copy_to_clipboard("")
        assert app.clipboard == before


def rows(view: FormText) -> list[int]:
    """Where the new value stands."""
    return [y for y in range(view.scrollable_content_region.height) if NEW in view.render_line(y).text]


async def test_the_change_can_be_drawn_over_as_well(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    async with looked_at(stage) as pilot:
        view = pilot.app.screen.query_one(FormText)
        await until(pilot, lambda: bool(rows(view)), "the change")
        at = rows(view)[0]
        start = view.render_line(at).text.index(NEW)
        below = at + view.content_region.y - view.region.y
        await drag(pilot, view, (start, below), (start + len(NEW) - 1, below))
        assert chosen(pilot, view, at) == NEW
        await pilot.press("ctrl+c")
        await until(pilot, lambda: bool(pilot.app.clipboard), "the copy")
        assert pilot.app.clipboard == NEW
