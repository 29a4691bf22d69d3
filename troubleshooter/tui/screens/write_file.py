"""Where a text is written to. What is there already is replaced only after a question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from troubleshooter.engine.evidence import owner_only
from troubleshooter.errors import UsageProblem
from troubleshooter.model.step import ErrorText
from troubleshooter.settings import typed_path
from troubleshooter.tui.text import plain
from troubleshooter.tui.threads.background import error_text
from troubleshooter.tui.widgets.failure import Failure

if TYPE_CHECKING:
    from textual.app import ComposeResult

_KEYS = (("Enter", "$accent bold"), " writes   ", ("Esc", "$accent bold"), " back")
_EXISTS = (("y", "$accent bold"), " replaces it   ", ("n", "$accent bold"), " another name")


class WriteFileScreen(ModalScreen[Path | None]):
    """Gives the path that was written, or None."""

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel", tooltip="Write nothing", id="write.cancel"),
        Binding("y", "replace", "replace", tooltip="Replace what is there", id="write.replace"),
        Binding("n", "another", "another name", tooltip="Keep what is there", id="write.another"),
    ]

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self._file = name
        self._text = text
        self._standing: Path | None = None
        """The file that is there already, while it is asked about."""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content.styled("Write to a file", "bold"))
            yield Input(str(Path.cwd() / self._file), id="path")
            yield Failure()
            yield Static(Content.assemble(*_KEYS), id="write-keys")

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        if path := message.value.strip():
            self._try(path)

    @on(Input.Changed)
    def _changed(self) -> None:
        self.query_one(Failure).error = None

    def _try(self, given: str) -> None:
        try:
            path = typed_path(given)
        except UsageProblem as error:
            self.query_one(Failure).error = error_text(error)
        else:
            self._write(path, "x")

    def _write(self, path: Path, mode: str) -> None:
        try:
            with open(path, mode, encoding="utf-8", newline="\n", opener=owner_only) as file:
                file.write(self._text)
        except FileExistsError:
            self._ask(path)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            self._ask(None)
            self.query_one(Failure).error = ErrorText(
                f"{path} cannot be written.", f"{why}.", "Give another place."
            )
        else:
            self.dismiss(path)

    def _ask(self, path: Path | None) -> None:
        self._standing = path
        field, keys = self.query_one(Input), self.query_one("#write-keys", Static)
        field.disabled = path is not None
        if path is None:
            keys.update(Content.assemble(*_KEYS))
            field.focus()
        else:
            there = f"{plain.one_line(str(path))} is there already.\n"
            keys.update(Content.assemble((there, "$warning"), *_EXISTS))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return self._standing is not None if action in {"replace", "another"} else True

    def action_replace(self) -> None:
        if self._standing is not None:
            self._write(self._standing, "w")

    def action_another(self) -> None:
        self._ask(None)

    def action_cancel(self) -> None:
        self.dismiss(None)
