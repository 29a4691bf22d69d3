"""The last things that happened, newest at the bottom, at a fixed height so that nothing moves.

What a line is too short for goes on in the next one: a reason that is cut tells nothing.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.clock import time_of_day

if TYPE_CHECKING:
    from troubleshooter.model.run import Note, RunState

_CLOCK = " " * len("00:00:00  ")
_LEAST = 20
"""Cells that a text has at least."""


class EventList(Widget):
    DEFAULT_CSS = "EventList { height: 4; } EventList.-over { display: none; }"

    notes: reactive[tuple[Note, ...]] = reactive(())

    def follow(self, state: RunState) -> None:
        """By a class, not by its own style: the style sheet hides it as well, where lines are few."""
        self.notes = state.notes
        self.set_class(state.current is None, "-over")

    def render(self) -> Content:
        height, lines = max(1, self.size.height), list[Content]()
        for back, note in enumerate(reversed(self.notes[-height:])):
            told = self._told(note, "$quiet" if back else "", height)
            if len(lines) + len(told) > height:
                break
            lines = told + lines
        return Content("\n").join([Content("")] * (height - len(lines)) + lines)

    def _told(self, note: Note, style: str, most: int) -> list[Content]:
        room = max(_LEAST, self.size.width - len(_CLOCK))
        text = plain.one_line(note.text)
        lines = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
        while len(lines) > most:  # its end says why
            text = plain.middle(text, min(most * room, cell_len(text) - 1), glyphs.of(self).cut)
            lines = textwrap.wrap(text, room, break_on_hyphens=False)
        clock = f"{time_of_day(note.at)}  "
        return [
            Content.assemble((_CLOCK if at else clock, "$quiet"), (line, style))
            for at, line in enumerate(lines)
        ]
