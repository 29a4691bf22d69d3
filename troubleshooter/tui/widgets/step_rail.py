"""The playbook at the side: every step with its state, number, name and time; one of them is looked at."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.model.step import StepState
from troubleshooter.text import clock
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.steps import tone

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

    from troubleshooter.model.step import StepRecord
    from troubleshooter.tui.text.steps import StepRow


class StepRail(Widget, can_focus=True):
    DEFAULT_CSS = "StepRail { height: auto; }"
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="Look at the step above", id="rail.up"),
        Binding("down,j", "move(1)", "Down", show=False, tooltip="Look at the step below", id="rail.down"),
    ]

    rows: reactive[tuple[StepRow, ...]] = reactive((), layout=True)
    looked_at: reactive[str] = reactive("")
    running_for: reactive[float] = reactive(0.0)
    """Seconds the running step has taken so far; it ticks."""

    _began = 0.0

    def begin(self) -> None:
        """A step has begun, or goes on after a question: what was waited for an answer is no work."""
        self._began, self.running_for = time.monotonic(), 0.0

    def tick(self) -> None:
        self.running_for = time.monotonic() - self._began

    class Selected(Message):
        """A step is to be looked at."""

        def __init__(self, step: str) -> None:
            super().__init__()
            self.step = step

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport, width
        return len(self.rows)

    def render(self) -> Content:
        return Content("\n").join(self._line(number, row) for number, row in enumerate(self.rows, 1))

    def _line(self, number: int, row: StepRow) -> Content:
        marks = glyphs.of(self)
        here = row.record.id == self.looked_at
        time = self._time(row.record)
        name = plain.fit(f"{number:>2} {row.name}", self.size.width - 3 - len(time), marks.cut)
        name_style = "" if row.record.state is not StepState.PENDING else "$quiet"
        if here:
            name_style = "bold on $chosen" if self.has_focus else "bold"
        symbol = marks.step(row.record)
        return Content.assemble((f"{symbol} ", tone(row.record)), (name, name_style), (" " + time, "$quiet"))

    def _time(self, record: StepRecord) -> str:
        match record.state:
            case StepState.RUNNING:
                return clock(record.seconds + self.running_for)
            case StepState.DONE | StepState.FAILED | StepState.ASKING:
                return clock(record.seconds)
            case _:
                return ""

    def action_move(self, by: int) -> None:
        ids = [row.record.id for row in self.rows]
        if self.looked_at in ids:
            index = ids.index(self.looked_at) + by
            self.post_message(self.Selected(ids[max(0, min(len(ids) - 1, index))]))

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self.rows):
            self.post_message(self.Selected(self.rows[event.y].record.id))
