"""The report on a screen of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.screen import Screen

from troubleshooter.tui.views.report import ReportView
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.run import RunState


class ReportScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding("escape,q,r", "dismiss", "back", tooltip="Back to the run", id="report.back"),
    ]

    def __init__(self, place: tuple[str, ...], state: RunState) -> None:
        super().__init__()
        self._place = place
        self._state = state

    def compose(self) -> ComposeResult:
        yield WhereBar(*self._place, "report")
        yield ReportView(self._state)
        yield KeyBar()
