"""One line of styled pieces, drawn exactly as wide as asked, for widgets that draw line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

Piece = tuple[str, str]
"""Text and the name of a style, e.g. ("idle", "$success"); text is drawn as it is, never read as markup."""


def strip(widget: Widget, pieces: Iterable[Piece], width: int, background: str = "") -> Strip:
    """The pieces in the widget's own colours over an optional background, cut or padded to the width."""
    base = widget.visual_style
    if background:
        base += Style.parse(background)
    plain = base.rich_style
    segments = [
        Segment(text, (base + Style.parse(style)).rich_style if style else plain)
        for text, style in pieces
        if text
    ]
    return Strip(segments).adjust_cell_length(width, plain)
