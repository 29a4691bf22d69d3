"""The merged timeline: what all files of all nodes say, in order of time, with the proofs marked in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from troubleshooter.model.evidence import Evidence
from troubleshooter.tui.rows import moments
from troubleshooter.tui.screens.evidence import EvidenceScreen
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from troubleshooter.analyse.timeline import Moment
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.step import ErrorText
    from troubleshooter.report.symbols import Glyphs
    from troubleshooter.tui.widgets.table import Row


class MomentsScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding(
            "n", "next(1)", "next proof", tooltip="The next line that proves something", id="moments.next"
        ),
        Binding(
            "N",
            "next(-1)",
            "previous",
            tooltip="The line before that proves something",
            id="moments.previous",
        ),
        Binding(
            "o,enter",
            "open",
            "show in file",
            key_display="enter",
            tooltip="Open the file at this line",
            id="moments.open",
        ),
        Binding("escape,q,t", "dismiss", "back", tooltip="Back to where you came from", id="moments.back"),
    ]

    class Read(Message):
        """The files were read in a thread."""

        def __init__(
            self,
            found: tuple[Moment, ...],
            rows: tuple[Row, ...],
            error: ErrorText | None = None,
        ) -> None:
            super().__init__()
            self.found = found
            self.rows = rows
            self.error = error

    def __init__(
        self,
        place: tuple[str, ...],
        diagnosis: Diagnosis,
        read: Callable[[], tuple[Moment, ...]],
        load: Callable[[str | None, str], bytes | None],
    ) -> None:
        """`read` gives the moments; it is called in a thread, as `load` is."""
        super().__init__()
        self._place = place
        self._proven = moments.proven(diagnosis)
        self._read = read
        self._load = load
        self._found: tuple[Moment, ...] = ()
        self._marked: list[int] = []
        self._note = ""

    def compose(self) -> ComposeResult:
        yield WhereBar(*self._place, "timeline")
        with Vertical(id="moments-main"):
            yield Static("Reading the files.", id="moments-head", markup=False)
            yield Failure()
            yield Table(*moments.COLUMNS, title="moments")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(Table).focus()
        in_background(self, partial(self._made, glyphs.of(self)), partial(self.Read, (), ()))

    def _made(self, marks: Glyphs) -> Read:
        found = self._read()
        return self.Read(found, moments.rows(found, self._proven, marks))

    @on(Read)
    def _shown(self, message: Read) -> None:
        self._found = message.found
        places = ((moment.node, moment.file, moment.line) for moment in message.found)
        self._marked = [at for at, place in enumerate(places) if place in self._proven]
        self.query_one(Failure).error = message.error
        table = self.query_one(Table)
        table.explain_emptiness("" if message.error else "No line of these files tells a time.")
        table.show(message.rows)
        zoneless = any(row.cells[1].text.endswith("~") for row in message.rows)
        self._note = "   ~ the line names no zone: taken as UTC" if zoneless else ""
        if message.found:
            table.cursor = self._marked[-1] if self._marked else len(message.found) - 1
        self._say_where()
        self.refresh_bindings()

    @on(Table.Moved)
    def _say_where(self) -> None:
        """How many there are, and the how manieth proof the cursor stands on."""
        at, proofs = self.query_one(Table).cursor, len(self._marked)
        head = f"{len(self._found):,} moment{'s' * (len(self._found) != 1)}, "
        head += f"{proofs} of them prove{'s' * (proofs == 1)} something"
        if at in self._marked:
            head += f"   here: proof {self._marked.index(at) + 1} of {proofs}"
        self.query_one("#moments-head", Static).update(Content.styled(head + self._note, "$quiet"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if action == "next":
            return bool(self._marked)
        return action != "open" or bool(self._found)

    def action_next(self, by: int) -> None:
        table = self.query_one(Table)
        ahead = [at for at in self._marked[::by] if (at - table.cursor) * by > 0]
        table.cursor = (ahead or self._marked[::by])[0]

    @on(Table.Opened)
    def action_open(self) -> None:
        if self._found:
            moment = self._found[self.query_one(Table).cursor]
            proof = Evidence(moment.file, moment.line, moment.text, moment.node)
            self.app.push_screen(EvidenceScreen(self._place, (proof,), 0, self._load))
