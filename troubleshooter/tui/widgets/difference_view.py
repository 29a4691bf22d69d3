"""Two documents as one with its changes, or side by side where it is wide; what is the same is folded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.reactive import reactive

from troubleshooter.report.counted import counted
from troubleshooter.text import visible
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.difference import Kind, Line, changed_lines, difference
from troubleshooter.tui.widgets.selectable import SelectableLines
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.strip import Strip

    from troubleshooter.tui.widgets.strips import Piece

_SIDE_BY_SIDE = 118
"""Cells from which two columns are worth it: a terminal of some 160 columns."""
_HANGING = 4
"""How far what goes on in the next line is indented under its beginning."""

_GOES = frozenset({Kind.CHANGED, Kind.REMOVED})
_COMES = frozenset({Kind.CHANGED, Kind.ADDED})
_STYLES = {"-": "$error on $gone", "+": "$success on $new", " ": ""}


class DifferenceView(SelectableLines):
    """As high as its lines are; what is around it scrolls."""

    DEFAULT_CSS = "DifferenceView { height: auto; }"

    folded: reactive[bool] = reactive(True)

    def __init__(self, before: Any, after: Any, *, titles: tuple[str, str]) -> None:
        super().__init__()
        self._documents = (before, after)
        self._titles = titles
        self._lines: tuple[Line, ...] = difference(before, after)
        self._drawn: list[list[Piece]] = []
        self._drawn_for = 0
        """The width that the lines were drawn for; 0 when they are to be drawn anew."""

    def compare(self, before: Any, after: Any) -> None:
        """Show other documents."""
        if (before, after) == self._documents:
            return
        self._documents = (before, after)
        self._anew()

    @property
    def changes(self) -> int:
        return changed_lines(self._lines)

    def watch_folded(self) -> None:
        self._anew()

    def _anew(self) -> None:
        self._lines = difference(*self._documents, folded=self.folded)
        self._drawn_for = 0
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(self._for(width))

    def draw_line(self, y: int) -> Strip:
        drawn = self._for(self.size.width)
        return strip(self, drawn[y] if y < len(drawn) else [], self.size.width)

    def _for(self, width: int) -> list[list[Piece]]:
        if width != self._drawn_for:
            self._drawn, self._drawn_for = self._draw(width), width
        return self._drawn

    def _draw(self, width: int) -> list[list[Piece]]:
        if width <= 0:
            return []
        paired = width >= _SIDE_BY_SIDE
        drawn = [self._header(width, paired=paired)]
        if not self.changes:
            drawn.append([("  nothing changes here", "$quiet")])
        for line in _dedented(self._lines):
            if line.kind is Kind.FOLD:
                drawn.append(self._fold(line, width))
            else:
                drawn += self._side(line, width) if paired else self._unified(line, width)
        return drawn

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
        head = f"  {marks.fold} {counted(line.count, 'line')} the same"
        if not line.within:
            return [(plain.fit(head, width, marks.cut), "$quiet")]
        room = width - len(head) - 7
        place = line.within if len(line.within) <= room else marks.cut + line.within[len(marks.cut) - room :]
        return [(head, "$quiet"), (f"   in {place}", "$accent")]

    def _side(self, line: Line, width: int) -> list[list[Piece]]:
        half = self._half(width)
        old = self._wrapped(line.before, half, "-" if line.kind in _GOES else " ")
        new = self._wrapped(line.after, half, "+" if line.kind in _COMES else " ")
        blank, rule = (" " * half, ""), (f" {glyphs.of(self).rule} ", "$line")
        count = max(len(old), len(new))
        old += [blank] * (count - len(old))
        new += [blank] * (count - len(new))
        return [[left, rule, right] for left, right in zip(old, new, strict=True)]

    def _unified(self, line: Line, width: int) -> list[list[Piece]]:
        if line.kind is Kind.SAME:
            return [[piece] for piece in self._wrapped(line.before, width, " ")]
        old = self._wrapped(line.before, width, "-") if line.kind in _GOES else []
        new = self._wrapped(line.after, width, "+") if line.kind in _COMES else []
        return [[piece] for piece in [*old, *new]]

    def _wrapped(self, text: str, width: int, sign: str) -> list[Piece]:
        """The whole line, with its sign before each part of it."""
        shown, style = visible(text), _STYLES[sign]
        margin = len(shown) - len(shown.lstrip())
        hanging = " " * min(margin + _HANGING, max(0, width - 22))
        lead = ""
        parts: list[Piece] = []
        while shown or not parts:
            part = plain.start(shown, max(1, width - 2 - len(lead)))
            parts.append((plain.fit(f"{sign} {lead}{part}", width, ""), style))
            shown, lead = shown[len(part) :], hanging
        return parts

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
