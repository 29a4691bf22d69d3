"""A report to read: headings, tables and quoted lines, drawn for the width there is."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView

from troubleshooter.tui.widgets.paper_lines import lines
from troubleshooter.tui.widgets.selectable import SelectableLines
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

    from troubleshooter.report.outline import Block
    from troubleshooter.tui.widgets.strips import Piece

_SLICE = 0.02
"""Seconds of drawing after which others have their turn."""


class Paper(SelectableLines, ScrollView, can_focus=True):
    BORDER_TITLE = "the report"
    DEFAULT_CSS = """
    Paper {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_up", "Up", show=False, tooltip="Scroll up", id="paper.up"),
        Binding("down,j", "scroll_down", "Down", show=False, tooltip="Scroll down", id="paper.down"),
        Binding("space", "page_down", "Page down", show=False, tooltip="A page down", id="paper.page-down"),
        Binding("home,g", "scroll_home", "Start", show=False, tooltip="The beginning", id="paper.start"),
        Binding("end,G", "scroll_end", "End", show=False, tooltip="The end", id="paper.end"),
    ]

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        super().__init__()
        self._blocks = blocks
        self._drawn: list[list[Piece]] = []

    def on_resize(self, event: events.Resize) -> None:
        del event
        self.run_worker(self._draw(max(1, self.scrollable_content_region.width - 1)), exclusive=True)

    async def _draw(self, width: int) -> None:
        """The first page at once, a long report slice by slice: keys are heard in between."""
        drawn: list[list[Piece]] = []
        began = time.monotonic()
        for line in lines(self._blocks, width):
            drawn.append(line)
            if time.monotonic() - began > _SLICE:
                self._show(drawn, len(self._drawn))
                await asyncio.sleep(0)
                began = time.monotonic()
        self._show(drawn, 0)

    def _show(self, drawn: list[list[Piece]], least: int) -> None:
        self._drawn = drawn
        self.virtual_size = Size(0, max(least, len(drawn)))
        self.refresh()

    def draw_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        pieces = self._drawn[at] if at < len(self._drawn) else []
        return strip(self, pieces, self.scrollable_content_region.width)
