"""The least that a home screen can be: as many widgets, no runs, no journal, no commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import DataTable, Footer, Static

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:
    from textual.app import ComposeResult


class PlainApp(App[None]):
    """Textual's own widgets, as many as the home screen has."""

    BINDINGS: ClassVar = [Binding("q", "quit", "quit")]

    def compose(self) -> ComposeResult:
        yield Static("cases")
        with Vertical():
            yield Static("")
            yield DataTable[str]()
            yield Static("")
        yield Footer()


def own_app() -> App[None]:
    """The home screen's own widgets, with nothing behind them."""
    from troubleshooter.tui.rows.runs import COLUMNS
    from troubleshooter.tui.text import glyphs as symbols
    from troubleshooter.tui.themes import DARK
    from troubleshooter.tui.widgets.failure import Failure
    from troubleshooter.tui.widgets.key_bar import KeyBar
    from troubleshooter.tui.widgets.table import Table
    from troubleshooter.tui.widgets.where_bar import WhereBar

    class OwnApp(App[None]):
        BINDINGS: ClassVar = [Binding("q", "quit", "quit")]
        glyphs = symbols.of_terminal()

        def get_theme_variable_defaults(self) -> dict[str, str]:
            return dict(DARK.variables)

        def compose(self) -> ComposeResult:
            yield WhereBar("cases")
            with Vertical():
                yield Failure()
                yield Table(*COLUMNS, empty="nothing")
                yield Static("", markup=False)
            yield KeyBar()

        def on_mount(self) -> None:
            self.register_theme(DARK)
            self.theme = DARK.name

    return OwnApp()


if __name__ == "__main__":
    (own_app() if "own" in sys.argv else PlainApp()).run()
