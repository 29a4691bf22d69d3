"""Before something is removed or left undone: the act, what that means, and the focus where it is safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from troubleshooter.text import visible
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.remarks import Remark, Remarks

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.screen import Screen

    from troubleshooter.model.run import Choice, Question


DEAF = 0.3
"""Seconds for which a box that one key answers hears none: it may be meant for what stood there before."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    typed: str


class ConfirmScreen(ModalScreen[Confirmed | None]):
    BINDINGS: ClassVar = [
        Binding("y", "go", "yes", show=False, tooltip="Do it", id="confirm.yes"),
        Binding("n", "cancel", "no", show=False, tooltip="Change nothing", id="confirm.no"),
        Binding("escape", "cancel", "cancel", tooltip="Change nothing", id="confirm.cancel"),
        Binding("left,right", "app.focus_next", "Other button", show=False, id="confirm.other"),
    ]

    def __init__(
        self,
        act: str,
        verb: str,
        removes: tuple[str, ...],
        name: str = "",
        *,
        leaves: tuple[str, ...] = (),
    ) -> None:
        """The act in words, and the one word of it for a button. With a name, that is typed to do it; else y.

        `leaves` is how the original stands, where work on it is about to be left; empty where it is not.
        """
        super().__init__()
        self._act = act
        self._verb = verb
        self._removes = removes
        self._wanted = name
        self.leaves = leaves
        self.deaf = not name

    @classmethod
    def for_question(cls, question: Question, choice: Choice) -> ConfirmScreen:
        """What the run itself made goes with one key; of anything else the name is typed."""
        removes = tuple(str(item) for item in question.plan.get("removes") or ())
        act = choice.label if " " in choice.label else question.text.rstrip("?")
        name = "" if choice.own else question.confirm
        return cls(act[:1].upper() + act[1:], choice.label.split()[0], removes, name)

    def compose(self) -> ComposeResult:
        mark = glyphs.of(self).attention
        with Vertical(id="dialog", classes="danger"):
            yield Static(Content.assemble((f"{mark} ", "$error bold"), (plain.one_line(self._act), "bold")))
            for line in self.leaves:
                yield Static(Content.styled(plain.one_line(line), "$error"), classes="leaves")
            if self._removes:
                gone = (Remark("  - ", item) for item in self._removes)
                yield Remarks((Remark("", "Will be gone, for good:", style="$quiet"), *gone))
            if self._wanted:
                named = (visible(self._wanted), "bold")
                yield Static(Content.assemble("Type ", named, " here, then Enter does it:"), id="confirm-how")
                yield Input(id="confirm-name")
            else:
                yes, no = ("y", "$accent bold"), ("n", "$accent bold")
                yield Static(Content.assemble(yes, " does it, ", no, " changes nothing"), id="confirm-how")
            with Horizontal(id="buttons"):
                no_label = "Cancel" if self._wanted else "No"
                yield Button(no_label, id="cancel", compact=True, disabled=self.deaf)
                yield Button(Content(self._verb.capitalize()), id="go", compact=True, disabled=True)

    def on_mount(self) -> None:
        if self.deaf:
            self.set_timer(DEAF, self._listen)
        else:
            self.query_one(Input).focus()

    def _listen(self) -> None:
        self.deaf = False
        self.query(Button).set(disabled=False)
        self.query_one("#cancel").focus()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self.query_one("#go", Button).disabled = message.value != self._wanted

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        if message.value == self._wanted:
            self._done(message.value)
            return
        told = Content.assemble(
            ("Not yet. ", "$error"), "Type ", (visible(self._wanted), "bold"), " exactly:"
        )
        self.query_one("#confirm-how", Static).update(told)

    @on(Button.Pressed, "#go")
    def _pressed(self) -> None:
        self._done(self.query_one(Input).value if self._wanted else "")

    def action_go(self) -> None:
        """By its letter: only where no name is wanted, since there letters are typed."""
        if not self._wanted and not self.deaf:
            self._done("")

    def _done(self, typed: str) -> None:
        self.dismiss(Confirmed(typed))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        if not self.deaf:
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
