"""Why a step is there, what it changes, how to take it back, and the page that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.playbook import Step


class ExplainScreen(ModalScreen[None]):
    BINDINGS: ClassVar = [
        Binding("escape,e,q", "dismiss", "close", tooltip="Close the explanation", id="explain.close"),
        Binding("y", "copy", "copy address", tooltip="Copy the address of the page", id="explain.copy"),
    ]

    def __init__(self, step: Step, undo: str) -> None:
        """`undo` is the step's own words, with the run and the pool in them."""
        super().__init__()
        self._undo = undo
        self._step = step

    def compose(self) -> ComposeResult:
        step = self._step
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled(step.title, "bold"))
            yield Static(Content.styled(step.why))
            if step.explain:
                yield Static(Content.styled(step.explain, "$quiet"))
            yield Static(
                Content("\n").join(
                    Content.assemble((f"{name:<9}", "$quiet"), text)
                    for name, text in (
                        ("changes", step.changes),
                        ("undo", self._undo),
                        ("source", step.source),
                    )
                )
            )
            yield Static(
                Content.assemble(
                    ("Esc", "$accent bold"), " closes   ", ("y", "$accent bold"), " copies the address"
                )
            )

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._step.source)
        self.notify("Copied the address.")
