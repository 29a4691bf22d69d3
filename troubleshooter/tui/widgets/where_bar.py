"""The top line: where we are, who we are, which run, and in a warning colour what outlasts this screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.model.handover import Surveyed
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.world import offer_of

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState
    from troubleshooter.report.symbols import Glyphs
    from troubleshooter.tui.widgets.strips import Piece


class WhereBar(Widget):
    DEFAULT_CSS = "WhereBar { dock: top; height: 1; padding: 0 1; background: $panel; }"

    place: reactive[tuple[str, ...]] = reactive(())
    """From the outside in: account, pool."""
    facts: reactive[tuple[str, ...]] = reactive(())
    """Region, who, run; the last goes first when it is narrow."""
    lasting: reactive[tuple[str, ...]] = reactive(())
    """States that outlast this screen, such as offline."""
    alarming: reactive[bool] = reactive(False)
    """What the place names is away."""

    def __init__(self, *place: str) -> None:
        super().__init__()
        self.set_reactive(WhereBar.place, place)

    def render(self) -> Content:
        marks = glyphs.of(self)
        badge = _badge(self)
        width = self.size.width - sum(cell_len(text) for text, _ in badge)
        path = f" {marks.path} ".join(self.place)
        separator = f" {marks.dot} "
        facts = list(self.facts)
        right = self._right(facts, separator)
        while facts and cell_len(path) + 2 + _length(right) > width:
            facts.pop(0)
            right = self._right(facts, separator)
        room = max(0, width - _length(right) - 2)
        left = plain.middle(path, room, marks.cut)
        gap = max(1, width - cell_len(left) - _length(right))
        head, found, last = left.rpartition(f" {marks.path} ")
        return Content.assemble(
            *badge,
            (head + found, "$quiet"),
            (last, "$error bold" if self.alarming else "bold"),
            " " * gap,
            *[(t, s) for t, s in right],
        )

    def _right(self, facts: list[str], separator: str) -> list[Piece]:
        pieces: list[Piece] = []
        for text, style in [(t, "$quiet") for t in facts] + [(t, "$warning bold") for t in self.lasting]:
            pieces += [(separator, "$line")] if pieces else []
            pieces.append((text, style))
        return pieces


def _badge(bar: WhereBar) -> list[Piece]:
    """Said on every screen where nothing is real."""
    return [(" DEMO ", "$background on $practice bold"), (" ", "")] if offer_of(bar) else []


def _length(pieces: list[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def facts(state: RunState, marks: Glyphs) -> tuple[str, ...]:
    """Region, who, and which run, as far as it is known."""
    surveyed = state.of(Surveyed)
    location, who = (surveyed.location, surveyed.who) if surveyed else ("", "")
    who = plain.middle(plain.one_line(who), 32, marks.cut)
    return tuple(part for part in (location, who, f"run {state.id}") if part)
