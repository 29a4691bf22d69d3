"""The change that a gate is about, in every form, on a screen of its own: nothing is answered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.screen import Screen

from troubleshooter.tui.widgets.forms_view import FormsView
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.forms import DefinitionChange


class FormsScreen(Screen[None]):
    DEFAULT_CSS = "FormsScreen > FormsView { padding: 1 2 0 2; }"
    BINDINGS: ClassVar = [
        Binding("escape,q,v", "dismiss", "back", tooltip="Back to the question", id="forms.back"),
    ]

    def __init__(self, change: DefinitionChange) -> None:
        super().__init__()
        self._change = change

    def compose(self) -> ComposeResult:
        yield WhereBar(self._change.target.account, self._change.target.pool, "change")
        yield FormsView(self._change)
        yield KeyBar()
