"""The last things that happened, newest at the bottom, at a fixed height so that nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui import glyphs, plain
from troubleshooter.tui.clock import time_of_day

if TYPE_CHECKING:
    from troubleshooter.model.run import Note


class EventList(Widget):
    DEFAULT_CSS = "EventList { height: 4; }"

    notes: reactive[tuple[Note, ...]] = reactive(())

    def render(self) -> Content:
        shown = self.notes[-max(1, self.size.height) :]
        lines = [Content("")] * (self.size.height - len(shown))
        for index, note in enumerate(shown):
            style = "" if index == len(shown) - 1 else "$quiet"
            text = plain.fit(plain.one_line(note.text), self.size.width - 10, glyphs.of(self).cut)
            lines.append(Content.assemble((f"{time_of_day(note.at)}  ", "$quiet"), (text, style)))
        return Content("\n").join(lines)
