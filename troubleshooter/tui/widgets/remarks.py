"""Notes, each with a mark before it; what goes on in the next line is indented under its text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui import plain

if TYPE_CHECKING:
    from textual.geometry import Size


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

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return sum(len(_lines(remark, width)) for remark in self.remarks)

    def render(self) -> Content:
        drawn = []
        for remark in self.remarks:
            for number, line in enumerate(_lines(remark, self.size.width)):
                lead = remark.mark if number == 0 else " " * len(remark.mark)
                drawn.append(Content.assemble((lead, remark.mark_style), (line, remark.style)))
        return Content("\n").join(drawn)


def _lines(remark: Remark, width: int) -> list[str]:
    room = max(20, width - len(remark.mark))
    if not remark.verbatim:
        return textwrap.wrap(plain.one_line(remark.text), room) or [""]
    wrapper = textwrap.TextWrapper(
        room, drop_whitespace=False, break_on_hyphens=False, subsequent_indent="    "
    )
    found: list[str] = []
    for line in remark.text.splitlines():
        found += wrapper.wrap(plain.visible(line)) or [""]
    return found
