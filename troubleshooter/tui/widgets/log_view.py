"""A file of evidence: numbered lines, those that prove something marked, search, and ways between."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from troubleshooter.model.excerpt import Excerpt, joined, merged
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.line_pane import MATCHED
from troubleshooter.tui.widgets.selectable import SelectableLines
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.strip import Strip

    from troubleshooter.tui.widgets.strips import Piece

_STEP = 8
_BEGINNING = 100
"""Characters of a line in which its level stands."""
_LEVEL = re.compile(r"(<(?:error|fatal|critical)>|\bERROR\b|\bFATAL\b)|<warning>|\bWARN(?:ING)?\b")


class LogView(SelectableLines, ScrollView, can_focus=True):
    BORDER_TITLE = "the file"
    DEFAULT_CSS = """
    LogView {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="The line above", id="log.up"),
        Binding("down,j", "move(1)", "Down", show=False, tooltip="The line below", id="log.down"),
        Binding("left,h", "shift(-1)", "Left", show=False, tooltip="Look further left", id="log.left"),
        Binding("right,l", "shift(1)", "Right", show=False, tooltip="Look further right", id="log.right"),
        Binding("pageup", "page(-1)", "Page up", show=False, tooltip="A page up", id="log.page-up"),
        Binding(
            "pagedown,space", "page(1)", "Page down", show=False, tooltip="A page down", id="log.page-down"
        ),
        Binding("home,g", "move(-1000000000)", "Start", show=False, tooltip="The first line", id="log.start"),
        Binding("end,G", "move(1000000000)", "End", show=False, tooltip="The last line", id="log.end"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """The line looked at, counted from 0."""
    shift: reactive[int] = reactive(0)
    """Cells hidden at the left."""

    class Moved(Message):
        """Another line is looked at."""

        def __init__(self, number: int, told: Excerpt) -> None:
            super().__init__()
            self.number = number
            self.told = told
            """The line, with what matched in it."""

    class Found(Message):
        """How many lines hold what was searched for."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[str] = ()
        self._marked: frozenset[int] = frozenset()
        self._matching: tuple[int, ...] = ()
        self._needle = ""
        self._matched: tuple[str, ...] = ()

    def show(
        self, lines: Sequence[str], marked: frozenset[int], at: int, matched: Sequence[str] = ()
    ) -> None:
        """Show these lines, some of them marked, and stand on one of them, in the middle of the screen.

        `matched` are the texts that stand out in those that are marked.
        """
        self._lines, self._marked, self._matched = lines, marked, tuple(matched)
        self._matching, self._needle = (), ""
        self.shift = 0
        self.virtual_size = Size(0, len(lines))
        self.set_reactive(LogView.cursor, max(0, min(len(lines) - 1, at)))
        self.refresh()
        self.call_after_refresh(self._centre)
        self.post_message(self.Moved(self.cursor + 1, self._told(self.cursor)))

    @property
    def line(self) -> str:
        return self._lines[self.cursor] if self._lines else ""

    @property
    def searched(self) -> bool:
        """Whether there are lines to go to."""
        return bool(self._matching)

    def search(self, needle: str) -> None:
        """Go to the next line that holds the text, whatever its case; nothing moves when none does."""
        self._needle = needle.casefold()
        self._matching = tuple(
            i for i, text in enumerate(self._lines) if self._needle and self._needle in text.casefold()
        )
        self.post_message(self.Found(len(self._matching)))
        self.refresh()
        self.go_to_match(0)

    def go_to_match(self, direction: int) -> bool:
        """The next (1), previous (-1) or nearest (0) match; false when nothing is searched for."""
        if not self._matching:
            return False
        if direction < 0:
            before = [i for i in self._matching if i < self.cursor]
            self.cursor = before[-1] if before else self._matching[-1]
        else:
            start = self.cursor + (1 if direction else 0)
            self.cursor = next((i for i in self._matching if i >= start), self._matching[0])
        return True

    def draw_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        if at >= len(self._lines):
            return strip(self, [], width)
        here, marked = at == self.cursor, at in self._marked
        gutter = len(str(len(self._lines)))
        pointer = glyphs.of(self).pointer if here or marked else " "
        pieces: list[Piece] = [
            (f"{pointer} ".rjust(2), "$warning bold" if marked else "$accent bold"),
            (f"{at + 1:>{gutter}}  ", "$quiet"),
            *self._text(at, width - gutter - 5),
        ]
        background = "on $marked" if marked else "on $chosen" if here else ""
        return strip(self, pieces, width, background)

    def _told(self, at: int) -> Excerpt:
        """A line with what proves something in it."""
        text = plain.log_line(self._lines[at]) if at < len(self._lines) else ""
        found = ((text.find(part), part) for part in self._matched) if at in self._marked else ()
        return Excerpt(text, merged((start, start + len(part)) for start, part in found if start >= 0))

    def _text(self, at: int, room: int) -> list[Piece]:
        told, cut = self._told(at), glyphs.of(self).cut
        if self.shift:
            told = joined([Excerpt(cut), told.between(self.shift + len(cut), len(told.text))], "")
        if cell_len(told.text) > room:
            kept = set_cell_size(told.text, max(0, room - len(cut))).rstrip()
            told = joined([told.between(0, len(kept)), Excerpt(cut)], "")
        if self._needle:
            return _highlighted(told.text, self._needle)
        return [*_levelled(told)]

    def watch_cursor(self, before: int, now: int) -> None:
        self.refresh_line(before)
        self.refresh_line(now)
        self.post_message(self.Moved(now + 1, self._told(now)))
        height = max(1, self.scrollable_content_region.height)
        top = self.scroll_offset.y
        if not top <= now < top + height:
            far = abs(now - before) > 1
            target = now - height // 2 if far else now if now < top else now - height + 1
            self.scroll_to(y=max(0, target), animate=False)

    def on_resize(self) -> None:
        """The line looked at stays in sight."""
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        if not top <= self.cursor < top + height:
            self.call_after_refresh(self._centre)

    def _centre(self) -> None:
        height = max(1, self.scrollable_content_region.height)
        self.scroll_to(y=max(0, self.cursor - height // 2), animate=False)

    def action_move(self, by: int) -> None:
        self.cursor = max(0, min(len(self._lines) - 1, self.cursor + by))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.scrollable_content_region.height - 1))

    def action_shift(self, by: int) -> None:
        self.shift = max(0, self.shift + by * _STEP)


def _levelled(told: Excerpt) -> Iterator[Piece]:
    """What matched stands out, and the level at the line's beginning has its colour."""
    level = _LEVEL.search(told.text, 0, _BEGINNING)
    if level is None or any(start < level.end() for start, _ in told.marks):
        yield from ((part, MATCHED if mark else "") for part, mark in told.segments)
        return
    yield told.text[: level.start()], ""
    yield level[0], "$error" if level[1] else "$warning"
    rest = told.between(level.end(), len(told.text))
    yield from ((part, MATCHED if mark else "") for part, mark in rest.segments)


def _highlighted(text: str, needle: str) -> list[Piece]:
    pieces: list[Piece] = []
    lower, at = text.casefold(), 0
    if len(lower) != len(text):  # a letter that grows when folded would shift the marks
        return [(text, "")]
    while (found := lower.find(needle, at)) >= 0:
        pieces += [(text[at:found], ""), (text[found : found + len(needle)], "reverse")]
        at = found + len(needle)
    return [*pieces, (text[at:], "")]
