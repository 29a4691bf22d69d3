"""A wait: how many are ready, which node is where, how long it took and may take, what happens then."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from troubleshooter.model.names import natural
from troubleshooter.text import clock
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.clock import about, estimate, since
from troubleshooter.tui.widgets.meter import Meter
from troubleshooter.tui.widgets.node_grid import NodeGrid, node_tone, node_word
from troubleshooter.tui.widgets.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.progress import Outlook, Waiting

_COLUMNS = (
    Column("node", 18, importance=9, name=True),
    Column("state", 16, importance=8),
    Column("since", 7, importance=3),
    Column("extension", 18, importance=5, wish=36, flexible=True),
)


_NARROW = 70
"""Cells with which a wait's head has none to spare."""


class WaitView(Vertical):
    DEFAULT_CSS = """
    WaitView { height: 1fr; }
    WaitView > Static { height: auto; }
    WaitView > #wait-limit { margin-bottom: 1; }
    WaitView > NodeGrid { margin-bottom: 1; }
    """

    waiting: reactive[Waiting | None] = reactive(None)

    def __init__(self, waiting: Waiting | None) -> None:
        super().__init__()
        self.set_reactive(WaitView.waiting, waiting)
        self._looked = time.monotonic()

    def compose(self) -> ComposeResult:
        yield Static(id="wait-head", markup=False)
        yield Meter()
        yield Static(id="wait-outlook", markup=False)
        yield Static(id="wait-limit", markup=False)
        yield NodeGrid()
        yield Table(*_COLUMNS, empty="No node has shown itself yet.", title="nodes")

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        self._show()

    def watch_waiting(self) -> None:
        self._looked = time.monotonic()
        if self.is_mounted:
            self._show()

    def on_resize(self) -> None:
        self._tick()

    def _show(self) -> None:
        waiting = self.waiting
        if waiting is None:
            self.query_one("#wait-head", Static).update(Content.styled("Looking at the pool.", "$quiet"))
            return
        self.query_one("#wait-limit", Static).update(_limit(waiting), layout=False)
        outlook = self.query_one("#wait-outlook", Static)
        outlook.display = waiting.outlook is not None
        outlook.update(_outlook(waiting.outlook) if waiting.outlook else "")
        marks, now = glyphs.of(self), datetime.now(UTC)
        grid = self.query_one(NodeGrid)
        grid.counts, grid.nodes = waiting.counts, waiting.rows
        rows = tuple(
            Row(
                node.id,
                (
                    Cell(plain.one_line(node.id)),
                    Cell(f"{marks.node(node.state)} {node_word(node.state)}", node_tone(node.state)),
                    Cell(since(node.since, now), "$quiet"),
                    Cell(plain.one_line(node.extension) or "-", "" if node.extension else "$quiet"),
                ),
            )
            for node in sorted(waiting.rows, key=lambda row: natural(row.id))
        )
        self.query_one(Table).show(rows)
        self._tick()

    def _tick(self) -> None:
        """What time alone changes; between two looks at Azure the clock goes on."""
        waiting = self.waiting
        if waiting is None:
            return
        elapsed = min(waiting.elapsed + time.monotonic() - self._looked, waiting.limit)
        head = _head(waiting, elapsed, " " * (4 if self.size.width > _NARROW else 2))
        self.query_one("#wait-head", Static).update(head, layout=False)
        meter = self.query_one(Meter)
        bad = sum(waiting.counts.get(state, 0) for state in ("unusable", "starttaskfailed"))
        whole = max(1, waiting.wanted, len(waiting.rows))
        meter.done, meter.trouble = waiting.ready / whole, bad / whole


def _head(waiting: Waiting, elapsed: float, gap: str) -> Content:
    left = estimate(waiting)
    more = f", {about(left)} more" if left is not None else ""
    return Content.assemble(
        (plain.one_line(waiting.subject), "bold"),
        f"{gap}{waiting.ready} of {waiting.wanted} ready{gap}",
        (clock(elapsed), "bold"),
        (f" of {clock(waiting.limit)}{more}", "$quiet"),
    )


def _outlook(outlook: Outlook) -> Content:
    """Slow or broken; it stands out once it takes longer than usual."""
    told = plain.one_line(outlook.told)
    return Content.styled(f"{told[:1].upper()}{told[1:]}", "$warning" if outlook.late else "$quiet")


def _limit(waiting: Waiting) -> Content:
    return Content.styled(f"At the limit: {plain.one_line(waiting.at_limit)}", "$quiet")
