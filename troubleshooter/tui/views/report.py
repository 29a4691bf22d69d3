"""The report, as it will be written, to read and to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from troubleshooter.errors import TroubleshooterError
from troubleshooter.tui.bridge import error_text
from troubleshooter.tui.widgets.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from troubleshooter.model.run import ErrorText


class ReportView(VerticalScroll):
    DEFAULT_CSS = """
    ReportView { height: 1fr; scrollbar-size-vertical: 1; }
    ReportView > Static { height: auto; }
    """
    BINDINGS: ClassVar = [
        Binding("j", "scroll_down", "Down", show=False, tooltip="Scroll down", id="report.down"),
        Binding("k", "scroll_up", "Up", show=False, tooltip="Scroll up", id="report.up"),
        Binding("y", "copy", "copy report", tooltip="Copy the report as Markdown", id="report.copy"),
    ]

    class Read(Message):
        def __init__(self, text: str, error: ErrorText | None = None) -> None:
            super().__init__()
            self.text = text
            self.error = error

    def __init__(self, read: Callable[[], str]) -> None:
        super().__init__()
        self._read = read
        self._text = ""

    def compose(self) -> ComposeResult:
        yield Static(Content.styled("Writing the report.", "$quiet"))

    def on_mount(self) -> None:
        self.run_worker(self._fetch, thread=True, group="report", exit_on_error=False)

    def _fetch(self) -> None:
        try:
            text = self._read()
        except TroubleshooterError as error:
            self.post_message(self.Read("", error_text(error)))
        else:
            self.post_message(self.Read(text))

    async def on_report_view_read(self, message: Read) -> None:
        message.stop()
        from textual.widgets import Markdown

        self._text = message.text
        await self.remove_children()
        await self.mount(
            Failure(message.error) if message.error else Markdown(message.text, open_links=False)
        )
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return bool(self._text) if action == "copy" else True

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._text)
        self.notify("Copied the report.")
