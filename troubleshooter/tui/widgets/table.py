"""A table that never wraps and never jumps: columns go by importance, rows keep their place."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.selectable import SelectableLines
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.strip import Strip

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    width: int
    """Cells; a flexible column has at least these."""
    importance: int = 9
    """The least important column goes first."""
    wish: int = 0
    """Cells it would like, once every column has its width."""
    flexible: bool = False
    """Takes what is left; one per table."""
    name: bool = False
    """Cut in the middle instead of at the end."""


class Cell(NamedTuple):
    text: str
    style: str = ""


class Row(NamedTuple):
    key: str
    cells: tuple[Cell, ...]


def layout(columns: Sequence[Column], width: int) -> list[tuple[int, int]]:
    """Which columns are shown, by index, and how wide each is."""
    shown = list(range(len(columns)))
    while len(shown) > 1 and _needed(columns, shown) > width:
        shown.remove(min(shown, key=lambda index: (columns[index].importance, -index)))
    spare = max(0, width - _needed(columns, shown))
    sizes = {index: columns[index].width for index in shown}
    for index in sorted(shown, key=lambda index: -columns[index].importance):
        more = min(spare, max(0, columns[index].wish - sizes[index]))
        sizes[index] += more
        spare -= more
    return [(index, size + (spare if columns[index].flexible else 0)) for index, size in sizes.items()]


def _needed(columns: Sequence[Column], shown: Sequence[int]) -> int:
    return sum(columns[index].width for index in shown) + _GAP * (len(shown) - 1)


class Table(SelectableLines, ScrollView, can_focus=True):
    DEFAULT_CSS = """
    Table {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="The row above", id="table.up"),
        Binding("down,j", "move(1)", "Down", show=False, tooltip="The row below", id="table.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, tooltip="A page up", id="table.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, tooltip="A page down", id="table.page-down"),
        Binding("home,g", "move(-1000000)", "First", show=False, tooltip="The first row", id="table.first"),
        Binding("end,G", "move(1000000)", "Last", show=False, tooltip="The last row", id="table.last"),
        Binding("enter", "open", "Open", show=False, tooltip="Open this row", id="table.open"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Opened(Message):
        """Enter, or a double click, on a row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    def __init__(
        self,
        *columns: Column,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        empty: str = "",
        title: str = "",
    ) -> None:
        super().__init__(id=id)
        self.border_title = title
        self._columns = columns
        self._rows: tuple[Row, ...] = ()
        self._empty = empty
        self._apart: dict[int, plain.Apart] = {}
        """For columns of names: what tells them apart."""

    @property
    def key(self) -> str | None:
        """Of the row under the cursor."""
        return self._rows[self.cursor].key if self.cursor < len(self._rows) else None

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show these rows; what is the same is not drawn again, and the cursor stays with its row."""
        before, key = self._rows, self.key
        self._rows = rows
        apart = {
            index: plain.apart(row.cells[index].text for row in rows)
            for index, column in enumerate(self._columns)
            if column.name
        }
        changed, self._apart = apart != self._apart, apart
        keys = [row.key for row in rows]
        if key in keys:
            self.cursor = keys.index(key)
        else:
            self.cursor = min(self.cursor, max(0, len(rows) - 1))
        if changed or len(before) != len(rows):
            self.virtual_size = Size(0, len(rows) + 1)
            self.refresh(layout=self.styles.is_auto_height)
            self.call_after_refresh(self._keep_visible)  # only then is there room to scroll in
            return
        for index, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self.refresh_line(index + 1)

    def explain_emptiness(self, text: str) -> None:
        self._empty = text
        if not self._rows:
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport, width
        return len(self._rows) + 1

    def draw_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        sizes = layout(self._wishing(), width - 1)  # what ends at the edge is cut
        if y == 0:
            return strip(self, [(self._header(sizes), "$quiet")], width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._rows):
            return strip(self, [(self._emptiness(width).get(y, ""), "$quiet")], width)
        return self._row(index, sizes, width)

    def _emptiness(self, width: int) -> dict[int, str]:
        """What stands on which line where there are no rows; it says what to do, so nothing of it is cut."""
        return {} if self._rows else dict(enumerate(textwrap.wrap(self._empty, max(20, width)), 2))

    def _row(self, index: int, sizes: list[tuple[int, int]], width: int) -> Strip:
        here = index == self.cursor
        background = ("on $chosen" if self.has_focus else "on $panel") if here else ""
        cells, pieces = self._rows[index].cells, []
        for at, (column, size) in enumerate(sizes):
            cell = cells[column]
            style = f"{cell.style} bold" if here and self.has_focus and at == 0 else cell.style
            pieces += [(" " * _GAP if at else "", ""), (self._fitted(column, cell.text, size), style)]
        return strip(self, pieces, width, background)

    def _wishing(self) -> list[Column]:
        """Names would like to be whole."""
        return [
            replace(column, wish=max(column.wish, known.longest))
            if (known := self._apart.get(index))
            else column
            for index, column in enumerate(self._columns)
        ]

    def _header(self, sizes: list[tuple[int, int]]) -> str:
        return (" " * _GAP).join(plain.fit(self._columns[index].title, size, "") for index, size in sizes)

    def _fitted(self, column: int, text: str, size: int) -> str:
        cut = glyphs.of(self).cut
        if self._columns[column].name:
            text = plain.telling(text, size, cut, self._apart.get(column, plain.ALIKE))
        return plain.fit(text, size, cut)

    def watch_cursor(self, before: int, now: int) -> None:
        for index in {before, now}:
            self.refresh_line(index + 1)
        self._keep_visible()
        if self.key is not None and before != now:
            self.post_message(self.Moved(self, self.key))

    def on_resize(self) -> None:
        """The row looked at stays in sight."""
        self.call_after_refresh(self._keep_visible)

    def _keep_visible(self) -> None:
        page = max(1, self.scrollable_content_region.height - 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False)

    def action_move(self, by: int) -> None:
        self.cursor = max(0, min(len(self._rows) - 1, self.cursor + by))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.scrollable_content_region.height - 2))

    def action_open(self) -> None:
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        index = place.y - 1 + self.scroll_offset.y if place else -1
        if place and place.y > 0 and index < len(self._rows):
            self.cursor = index
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
