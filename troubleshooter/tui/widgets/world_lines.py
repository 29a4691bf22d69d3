"""Where a world is practised on, under the top line: which, what is broken in it, what was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui.text import plain

if TYPE_CHECKING:
    from troubleshooter.tui.world import Offer


class WorldLines(Widget):
    """Takes no room in the real world. What is too long wraps: nothing of it is cut."""

    DEFAULT_CSS = """
    WorldLines { height: auto; padding: 0 1; background: $practice-quiet; }
    """

    done: reactive[str] = reactive("", layout=True)
    """What was done in it outside the pool, by whoever plays the part of those who may."""

    def __init__(self, offer: Offer | None) -> None:
        super().__init__()
        self._offer = offer
        self.display = offer is not None

    def render(self) -> Content:
        if self._offer is None:
            return Content("")
        title = (f"{plain.one_line(self._offer.title)}. ", "bold")
        if self.done:  # it is broken no more, and the next lines are wanted for what is
            return Content.assemble(title, (plain.one_line(self.done), "$practice bold"))
        return Content.assemble(title, ("What is broken: ", "$quiet"), plain.one_line(self._offer.broken))
