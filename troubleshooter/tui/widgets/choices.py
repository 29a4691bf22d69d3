"""One choice of several, with what each would do. The mark moves; only Enter answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui import glyphs, plain

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

    class Answered(Message):
        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    class Marked(Message):
        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._choices = choices
        self.set_reactive(Choices.marked, _safest(choices))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport, width
        return len(self._choices)

    def render(self) -> Content:
        marks = glyphs.of(self)
        width = self.size.width
        labels = max(len(choice.label) for choice in self._choices)
        lines = []
        for index, choice in enumerate(self._choices):
            here = index == self.marked
            mark = marks.chosen if here else marks.unchosen
            label = choice.label.ljust(labels)
            detail = plain.fit(choice.detail, width - len(mark) - labels - 3, marks.cut).rstrip()
            tone = "$error" if choice.destructive else "$accent" if here else "$quiet"
            focus = " on $chosen" if here and self.has_focus else ""
            lines.append(
                Content.assemble(
                    (f"{mark} ", tone),
                    (f"{label}", ("bold" if here else "") + focus),
                    "  ",
                    (detail, "$quiet"),
                )
            )
        return Content("\n").join(lines)

    def watch_marked(self) -> None:
        self.post_message(self.Marked(self._choices[self.marked]))

    def action_move(self, by: int) -> None:
        self.marked = max(0, min(len(self._choices) - 1, self.marked + by))

    def action_answer(self) -> None:
        self.post_message(self.Answered(self._choices[self.marked]))

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self._choices):
            self.marked = event.y


def _safest(choices: tuple[Choice, ...]) -> int:
    """The first choice that destroys nothing."""
    return next((index for index, choice in enumerate(choices) if not choice.destructive), 0)
