"""A collection under way: nodes done, failed and outstanding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from troubleshooter.report.counted import counted
from troubleshooter.tui.text import plain
from troubleshooter.tui.widgets.meter import Meter

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.progress import Collecting


class CollectView(Vertical):
    DEFAULT_CSS = "CollectView { height: 1fr; } CollectView > Static { height: auto; }"

    collecting: reactive[Collecting | None] = reactive(None)

    def __init__(self, collecting: Collecting | None) -> None:
        super().__init__()
        self.set_reactive(CollectView.collecting, collecting)

    def compose(self) -> ComposeResult:
        yield Static(id="collect-head", markup=False)
        yield Meter()
        yield Static(id="collect-latest", markup=False)

    def on_mount(self) -> None:
        self._show()

    def watch_collecting(self) -> None:
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        now = self.collecting
        if now is None:
            return
        failed = (f"    {now.failed} failed", "$error") if now.failed else ""
        outstanding = now.total - now.done - now.failed
        head = Content.assemble(
            (f"{now.done} of {counted(now.total, 'node')}", "bold"),
            failed,
            (f"    {outstanding} outstanding", "$quiet"),
        )
        self.query_one("#collect-head", Static).update(head)
        self.query_one("#collect-latest", Static).update(Content.styled(plain.one_line(now.latest), "$quiet"))
        meter, total = self.query_one(Meter), max(1, now.total)
        meter.done, meter.trouble = now.done / total, now.failed / total
