"""One choice of several, with what each would do. The mark moves; only Enter answers."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui.text import glyphs, plain

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Size

    from troubleshooter.model.run import Choice


class Choices(Widget, can_focus=True):
    DEFAULT_CSS = "Choices { height: auto; }"
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="The choice above", id="choices.up"),
        Binding("down,j", "move(1)", "Down", show=False, tooltip="The choice below", id="choices.down"),
    ]

    marked: reactive[int] = reactive(0)
    brief: reactive[bool] = reactive(False, layout=True)
    """Without the details, where lines are few; who asks shows the marked one's elsewhere."""

    class Answered(Message):
        """Enter on the marked choice."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Marked(Message):
        """The mark stands on another choice."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._choices = choices
        first = safest(choices)
        self.set_reactive(Choices.marked, choices.index(first) if first else 0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return sum(len(lines) for lines in self._lines(width))

    def render(self) -> Content:
        marks, drawn = glyphs.of(self), []
        for index, (choice, lines) in enumerate(
            zip(self._choices, self._lines(self.size.width), strict=True)
        ):
            here = index == self.marked
            mark = marks.chosen if here else marks.unchosen
            tone = "$error" if choice.destructive else "$accent" if here else "$quiet"
            style = ("bold" if here else "") + (" on $chosen" if here and self.has_focus else "")
            for number, (label, detail) in enumerate(lines):
                lead = (f"{mark} ", tone) if number == 0 else " " * (len(mark) + 1)
                drawn.append(Content.assemble(lead, (label, style), (detail, "$quiet")))
        return Content("\n").join(drawn)

    def _lines(self, width: int) -> list[list[tuple[str, str]]]:
        """Label and detail of each choice: on one line where they all fit, else below each other."""
        room = max(20, width - len(glyphs.of(self).chosen) - 1)
        labels = [plain.one_line(choice.label) for choice in self._choices]
        details = ["" if self.brief else plain.one_line(choice.detail) for choice in self._choices]
        longest = max(cell_len(label) for label in labels)
        if longest + max(cell_len(detail) for detail in details) + 2 <= room:
            pairs = zip(labels, details, strict=True)
            return [[(plain.fit(label, longest, ""), f"  {detail}")] for label, detail in pairs]
        return [
            [(part, "") for part in textwrap.wrap(label, room, break_on_hyphens=False)]
            + [("", part) for part in textwrap.wrap(detail, room, break_on_hyphens=False)]
            for label, detail in zip(labels, details, strict=True)
        ]

    def watch_marked(self) -> None:
        self.post_message(self.Marked(self._choices[self.marked]))

    def action_move(self, by: int) -> None:
        self.marked = max(0, min(len(self._choices) - 1, self.marked + by))

    def action_answer(self) -> None:
        self.post_message(self.Answered(self._choices[self.marked]))

    def on_click(self, event: events.Click) -> None:
        bottom = 0
        for index, lines in enumerate(self._lines(self.size.width)):
            bottom += len(lines)
            if event.y < bottom:
                self.marked = index
                return


def safest(choices: tuple[Choice, ...]) -> Choice | None:
    """The first choice that destroys nothing but what the run itself made, which is meant to go."""
    safe = (choice for choice in choices if not choice.destructive or choice.own)
    return next(safe, next(iter(choices), None))
