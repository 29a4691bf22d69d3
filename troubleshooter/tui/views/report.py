"""The report of a run as it stands, to read and to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical

from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.outline import outline
from troubleshooter.report.ticket import run_ticket
from troubleshooter.tui.device import clipboard
from troubleshooter.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.run import RunState


class ReportView(Vertical):
    DEFAULT_CSS = "ReportView { height: 1fr; }"
    BINDINGS: ClassVar = [
        Binding("y", "copy", "copy report", tooltip="Copy the report as Markdown", id="report.copy"),
        Binding(
            "Y", "ticket", "copy ticket", tooltip="Copy 40 lines for a support request", id="report.ticket"
        ),
    ]

    def __init__(self, state: RunState) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        yield Paper(outline(self._state))

    async def action_copy(self) -> None:
        where = await clipboard.copy(self.app, run_markdown(self._state))
        self.notify(f"Copied the report as Markdown {where}.", markup=False)

    async def action_ticket(self) -> None:
        where = await clipboard.copy(self.app, run_ticket(self._state))
        self.notify(f"Copied the ticket {where}.", markup=False)
