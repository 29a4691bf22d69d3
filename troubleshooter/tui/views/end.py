"""The end of a run: what was found, proven and changed, and what is to be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from troubleshooter.forms import change_of
from troubleshooter.report.summary import end
from troubleshooter.tui.device import clipboard
from troubleshooter.tui.widgets.moment import Moment
from troubleshooter.tui.widgets.moment_lines import end_lines
from troubleshooter.tui.widgets.scroll_pane import ScrollPane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.run import RunState


class EndView(ScrollPane):
    DEFAULT_CSS = """
    EndView { padding-top: 1; }
    EndView > Moment { background: $background; border-left: none; padding: 0; }
    """
    BINDINGS: ClassVar = [
        Binding("y", "copy", "copy command", tooltip="Copy the first command of what to do", id="end.copy"),
    ]

    def __init__(self, state: RunState) -> None:
        super().__init__("the end")
        self._end = end(state)
        self._change = change_of(state) is not None

    def compose(self) -> ComposeResult:
        yield Moment(lambda width, marks: end_lines(self._end, width, marks, change=self._change))

    @property
    def _commands(self) -> list[tuple[str, str]]:
        return [pair for one in self._end.to_do for pair in one.commands.items()]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return action != "copy" or bool(self._commands)

    async def action_copy(self) -> None:
        form, text = self._commands[0]
        where = await clipboard.copy(self.app, text)
        self.notify(f"Copied the {form} command {where}.", markup=False)
