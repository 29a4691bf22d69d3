"""Which pool to look at. What was typed is checked before anything is asked of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from troubleshooter.errors import TroubleshooterError
from troubleshooter.model.step import ErrorText
from troubleshooter.model.target import Target
from troubleshooter.tui.threads.background import error_text
from troubleshooter.tui.widgets.failure import Failure

if TYPE_CHECKING:
    from textual.app import ComposeResult


class OpenPoolScreen(ModalScreen[Target | None]):
    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel", tooltip="Back to the runs", id="open.cancel"),
        Binding(
            "up", "app.focus_previous", "Field above", show=False, tooltip="The field above", id="open.up"
        ),
        Binding(
            "down", "app.focus_next", "Field below", show=False, tooltip="The field below", id="open.down"
        ),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content.styled("Open a pool", "bold"))
            yield Input(
                placeholder="ARM resource id, a portal address that contains one, or ACCOUNT/POOL", id="pool"
            )
            yield Static(Content.styled("Only for ACCOUNT/POOL:", "$quiet"))
            yield Input(placeholder="subscription id", id="subscription")
            yield Input(placeholder="resource group", id="group")
            yield Failure()
            yield Static(
                Content.assemble(
                    ("Enter", "$accent bold"),
                    " looks at the pool; it changes nothing in Azure without asking   ",
                    ("Esc", "$accent bold"),
                    " back",
                )
            )

    @on(Input.Submitted)
    def _submitted(self) -> None:
        pool, subscription, group = (
            self.query_one(f"#{name}", Input).value.strip() for name in ("pool", "subscription", "group")
        )
        try:
            target = Target.parse(pool, subscription or None, group or None)
        except TroubleshooterError as error:
            self.query_one(Failure).error = _for_fields(error)
            return
        self.dismiss(target)

    @on(Input.Changed)
    def _changed(self) -> None:
        self.query_one(Failure).error = None

    def action_cancel(self) -> None:
        self.dismiss(None)


def _for_fields(error: TroubleshooterError) -> ErrorText:
    """The same error where there are fields instead of options."""
    shown = error_text(error)
    if "--" not in shown.do:
        return shown
    return ErrorText(shown.what, shown.why, "Fill in both fields above, or give the pool's ARM resource id.")
