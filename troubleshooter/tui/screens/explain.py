"""Why a step is there, what it changes, how to take it back, and the page that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from troubleshooter.tui.device import clipboard
from troubleshooter.tui.screens.beside import BesideScreen
from troubleshooter.tui.widgets.remarks import Remark, Remarks

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

    from troubleshooter.model.playbook import Step


class ExplainScreen(BesideScreen):
    SLIM = True
    BINDINGS: ClassVar = [
        Binding("escape,e,q", "dismiss", "close", tooltip="Close the explanation", id="explain.close"),
        Binding("y", "copy", "copy address", tooltip="Copy the address of the page", id="explain.copy"),
    ]

    def __init__(self, about: Screen[Any], step: Step, undo: str) -> None:
        """`undo` is the step's own words, with the run and the pool in them."""
        super().__init__(about)
        self._undo = undo
        self._step = step

    def compose(self) -> ComposeResult:
        step = self._step
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled(step.title, "bold"))
            yield Static(Content.styled(step.why))
            if step.explain:
                yield Static(Content.styled(step.explain, "$quiet"))
            told = Remarks()
            pairs = ("changes", step.changes), ("undo", self._undo), ("source", step.source)
            told.set_reactive(
                Remarks.remarks, tuple(Remark(f"{name:<9}", text, verbatim=True) for name, text in pairs)
            )
            yield told
            yield Static(
                Content.assemble(
                    ("Esc", "$accent bold"), " closes   ", ("y", "$accent bold"), " copies the address"
                )
            )

    async def action_copy(self) -> None:
        where = await clipboard.copy(self.app, self._step.source)
        self.notify(f"Copied the address {where}.", markup=False)
