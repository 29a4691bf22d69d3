"""The change for the original in every form, on a screen of its own: nothing is answered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.screen import Screen

from troubleshooter.forms import change_of
from troubleshooter.tui.widgets.forms_view import FormsView
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.forms import DefinitionChange
    from troubleshooter.model.run import RunState


class FormsScreen(Screen[None]):
    DEFAULT_CSS = "FormsScreen > FormsView { padding: 1 2 0 2; }"
    BINDINGS: ClassVar = [
        Binding("escape,q,v", "dismiss", "back", tooltip="Back to the run", id="forms.back"),
    ]

    def __init__(self, change: DefinitionChange, lead: str = "") -> None:
        super().__init__()
        self._change = change
        self._lead = lead

    def compose(self) -> ComposeResult:
        yield WhereBar(self._change.target.account, self._change.target.pool, "change")
        yield FormsView(self._change, self._lead)
        yield KeyBar()


def just_printed(before: RunState | None, now: RunState) -> tuple[DefinitionChange, str] | None:
    """The change that a step has ended with just now, and what is said above it."""
    change = change_of(now)
    if change is None or change.made or before is None or change_of(before) is not None:
        return None
    proven = "The fix is proven. " if now.verified else ""
    return change, f"{proven}This is what you change for the original; Escape goes on with the run."
