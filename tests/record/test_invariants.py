"""Each invariant falls where it is broken, and holds where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.containers import VerticalScroll
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Input, Static

from tests.record import invariants
from troubleshooter.model.run import Choice, Question
from troubleshooter.tui.themes import DARK
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.widgets.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.widget import Widget


class Lines(ScrollView, can_focus=True):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(self._text, Style())])


class Unmarked(Static, can_focus=True):
    pass


THREE = "one\ntwo\nthree"
CHOICES = (Choice("approve", "create"), Choice("stop", "stop"))
ASKED = Question("plan", "plan", "Create it?", CHOICES, plan={"notes": ["a note"]})


class Shown(App[None]):
    """Widgets below each other, or wherever the style given puts them."""

    def __init__(self, css: str, make: Callable[[], Iterable[Widget]]) -> None:
        self.CSS = css  # type: ignore[misc]  # read once, when it starts
        super().__init__()
        self._make = make

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK.variables

    def compose(self) -> ComposeResult:
        yield from self._make()


async def told(
    css: str,
    make: Callable[[], Iterable[Widget]],
    size: tuple[int, int] = (40, 10),
    *,
    focus: str = "*",
) -> list[str]:
    app = Shown(css, make)
    app.AUTO_FOCUS = focus  # type: ignore[misc]  # read once, when its screen comes
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        return await invariants.broken(pilot)


async def test_nothing_is_broken_where_all_is_well() -> None:
    assert await told("Static { height: auto; }", lambda: [Static(THREE), Input("x")]) == []


async def test_lines_that_have_no_room_are_told() -> None:
    found = await told("#a { height: 2; }", lambda: [Static(THREE, id="a"), Input()])
    assert found == ["Static#a shows 2 of 3 lines"]


async def test_lines_that_can_be_scrolled_to_are_not() -> None:
    css = "VerticalScroll { height: 2; } Static { height: auto; }"
    assert await told(css, lambda: [Input(), VerticalScroll(Static(THREE))]) == []


async def test_lines_below_the_screen_are_told() -> None:
    css = "Screen { overflow: hidden; } #a { height: 6; }"
    found = await told(css, lambda: [Input(), Static(THREE, id="a")], (40, 6))
    assert found == ["Static#a has 3 of 6 lines outside the screen"]


async def test_what_lies_over_its_neighbour_is_told() -> None:
    found = await told("#b { offset: 0 -1; }", lambda: [Input(), Static("a", id="a"), Static("b", id="b")])
    assert {"Static#a", "Static#b"} <= set(" ".join(found).split())
    assert "overlap" in found[0]


async def test_a_focus_that_cannot_be_seen_is_told() -> None:
    assert await told("", lambda: [Static("a")]) == []
    found = await told("", lambda: [Input(id="a")], focus="")
    assert found == ["nothing has the focus, and Input#a could"]
    found = await told("", lambda: [Unmarked("text")])
    assert found == ["Unmarked looks the same with and without the focus"]


async def test_a_question_without_its_notes_is_told() -> None:
    nothing = "the notes of the question plan have no line on the screen"
    assert nothing in await told("#gate-plan { display: none; }", lambda: [GateView(ASKED)])
    assert nothing not in await told("", lambda: [GateView(ASKED)], (60, 20))


async def test_a_line_that_runs_out_of_what_scrolls_is_told() -> None:
    css = "Lines { height: 1; }"
    found = await told(css, lambda: [Lines("x" * 40)])
    assert "Lines has 1 lines that run to its edge without a mark" in found
    found = await told(css, lambda: [Lines("x" * 39 + "…")])
    assert not [what for what in found if "edge" in what]


class Unwalked(Table):
    """Scrolls away from its row."""

    def on_mount(self) -> None:
        self.show(tuple(Row(str(number), (Cell("x"),)) for number in range(30)))
        self.cursor = 20
        self.scroll_to(y=0, animate=False)

    def _keep_visible(self) -> None:
        pass


async def test_a_row_that_is_stood_on_out_of_sight_is_told() -> None:
    found = await told("", lambda: [Unwalked(Column("x", 5))])
    assert "the row that Unwalked stands on is not on the screen" in found
