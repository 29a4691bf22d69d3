"""Before something is removed: what will be gone, the name typed where it matters, the focus on Cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from troubleshooter.tui import glyphs, plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.run import Choice, Question


@dataclass(frozen=True, slots=True)
class Confirmed:
    typed: str


class ConfirmScreen(ModalScreen[Confirmed | None]):
    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="confirm.cancel"),
        Binding("left,right", "app.focus_next", "Other button", show=False, id="confirm.other"),
    ]

    def __init__(self, text: str, label: str, removes: tuple[str, ...], name: str = "") -> None:
        """The label says what will be done; with a name, it can be done only once that is typed."""
        super().__init__()
        self._text = text
        self._label = label
        self._removes = removes
        self._name = name

    @classmethod
    def for_question(cls, question: Question, choice: Choice | None) -> ConfirmScreen:
        removes = question.plan.get("removes") or ()
        label = choice.label if choice else "go on"
        return cls(question.text, label, tuple(str(item) for item in removes), question.confirm)

    def compose(self) -> ComposeResult:
        mark = glyphs.of(self).attention
        with Vertical(id="dialog", classes="danger"):
            yield Static(Content.assemble((f"{mark} ", "$error bold"), (plain.one_line(self._text), "bold")))
            if self._removes:
                gone = "\n".join(f"  - {plain.one_line(item)}" for item in self._removes)
                yield Static(Content.assemble(("Will be gone, for good:\n", "$quiet"), gone))
            if self._name:
                yield Static(Content.assemble("Type ", (plain.visible(self._name), "bold"), " to confirm."))
                yield Input(id="confirm-name", placeholder=self._name)
            with Horizontal(id="buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button(
                    Content(self._label.capitalize()), id="go", compact=True, disabled=bool(self._name)
                )

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self.query_one("#go", Button).disabled = message.value != self._name

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        if message.value == self._name:
            self.query_one("#go").focus()

    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        typed = self.query_one("#confirm-name", Input).value if self._name else ""
        self.dismiss(Confirmed(typed))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
