"""Two documents side by side, or below each other where it is narrow; what is the same is folded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from troubleshooter.tui import glyphs, plain
from troubleshooter.tui.difference import Kind, Line, changed_lines, difference
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

    from troubleshooter.tui.widgets.strips import Piece

_SIDE_BY_SIDE = 76
"""Cells from which two columns are worth it."""


class DifferenceView(ScrollView, can_focus=True):
    DEFAULT_CSS = """
    DifferenceView {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_up", "Up", show=False, tooltip="Scroll up", id="difference.up"),
        Binding("down,j", "scroll_down", "Down", show=False, tooltip="Scroll down", id="difference.down"),
    ]

    folded: reactive[bool] = reactive(True)

    def __init__(
        self, before: Any, after: Any, *, titles: tuple[str, str] = ("as it is", "as it will be")
    ) -> None:
        super().__init__()
        self._documents = (before, after)
        self._titles = titles
        self._lines: tuple[Line, ...] = difference(before, after)
        self._drawn: list[list[Piece]] = []

    def compare(self, before: Any, after: Any) -> None:
        """Show other documents."""
        if (before, after) == self._documents:
            return
        self._documents = (before, after)
        self._lines = difference(before, after, folded=self.folded)
        self.scroll_home(animate=False)
        self._draw()

    @property
    def changes(self) -> int:
        return changed_lines(self._lines)

    def watch_folded(self, folded: bool) -> None:
        self._lines = difference(*self._documents, folded=folded)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        del event
        self._draw()

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        paired = width >= _SIDE_BY_SIDE
        self._drawn = [self._header(width, paired=paired)]
        if not self.changes:
            self._drawn.append([("  nothing changes here", "$quiet")])
        for line in _dedented(self._lines):
            self._drawn.append(self._fold(line, width)) if line.kind is Kind.FOLD else self._drawn.extend(
                self._side(line, width) if paired else self._stacked(line, width)
            )
        self.virtual_size = Size(0, len(self._drawn))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        pieces = self._drawn[at] if at < len(self._drawn) else []
        return strip(self, pieces, self.scrollable_content_region.width)

    def _header(self, width: int, *, paired: bool) -> list[Piece]:
        if not paired:
            return [(f"- {self._titles[0]}   + {self._titles[1]}", "$quiet")]
        half = self._half(width)
        rule = (f" {glyphs.of(self).rule} ", "$line")
        return [
            (plain.fit(f"  {self._titles[0]}", half, ""), "$quiet"),
            rule,
            (f"  {self._titles[1]}", "$quiet"),
        ]

    def _fold(self, line: Line, width: int) -> list[Piece]:
        """What lies between two differences, and where the next one is; of a long place the end counts."""
        marks = glyphs.of(self)
        head = f"  {marks.fold} {line.count} lines the same"
        if not line.within:
            return [(plain.fit(head, width, marks.cut), "$quiet")]
        room = width - len(head) - 7
        place = line.within if len(line.within) <= room else marks.cut + line.within[len(marks.cut) - room :]
        return [(head, "$quiet"), (f"   in {place}", "$accent")]

    def _side(self, line: Line, width: int) -> list[list[Piece]]:
        half = self._half(width)
        old_marked = line.kind in {Kind.CHANGED, Kind.REMOVED}
        new_marked = line.kind in {Kind.CHANGED, Kind.ADDED}
        old = self._half_line(line.before, half, "-", "$error on $gone", old_marked)
        new = self._half_line(line.after, half, "+", "$success on $new", new_marked)
        return [[old, (f" {glyphs.of(self).rule} ", "$line"), new]]

    def _half_line(self, text: str, half: int, sign: str, style: str, marked: bool) -> Piece:
        shown = plain.fit(f"{sign if marked else ' '} {plain.visible(text)}", half, glyphs.of(self).cut)
        return (shown, style if marked else "")

    def _stacked(self, line: Line, width: int) -> list[list[Piece]]:
        lines: list[list[Piece]] = []
        if line.kind in {Kind.CHANGED, Kind.REMOVED}:
            lines.append([self._half_line(line.before, width, "-", "$error on $gone", True)])
        if line.kind in {Kind.CHANGED, Kind.ADDED}:
            lines.append([self._half_line(line.after, width, "+", "$success on $new", True)])
        return lines or [[self._half_line(line.before, width, " ", "", False)]]

    def _half(self, width: int) -> int:
        return (width - 3) // 2


def _dedented(lines: tuple[Line, ...]) -> list[Line]:
    """Between two folds the common indentation says nothing that the place does not say."""
    if not any(line.kind is Kind.FOLD for line in lines):
        return list(lines)
    done: list[Line] = []
    group: list[Line] = []
    for line in (*lines, Line(Kind.FOLD)):
        if line.kind is not Kind.FOLD:
            group.append(line)
            continue
        margin = min(
            (len(t) - len(t.lstrip()) for each in group for t in (each.before, each.after) if t), default=0
        )
        done += [replace(each, before=each.before[margin:], after=each.after[margin:]) for each in group]
        done.append(line)
        group = []
    return done[:-1]
