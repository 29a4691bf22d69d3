"""A failure in three parts, in the order in which people need them: what, why, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from troubleshooter.text import in_short
from troubleshooter.tui.text import glyphs, plain

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.step import ErrorText


class Failure(Horizontal):
    DEFAULT_CSS = """
    Failure { height: auto; display: none; }
    Failure.-told { display: block; }
    Failure > #failure-mark { width: 2; color: $error; text-style: bold; }
    Failure > #failure-text { width: 1fr; height: auto; }
    """

    error: reactive[ErrorText | None] = reactive(None)

    def __init__(self, error: ErrorText | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.set_reactive(Failure.error, error)
        self.set_class(error is not None, "-told")

    def compose(self) -> ComposeResult:
        yield Static(glyphs.of(self).failed, id="failure-mark", markup=False)
        yield Static(_told(self.error), id="failure-text")

    def watch_error(self, error: ErrorText | None) -> None:
        self.set_class(error is not None, "-told")
        for text in self.query("#failure-text").results(Static):
            text.update(_told(error))


def _told(error: ErrorText | None) -> Content:
    if error is None:
        return Content("")
    what, why = (in_short(plain.one_line(text)) for text in (error.what, error.why))
    do = plain.one_line(error.do)
    return Content.assemble((what, "bold"), "\n", (why, "$quiet"), "\n", (do, "$accent"))
