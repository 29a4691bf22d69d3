"""Every node as one cell, so that two hundred fit into a few lines, under the counts per state."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui.text import glyphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.geometry import Size

    from troubleshooter.model.progress import NodeRow

_GOOD = {"idle", "running"}
_BAD = {"unusable", "starttaskfailed", "offline", "preempted"}
_NAMES = {
    "starttaskfailed": "start task failed",
    "waitingforstarttask": "in start task",
    "leavingpool": "leaving",
    "upgradingos": "upgrading",
}
_ROWS = ((30, 4), (20, 2))
"""Lines of the terminal, and how many lines of cells it then has room for."""


def node_tone(state: str) -> str:
    if state in _GOOD:
        return "$success"
    return "$error" if state in _BAD else "$accent"


def node_word(state: str) -> str:
    return _NAMES.get(state, state)


class NodeGrid(Widget):
    DEFAULT_CSS = "NodeGrid { height: auto; }"

    nodes: reactive[tuple[NodeRow, ...]] = reactive(())
    counts: reactive[Mapping[str, int]] = reactive(dict)

    def watch_nodes(self, before: tuple[NodeRow, ...], now: tuple[NodeRow, ...]) -> None:
        if len(before) != len(now):
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        if len(self.nodes) <= 1 or width <= 0:
            return 1
        return 1 + min(self._most, -(-len(self.nodes) // self._per_row(width)))

    def render(self) -> Content:
        return Content("\n").join([self._counts(), *self._cells()])

    def _counts(self) -> Content:
        marks = glyphs.of(self)
        parts: list[str | tuple[str, str]] = []
        states = sorted(
            {"idle", "starting", "unusable", *(s for s, n in self.counts.items() if n)}, key=_order
        )
        for state in states:
            number = self.counts.get(state, 0)
            parts += ["   "] if parts else []
            parts.append((f"{marks.node(state)} ", node_tone(state) if number else "$line"))
            parts.append((f"{node_word(state)} {number}", "" if number else "$quiet"))
        return Content.assemble(*parts)

    def _cells(self) -> list[Content]:
        if len(self.nodes) <= 1 or not self._most:
            return []
        marks = glyphs.of(self)
        per_row = self._per_row(self.size.width)
        gap = " " if per_row * 2 <= self.size.width + 1 else ""
        rows = [self.nodes[at : at + per_row] for at in range(0, len(self.nodes), per_row)]
        lines = [
            Content.assemble(
                *[
                    ((marks.node(state) + gap) * len(tuple(alike)), node_tone(state))
                    for state, alike in groupby(row, key=lambda node: node.state)
                ]
            )
            for row in rows[: self._most]
        ]
        hidden = sum(len(row) for row in rows[self._most :])
        if hidden:
            lines[-1] = Content.styled(
                f"and {hidden + len(rows[self._most - 1])} nodes more, in the table", "$quiet"
            )
        return lines

    @property
    def _most(self) -> int:
        """Lines of cells; the table below them needs its own."""
        return next((lines for height, lines in _ROWS if self.app.size.height >= height), 0)

    def _per_row(self, width: int) -> int:
        """Cells stand apart while they fit, and close up when there are many."""
        apart = max(1, (width + 1) // 2)
        return apart if len(self.nodes) <= apart * self._most else max(1, width)


def _order(state: str) -> tuple[int, str]:
    first = ["idle", "running", "starting", "creating", "rebooting", "starttaskfailed", "unusable"]
    return (first.index(state) if state in first else len(first), state)
