"""Removes what a run left in Azure, after asking, and shows the receipt as it fills."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from troubleshooter.model.change import ChangeState
from troubleshooter.model.progress import Moved, SigningIn
from troubleshooter.tui.screens.confirm import DEAF, if_meant
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.original import at_stake
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.threads.messages import RunSignsIn
from troubleshooter.tui.widgets.failure import Failure

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.change import Change
    from troubleshooter.model.progress import Collecting, Waiting
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText
    from troubleshooter.workbench import Workbench

_WORDS = {
    ChangeState.INTENDED: "to be checked",
    ChangeState.MADE: "still there",
    ChangeState.REMOVING: "going",
    ChangeState.REMOVED: "gone",
    ChangeState.NEVER_MADE: "was never made",
    ChangeState.UNKNOWN: "not seen; no answer told whether it was {}, and that may still come",
    ChangeState.CLOSED: "closed as it stands",
}


class CleanUpScreen(ModalScreen[None]):
    BINDINGS: ClassVar = [
        Binding("y", "go", "yes", show=False, tooltip="Remove it now", id="clean-up.yes"),
        Binding(
            "escape,q,n",
            "close",
            "close",
            tooltip="Stop, and go back; what is gone stays gone",
            id="clean-up.close",
        ),
    ]

    state: reactive[RunState | None] = reactive(None, init=False)
    working = False

    class StateMoved(Message):
        """The journal has one event more."""

        def __init__(self, state: RunState) -> None:
            super().__init__()
            self.state = state

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, CleanUpScreen.StateMoved)

    class Ended(Message):
        """Everything is gone, or it was stopped."""

        def __init__(self, error: ErrorText | None) -> None:
            super().__init__()
            self.error = error

    def __init__(self, workbench: Workbench, state: RunState) -> None:
        super().__init__()
        self._workbench = workbench
        self._ids = [(change.kind, change.id) for change in state.open_changes]
        self._cancel = threading.Event()
        self._begun = False
        self.deaf = True
        self.set_reactive(CleanUpScreen.state, state)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="danger"):
            yield Static(Content.styled("Remove what this run left in Azure", "bold"), id="clean-up-title")
            yield Static(self._list(), id="clean-up-list")
            yes, no = ("y", "$accent bold"), ("n", "$accent bold")
            yield Static(Content.assemble(yes, " removes it, ", no, " leaves it"), id="clean-up-how")
            yield Failure()
            with Horizontal(id="buttons"):
                yield Button("No", id="cancel", compact=True, disabled=True)
                yield Button("Remove", id="go", compact=True, disabled=True)

    def on_mount(self) -> None:
        self.set_timer(DEAF, self._listen)

    def _listen(self) -> None:
        """Until now a key may have been meant for what stood here before."""
        self.deaf = False
        self.query(Button).set(disabled=False)
        self.query_one("#cancel").focus()

    def on_unmount(self) -> None:
        self._cancel.set()

    @property
    def at_stake(self) -> tuple[str, ...]:
        """How the original stands, while closing would leave it so; empty while it does not."""
        return at_stake(self.state) if self.working and self.state else ()

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        if not self.deaf:
            if_meant(self, "Stop cleaning up?", "stop", self.dismiss)

    @on(Button.Pressed, "#go")
    def action_go(self) -> None:
        if self.deaf or self._begun:
            return
        self._begun = self.working = True
        self.query_one("#go").display = self.query_one("#clean-up-how").display = False
        self.query_one("#cancel", Button).label = "Stop"
        self.query_one("#clean-up-title", Static).update(Content.styled("Removing.", "bold"))
        in_background(self, self._work, self.Ended)

    def _work(self) -> Ended:
        if self.state is not None:
            self._workbench.cleanup(self.state.id, self._emit, self._cancel)
        return self.Ended(None)

    def _emit(self, event: Moved | Waiting | Collecting | SigningIn) -> None:
        if isinstance(event, SigningIn):
            self.post_message(RunSignsIn(event.text))
        if isinstance(event, Moved):
            self.post_message(self.StateMoved(event.state))

    @on(StateMoved)
    def _moved(self, message: StateMoved) -> None:
        self.state = message.state

    def watch_state(self) -> None:
        self.query_one("#clean-up-list", Static).update(self._list())

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self.working = False
        open_ones = self.state.open_changes if self.state else ()
        unknown = sum(change.unknown for change in open_ones)
        text = "Nothing is left in Azure." if not open_ones and not message.error else "Not all is gone. "
        text += f"{len(open_ones) - unknown} left in Azure. " if len(open_ones) > unknown else ""
        text += f"{unknown} not known: look again later." if unknown else ""
        self.query_one("#clean-up-title", Static).update(Content.styled(text, "bold"))
        self.query_one(Failure).error = message.error
        button = self.query_one("#cancel", Button)
        button.label = "Close"
        button.focus()

    def _list(self) -> Content:
        changes = self.state.changes if self.state else ()
        known = {(change.kind, change.id): change for change in changes}
        return Content("\n").join(self._line(known[key]) for key in self._ids if key in known)

    def _line(self, change: Change) -> Content:
        marks = glyphs.of(self)
        symbol, style = (marks.attention, "$warning") if change.open else (marks.done, "$success")
        return Content.assemble(
            (f"{symbol} ", style),
            f"{change.kind} {plain.one_line(change.id)}",
            (f"  {_WORDS[change.state].format(change.asked)}", "$quiet"),
        )
