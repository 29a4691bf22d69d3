"""One moment of a run in a box of its own, above the question it leads to: the cause, or the proof."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.content import Content
from textual.widget import Widget

from troubleshooter.report.summary import Stage, found, proven
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.widgets.moment_lines import Room, found_lines, proven_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.geometry import Size

    from troubleshooter.model.run import RunState
    from troubleshooter.report.symbols import Glyphs
    from troubleshooter.tui.widgets.moment_lines import Line


class Drawn(Protocol):
    """Makes the lines for a width."""

    def __call__(self, width: int, marks: Glyphs, /) -> Iterable[Line]: ...


class Moment(Widget):
    DEFAULT_CSS = """
    Moment { height: auto; padding: 0 1; margin-bottom: 1; background: $panel; border-left: thick $line; }
    Moment.-good { border-left: thick $success; }
    Moment.-care { border-left: thick $warning; }
    Moment.-bad { border-left: thick $error; }
    """

    def __init__(self, lines: Drawn, tone: str = "") -> None:
        """`tone` is good, care or bad: the colour at its side, which words inside say as well."""
        super().__init__(classes=f"-{tone}" if tone else "")
        self._lines = lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(tuple(self._lines(width, glyphs.of(self))))

    def render(self) -> Content:
        drawn = self._lines(self.content_size.width, glyphs.of(self))
        return Content("\n").join(Content.assemble(*line) for line in drawn)


def answer(state: RunState, room: Room = Room.ALL, *, more: bool = True) -> Moment | None:
    """What was found, once there is something to say about it."""
    if not state.diagnosed and state.likely.cause is None:
        return None
    told = found(state)
    tones = {Stage.FOUND: "bad", Stage.HEALTHY: "good"}
    tone = "good" if state.verified else tones.get(told.stage, "care")
    return Moment(partial(found_lines, told, room=room, more=more), tone)


def proof(state: RunState) -> Moment | None:
    """What a proof came to; nothing where none was tried."""
    told = proven(state)
    if told is None:
        return None
    return Moment(partial(proven_lines, told), "good" if told.holds else "care")


def above(state: RunState) -> Moment | None:
    """What the operator is to know before the open question."""
    question = state.question
    if question is None:
        return None
    match question.gate:
        case "fix" | "next":
            return answer(state)
        case "plan" | "route" | "identity" | "outside-fix":
            return answer(state, Room.LEAST)
        case "apply" | "clean-up":
            return proof(state) or answer(state)  # where no fix is tried it is told here first
        case _:
            return None
