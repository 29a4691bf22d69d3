"""Lines drawn one by one, of which the mouse can select some to copy, as they stand on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.selection import Selection


class SelectableLines(Widget):
    """Places are counted in what scrolls, so that a selection stays with its text."""

    def draw_line(self, y: int) -> Strip:
        """The line at this row of the widget; of what scrolls, also one that is out of sight."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        drawn, at = self.draw_line(y), y + self.scroll_offset.y
        span = self.text_selection.get_span(at) if self.text_selection else None
        if span is not None:
            drawn = self._highlighted(drawn, *_within(span, drawn))
        return drawn.apply_offsets(0, at)

    def _highlighted(self, drawn: Strip, start: int, end: int) -> Strip:
        style = self.screen.get_component_rich_style("screen--selection")
        chosen = Strip(Segment.apply_style(drawn.crop(start, end), None, style))
        return Strip.join([drawn.crop(0, start), chosen, drawn.crop(end)])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        first = (selection.start or Offset()).y
        last = selection.end.y if selection.end else self.virtual_size.height
        found = []
        for at in range(first, min(last, first + _MOST) + 1):
            drawn = self.draw_line(at - self.scroll_offset.y)
            if (span := selection.get_span(at)) is not None:
                found.append(drawn.crop(*_within(span, drawn)).text.rstrip())
        return ("\n".join(found), "\n") if any(found) else None


_MOST = 10_000
"""Lines of a file that are ever copied at once."""


def _within(span: tuple[int, int], drawn: Strip) -> tuple[int, int]:
    """Cells of a line; an open end is the line's own."""
    start, end = span
    return start, drawn.cell_length if end < 0 else end
