"""A bar for how far something has come; it fills in place."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui.text import glyphs


class Meter(Widget):
    DEFAULT_CSS = "Meter { height: 1; }"

    done: reactive[float] = reactive(0.0)
    """From 0 to 1."""
    trouble: reactive[float] = reactive(0.0)
    """The part of it that went wrong, from 0 to 1."""

    def render(self) -> Content:
        marks = glyphs.of(self)
        width = self.size.width
        wrong = round(max(0.0, min(1.0, self.trouble)) * width)
        good = min(width - wrong, round(max(0.0, min(1.0, self.done)) * width))
        return Content.assemble(
            (marks.bar * good, "$accent"),
            (marks.bar * wrong, "$error"),
            (marks.track * (width - good - wrong), "$line"),
        )
