"""Notes, each with a mark before it; what goes on in the next line is indented under its text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.text import visible
from troubleshooter.tui.text import plain

if TYPE_CHECKING:
    from textual.geometry import Size


_LEAST = 20
"""Cells that a text has at least."""


class Remark(NamedTuple):
    mark: str
    text: str
    mark_style: str = "$quiet"
    style: str = ""
    verbatim: bool = False
    """Keeps its spaces, as a command must."""


class Remarks(Widget):
    DEFAULT_CSS = "Remarks { height: auto; }"

    remarks: reactive[tuple[Remark, ...]] = reactive((), layout=True)

    def __init__(
        self,
        remarks: tuple[Remark, ...] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        super().__init__(id=id)
        self.set_reactive(Remarks.remarks, remarks)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return sum(len(_drawn(remark, width)) for remark in self.remarks)

    def render(self) -> Content:
        drawn = []
        for remark in self.remarks:
            for lead, line in _drawn(remark, self.size.width):
                drawn.append(Content.assemble((lead, remark.mark_style), (line, remark.style)))
        return Content("\n").join(drawn)


def _drawn(remark: Remark, width: int) -> list[tuple[str, str]]:
    """Mark and text of each line; a mark that leaves the text no room has lines of its own."""
    if cell_len(remark.mark) <= max(_LEAST, width // 2):
        lines = _lines(remark, width - cell_len(remark.mark))
        return [
            (remark.mark if at == 0 else " " * cell_len(remark.mark), line) for at, line in enumerate(lines)
        ]
    marks = textwrap.wrap(remark.mark, max(_LEAST, width))
    return [*((mark, "") for mark in marks), *(("    ", line) for line in _lines(remark, width - 4))]


def _lines(remark: Remark, width: int) -> list[str]:
    room = max(_LEAST, width)
    if not remark.verbatim:
        return plain.wrapped(remark.text, room) or [""]
    found: list[str] = []
    for line in remark.text.splitlines():
        found += plain.folded(visible(line), room, "    ")
    return found
