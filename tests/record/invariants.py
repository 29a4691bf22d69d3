"""What must hold on every screen, in every state, theme and size; each function says what is broken."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.widget import Widget
from textual.widgets import Input

from tests.record.palette import Palette
from tests.record.screen_text import cells
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.remarks import Remarks
from troubleshooter.tui.widgets.step_rail import StepRail
from troubleshooter.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App
    from textual.geometry import Region
    from textual.pilot import Pilot

PLAIN_EDGES = " │▕▏|▁▂▃▄▅▆▇█▔"
"""What may stand in the last column of something that scrolls, beside the mark of a cut."""


async def broken(pilot: Pilot[Any]) -> list[str]:
    """Everything that does not hold now, in words."""
    app = pilot.app
    checks = (cut_below, pushed_out, cut_at_the_side, overlapping, question_without_notes, cursor_unseen)
    found = [text for check in checks for text in check(app)]
    return [*found, *await focus_unseen(pilot)]


def cut_below(app: App[Any]) -> Iterator[str]:
    """Text that its widget has no lines for, where nothing scrolls to it."""
    for widget, region, clip in _drawn(app):
        # A bar may stand a moment longer than what it scrolls; its "lines" are its thumb, never text.
        if isinstance(widget, ScrollView | Input | ScrollBar) or not region.area or _scrolls(widget):
            continue
        size = widget.content_size
        needed = widget.get_content_height(size, size, size.width) if size.width else 0
        hidden = region.height - region.intersection(clip).height
        if needed > size.height:
            yield f"{_name(widget)} shows {size.height} of {needed} lines"
        elif hidden:
            yield f"{_name(widget)} has {hidden} of {region.height} lines outside the screen"


def pushed_out(app: App[Any]) -> Iterator[str]:
    """Lines wider than their widget counted on: they break, and push out its last ones."""
    for widget, region, _clip in _drawn(app):
        size, shown = widget.content_size, widget.render()
        if not isinstance(shown, Content) or not size.width or not region.area:
            continue
        asked, drawn = size.height, len(shown.wrap(size.width))
        if widget.styles.is_auto_height and drawn > asked:
            yield f"{_name(widget)} has {asked} lines and draws {drawn}: one is too wide"


def cut_at_the_side(app: App[Any]) -> Iterator[str]:
    """Text that runs out of what scrolls, without the mark of a cut."""
    rows, allowed = cells(app, Palette(app)), PLAIN_EDGES + glyphs.of(app.screen).cut
    for widget, region, clip in _drawn(app):
        if isinstance(widget, ScrollView) and not isinstance(widget, Input):
            seen = widget.scrollable_content_region.intersection(region.intersection(clip))
            edge = [rows[y][seen.right - 1].text for y in range(seen.y, seen.bottom)] if seen.area else []
            if over := sum(text not in allowed for text in edge):
                yield f"{_name(widget)} has {over} lines that run to its edge without a mark"


def overlapping(app: App[Any]) -> Iterator[str]:
    """Two widgets of one parent and one layer that want the same cells."""
    drawn = [(widget, region.intersection(clip)) for widget, region, clip in _drawn(app, leaves=False)]
    for (one, here), (other, there) in combinations(drawn, 2):
        if one.parent is other.parent and one.layer == other.layer and here.intersection(there).area:
            yield f"{_name(one)} and {_name(other)} overlap"


def question_without_notes(app: App[Any]) -> Iterator[str]:
    """A question whose notes have no line on the screen."""
    for gate in app.screen.query(GateView):
        for notes in gate.query("#gate-notes").results(Remarks):
            place = app.screen.find_widget(notes) if notes in app.screen._compositor.visible_widgets else None
            if notes.remarks and (place is None or not place.region.intersection(place.clip).area):
                yield f"the notes of the question {gate.question.gate} have no line on the screen"


def cursor_unseen(app: App[Any]) -> Iterator[str]:
    """What is walked row by row, and whose row is not on the screen."""
    focused = app.screen.focused
    if isinstance(focused, Table) and focused.key is not None:
        row, rows = focused.cursor, focused.scrollable_content_region.height - 1
    elif isinstance(focused, LogView):
        row, rows = focused.cursor, focused.scrollable_content_region.height
    else:
        return
    if not 0 <= row - focused.scroll_offset.y < rows:
        yield f"the row that {_name(focused)} stands on is not on the screen"


async def focus_unseen(pilot: Pilot[Any]) -> list[str]:
    """Something has the focus, where something can, and looks other than without it."""
    screen = pilot.app.screen
    focused = screen.focused
    if focused is None:
        # The rail is walked by choice alone: while a step works there is nothing else to stand on.
        able = [widget for widget in screen.focus_chain if not isinstance(widget, StepRail)]
        return [f"nothing has the focus, and {_name(able[0])} could"] if able else []
    place = {widget: region.intersection(clip) for widget, region, clip in _drawn(pilot.app, leaves=False)}
    seen = place.get(focused)
    if not seen or not seen.area:
        return [f"{_name(focused)} has the focus, and is not on the screen"]
    if isinstance(focused, Input):
        focused.select_on_focus = False
    with_it = _inside(pilot.app, seen)
    screen.set_focus(None)
    await pilot.pause()
    without_it = _inside(pilot.app, seen)
    screen.set_focus(focused, scroll_visible=False)
    await pilot.pause()
    return [] if with_it != without_it else [f"{_name(focused)} looks the same with and without the focus"]


def _inside(app: App[Any], region: Region) -> list[Any]:
    rows = cells(app, Palette(app))
    return [rows[y][region.x : region.right] for y in range(region.y, region.bottom)]


def _drawn(app: App[Any], *, leaves: bool = True) -> Iterator[tuple[Widget, Region, Region]]:
    for widget, (region, clip) in app.screen._compositor.visible_widgets.items():
        if widget is not app.screen and not (leaves and widget.displayed_children):
            yield widget, region, clip


def _scrolls(widget: Widget) -> bool:
    return any(isinstance(each, Widget) and each.allow_vertical_scroll for each in widget.ancestors_with_self)


def _name(widget: Widget) -> str:
    return f"{type(widget).__name__}{'#' + widget.id if widget.id else ''}"
