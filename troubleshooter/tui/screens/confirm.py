"""Before something is removed or left undone: what that means, and the focus on the answer that is safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from troubleshooter.tui import glyphs, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.screen import Screen

    from troubleshooter.model.run import Choice, Question


_DEAF = 0.3
"""Seconds for which a box that comes unawaited hears no key: it may be meant for what stood there before."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    typed: str


class ConfirmScreen(ModalScreen[Confirmed | None]):
    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="confirm.cancel"),
        Binding("left,right", "app.focus_next", "Other button", show=False, id="confirm.other"),
    ]

    def __init__(
        self,
        text: str,
        label: str,
        removes: tuple[str, ...],
        name: str = "",
        *,
        leaves: tuple[str, ...] = (),
    ) -> None:
        """The label says what will be done; with a name, it can be done only once that is typed.

        `leaves` is how the original stands, where work on it is about to be left; empty where it is not.
        """
        super().__init__()
        self._text = text
        self._label = label
        self._removes = removes
        self._name = name
        self.leaves = leaves
        self._deaf = bool(leaves)

    @classmethod
    def for_question(cls, question: Question, choice: Choice | None) -> ConfirmScreen:
        removes = question.plan.get("removes") or ()
        label = choice.label if choice else "go on"
        return cls(question.text, label, tuple(str(item) for item in removes), question.confirm)

    def compose(self) -> ComposeResult:
        mark = glyphs.of(self).attention
        with Vertical(id="dialog", classes="danger"):
            yield Static(Content.assemble((f"{mark} ", "$error bold"), (plain.one_line(self._text), "bold")))
            for line in self.leaves:
                yield Static(Content.styled(plain.one_line(line), "$error"), classes="leaves")
            if self._removes:
                gone = "\n".join(f"  - {plain.one_line(item)}" for item in self._removes)
                yield Static(Content.assemble(("Will be gone, for good:\n", "$quiet"), gone))
            if self._name:
                yield Static(Content.assemble("Type ", (plain.visible(self._name), "bold"), " to confirm."))
                yield Input(id="confirm-name", placeholder=self._name)
            with Horizontal(id="buttons"):
                no = "No" if self.leaves else "Cancel"
                yield Button(no, id="cancel", compact=True, disabled=self._deaf)
                wanting = bool(self._name) or self._deaf
                yield Button(Content(self._label.capitalize()), id="go", compact=True, disabled=wanting)

    def on_mount(self) -> None:
        if self._deaf:
            self.set_timer(_DEAF, self._listen)
        else:
            self.query_one("#cancel").focus()

    def _listen(self) -> None:
        self._deaf = False
        self.query(Button).set(disabled=False)
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
        if not self._deaf:
            self.dismiss(None)


def if_meant(screen: Screen[Any], text: str, label: str, act: Callable[[], object]) -> None:
    """Do it; where the screen has work on an original under way, only once that was confirmed."""
    app, leaves = screen.app, getattr(screen, "at_stake", ())

    def confirmed(result: Confirmed | None) -> None:
        if result is not None:
            screen.call_later(act)  # the box is gone only after this

    if not leaves:
        act()
    elif not (isinstance(app.screen, ConfirmScreen) and app.screen.leaves):  # it is asked already
        app.push_screen(ConfirmScreen(text, label, (), leaves=leaves), confirmed)
