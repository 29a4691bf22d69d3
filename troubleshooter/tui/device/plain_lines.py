"""The last look at what is drawn: whatever a widget forgot to make visible moves nothing on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

from troubleshooter.text import is_drawn

if TYPE_CHECKING:
    from textual.color import Color

_STANDS_FOR = "?"


class PlainLines(LineFilter):
    """The widgets make foreign text visible, since they know its place; this lets nothing else by."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's form
        if all(is_drawn(text) for text, *_ in segments):
            return segments
        return [
            segment if is_drawn(segment.text) else Segment(_plain(segment.text), segment.style)
            for segment in segments
        ]


def _plain(text: str) -> str:
    """As wide as before: the places of all that follows are already known."""
    return "".join(char if is_drawn(char) else _STANDS_FOR * get_character_cell_size(char) for char in text)
