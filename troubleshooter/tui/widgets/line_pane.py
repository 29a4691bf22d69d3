"""The line looked at, whole: wrapped, what matched standing out, on up to half of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.model.excerpt import Excerpt, excerpt, wrapped
from troubleshooter.tui.text import glyphs

if TYPE_CHECKING:
    from textual.geometry import Size

MATCHED = "$warning bold underline"
"""What matched, wherever a proof is drawn: also without colours it stands out."""
_LEAST = 20


class LinePane(Widget):
    DEFAULT_CSS = "LinePane { height: auto; max-height: 50%; }"

    told: reactive[Excerpt] = reactive(Excerpt(""), layout=True)
    number: reactive[int] = reactive(0)

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._rows = 1

    def forget(self) -> None:
        """Another file: the pane may shrink again."""
        self._rows = 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Grown with the longest line looked at: a pane that shrank would move the lines above."""
        del container
        most = max(1, viewport.height // 2 - self.gutter.height)
        self._rows = min(most, max(self._rows, len(self._lines(width, most))))
        return self._rows

    def render(self) -> Content:
        lead = f"{self.number}  "
        drawn = []
        for at, line in enumerate(self._lines(self.size.width, max(1, self.size.height))):
            pieces = [(part, MATCHED if mark else "bold") for part, mark in line.segments]
            drawn.append(Content.assemble((lead if at == 0 else " " * len(lead), "$quiet"), *pieces))
        return Content("\n").join(drawn)

    def _lines(self, width: int, rows: int) -> list[Excerpt]:
        """Wrapped; what does not fit is left out around what matched, with the sign of it."""
        width = max(_LEAST, width - len(f"{self.number}  "))
        lines = wrapped(self.told, width)
        room = width * rows
        while len(lines) > rows and room > width:
            room -= width // 4
            lines = wrapped(excerpt(self.told, room, glyphs.of(self).cut), width)
        return lines[:rows]
