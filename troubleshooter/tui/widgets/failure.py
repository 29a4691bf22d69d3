"""A failure in three parts, in the order in which people need them: what, why, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from troubleshooter.tui import glyphs, plain

if TYPE_CHECKING:
    from troubleshooter.model.run import ErrorText


class Failure(Static):
    DEFAULT_CSS = "Failure { height: auto; } Failure.-none { display: none; }"

    error: reactive[ErrorText | None] = reactive(None, layout=True)

    def __init__(self, error: ErrorText | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Failure.error, error)
        self.set_class(error is None, "-none")

    def watch_error(self, error: ErrorText | None) -> None:
        self.set_class(error is None, "-none")

    def render(self) -> Content:
        if self.error is None:
            return Content("")
        mark = glyphs.of(self).failed
        what, why, do = (_shown(text) for text in (self.error.what, self.error.why, self.error.do))
        return Content.assemble(
            (f"{mark} ", "$error bold"), (what, "bold"), "\n  ", (why, "$quiet"), "\n  ", (do, "$accent")
        )


def _shown(text: str) -> str:
    return plain.visible(" ".join(text.split()))
