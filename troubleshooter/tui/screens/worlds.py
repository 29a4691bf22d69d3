"""The worlds that can be practised on, kind by kind; the chosen one is begun, shown, and ended when left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from troubleshooter.tui.text import glyphs
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.remarks import Remark, Remarks
from troubleshooter.tui.widgets.table import Cell, Column, Row, Table
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from troubleshooter.model.step import ErrorText
    from troubleshooter.tui.world import Offer, World, Worlds

_COLUMNS = (
    Column("", 1, importance=9),
    Column("kind", 17, importance=3),
    Column("world", 28, importance=8),
    Column("what is broken", 20, importance=7, flexible=True),
)
_WHAT = (
    "Enter begins one: a small Azure on this machine with one broken pool. "
    "Nothing real is touched, and it ends when it is left."
)


class WorldsScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding(
            "enter", "begin", "begin", key_display="enter", tooltip="Begin this world", id="worlds.begin"
        ),
        Binding(
            "slash", "filter", "filter", key_display="/", tooltip="Show those with a word", id="worlds.find"
        ),
        Binding("escape,q", "back", "back", key_display="q", tooltip="Back to the runs", id="worlds.back"),
    ]

    class Offered(Message):
        """Which there are."""

        def __init__(self, offers: tuple[Offer, ...], error: ErrorText | None = None) -> None:
            super().__init__()
            self.offers = offers
            self.error = error

    class Begun(Message):
        """The one that was chosen is there, or could not be begun."""

        def __init__(self, world: World | None, error: ErrorText | None = None) -> None:
            super().__init__()
            self.world = world
            self.error = error

    def __init__(self, worlds: Worlds, enter: Callable[[World], None]) -> None:
        super().__init__()
        self._worlds = worlds
        self._enter = enter
        self._offers: tuple[Offer, ...] = ()
        self._beginning = False

    def compose(self) -> ComposeResult:
        yield WhereBar("demo")
        with Vertical(id="worlds-main"):
            yield Static(Content.styled(_WHAT, "$quiet"), id="worlds-what")
            yield Input(id="worlds-filter")
            yield Failure()
            yield Table(*_COLUMNS, title="worlds", empty="Reading which there are.")
            yield Remarks()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        self.query_one(Table).focus()
        in_background(self, lambda: self.Offered(self._worlds.offers()), partial(self.Offered, ()))

    @on(Offered)
    def _offered(self, message: Offered) -> None:
        self._offers = message.offers
        self.query_one(Failure).error = message.error
        self._show()
        table = self.query_one(Table)
        table.cursor = next((at for at, each in enumerate(self._offers) if each.usual), 0)

    def _show(self) -> None:
        word = self.query_one(Input).value.strip().casefold()
        found = [each for each in self._offers if any(word in text.casefold() for text in each[:4])]
        mark, rows, before = glyphs.of(self).pointer, [], ""
        for each in found:
            kind = each.kind[:1].upper() + each.kind[1:]
            cells = (
                Cell(mark if each.usual else "", "$accent"),
                Cell(kind if kind != before else "", "$quiet"),
            )
            rows.append(Row(each.name, (*cells, Cell(each.title), Cell(each.broken, "$quiet"))))
            before = kind
        table = self.query_one(Table)
        table.explain_emptiness("None has this word in it: Escape shows all again." if word else "")
        table.show(tuple(rows))
        self._describe()

    @on(Table.Moved)
    def _describe(self) -> None:
        """The whole of what the table cuts, and how it is begun from a shell."""
        chosen = next((each for each in self._offers if each.name == self.query_one(Table).key), None)
        shell = f"troubleshooter demo {chosen.name}" if chosen else ""
        told = (Remark("", chosen.broken), Remark("in a shell  ", shell, style="$quiet")) if chosen else ()
        self.query_one(Remarks).remarks = told

    @on(Input.Changed)
    def _filtered(self) -> None:
        self._show()

    @on(Input.Submitted)
    def _found(self) -> None:
        self.query_one(Table).focus()

    def action_filter(self) -> None:
        field = self.query_one(Input)
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Out of the filter first."""
        field = self.query_one(Input)
        if field.display:
            field.value, field.display = "", False
            self.query_one(Table).focus()
        elif not self._beginning:  # what was begun must have somebody who ends it
            self.dismiss()

    @on(Table.Opened)
    def action_begin(self) -> None:
        name = self.query_one(Table).key
        if name is None or self._beginning:
            return
        self._beginning = True
        self.query_one(Failure).error = None
        self.query_one("#worlds-what", Static).update(Content.styled("Beginning the world.", "$accent"))
        in_background(self, lambda: self.Begun(self._worlds.begin(name)), partial(self.Begun, None))

    @on(Begun)
    def _begun(self, message: Begun) -> None:
        self._beginning = False
        self.query_one("#worlds-what", Static).update(Content.styled(_WHAT, "$quiet"))
        self.query_one(Failure).error = message.error
        if message.world is not None:
            self._enter(message.world)
