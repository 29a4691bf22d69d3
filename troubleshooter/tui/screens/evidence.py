"""Where a finding's proof stands: the file, the line in its surroundings, and the way to the next proof."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from troubleshooter.model.evidence import Evidence
from troubleshooter.model.excerpt import LEFT_OUT
from troubleshooter.tui.device import clipboard
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.line_pane import LinePane
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from troubleshooter.model.run import KeptFile
    from troubleshooter.model.step import ErrorText


def whole_file(kept: KeptFile) -> Evidence:
    """A file to look at that proves nothing yet."""
    return Evidence(file=kept.name, line=0, text="", node=kept.node or None)


_FEW = 20
"""Lines of a terminal below which the file has those that tell of the next proof."""


class EvidenceScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding("n", "next(1)", "next", tooltip="The next match, or the next proof", id="evidence.next"),
        Binding("N", "next(-1)", "previous", tooltip="The previous match, or proof", id="evidence.previous"),
        Binding(
            "slash", "search", "search", key_display="/", tooltip="Search in this file", id="evidence.search"
        ),
        Binding("y", "copy", "copy line", tooltip="Copy the line to the clipboard", id="evidence.copy"),
        Binding("escape,q", "back", "back", tooltip="End the search, or go back", id="evidence.back"),
    ]

    class FileRead(Message):
        """A file was read in a thread."""

        def __init__(self, at: int, lines: list[str] | None, error: ErrorText | None = None) -> None:
            super().__init__()
            self.at = at
            self.lines = lines
            """None when only the excerpt is known."""
            self.error = error

    def __init__(
        self,
        place: tuple[str, ...],
        proofs: tuple[Evidence, ...],
        at: int,
        load: Callable[[str | None, str], bytes | None],
    ) -> None:
        """`load` gives a file's content by node and name, or None; it is called in a thread."""
        super().__init__()
        self._place = place
        self._proofs = proofs
        self._at = at
        self._load = load

    def compose(self) -> ComposeResult:
        yield WhereBar(*self._place, "evidence")
        yield Static(id="evidence-head", markup=False)
        yield Failure()
        yield LogView()
        yield LinePane(id="evidence-line")
        yield Input(placeholder="text to search for", id="evidence-search")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#evidence-search").display = False
        self._open()

    @property
    def proof(self) -> Evidence:
        return self._proofs[self._at]

    def _open(self) -> None:
        proof, at = self.proof, self._at
        self.query_one(LinePane).forget()
        self._say_where()
        in_background(self, partial(self._read, at, proof), partial(self.FileRead, at, None))

    def on_resize(self) -> None:
        self._say_where()

    def _say_where(self) -> None:
        """File, node and which proof, on as few lines as they need; then the next, where there is room."""
        proof, marks, width = self.proof, glyphs.of(self), self.size.width - 2
        name, node = plain.one_line(proof.file), plain.one_line(proof.node or "")
        number = f"proof {self._at + 1} of {len(self._proofs)}" if proof.line or len(self._proofs) > 1 else ""
        gap = f"  {marks.dot}  "
        beside = len(gap.join(part for part in (name, node, number) if part)) <= width
        tail = "".join(gap + part for part in (node if beside else "", number) if part)
        name = plain.middle(name, max(20, width - len(tail)), marks.cut)
        lines = [Content.assemble((name, "bold"), (tail, "$quiet"))]
        if node and not beside:
            lines.append(Content.styled(plain.fit(node, width, marks.cut), "$quiet"))
        if (following := self._following()) and self.size.height >= _FEW:
            then = plain.middle(following, max(20, width - 8), marks.cut)
            lines.append(Content.styled(f"n next: {then}", "$quiet"))
        self.query_one("#evidence-head", Static).update(Content("\n").join(lines))

    def _following(self) -> str:
        """Where the next proof stands; empty where there is no other."""
        proof = self._proofs[(self._at + 1) % len(self._proofs)]
        if proof is self.proof:
            return ""
        node = f"{plain.one_line(proof.node)}  " if proof.node and proof.node != self.proof.node else ""
        line = f":{proof.line}" if proof.line else ""
        return f"{node}{plain.one_line(proof.file).rpartition('/')[2]}{line}"

    def _read(self, at: int, proof: Evidence) -> FileRead:
        """In a thread: a log may be large."""
        data = self._load(proof.node, proof.file)
        lines = data.decode("utf-8", "replace").splitlines() if data is not None else None
        return self.FileRead(at, lines)

    @on(FileRead)
    def _shown(self, message: FileRead) -> None:
        if message.at != self._at:
            return
        self.query_one(Failure).error = message.error
        view, proof = self.query_one(LogView), self.proof
        # a mark that was cut in its middle stands in the line in two parts
        whole = [part for part, mark in proof.excerpt.segments if mark]
        matched = [each for part in whole for each in part.split(LEFT_OUT) if each]
        if message.lines is None:
            view.show(proof.text.splitlines() or [""], frozenset({0}), 0, matched)
        else:
            here = [e.line for e in self._proofs if (e.node, e.file) == (proof.node, proof.file)]
            marked = frozenset(line - 1 for line in here if line)
            view.show(message.lines, marked, max(0, proof.line - 1), matched)
        view.focus()
        self.refresh_bindings()

    def action_next(self, by: int) -> None:
        if self.query_one(LogView).go_to_match(by):
            return
        if len(self._proofs) > 1:
            self._at = (self._at + by) % len(self._proofs)
            self._open()

    def action_search(self) -> None:
        field = self.query_one("#evidence-search", Input)
        field.display = True
        field.focus()

    @on(Input.Submitted)
    def _search(self, message: Input.Submitted) -> None:
        message.input.display = False
        view = self.query_one(LogView)
        view.focus()
        view.search(message.value)

    @on(LogView.Moved)
    def _moved(self, message: LogView.Moved) -> None:
        told, proof = message.told, self.proof
        if message.number == proof.line and len(told.marks) < len(proof.marks):
            told = proof.excerpt  # what matched stands further right than a line is ever drawn
        pane = self.query_one(LinePane)
        begin = len(told.text) - len(told.text.lstrip())
        pane.number, pane.told = message.number, told.between(begin, len(told.text.rstrip()))

    @on(LogView.Found)
    def _found(self, message: LogView.Found) -> None:
        self.refresh_bindings()
        lines = "line holds" if message.number == 1 else "lines hold"
        self.notify(
            f"{message.number or 'No'} {lines} this text." if message.number else "No line holds this text."
        )

    async def action_copy(self) -> None:
        where = await clipboard.copy(self.app, self.query_one(LogView).line)
        self.notify(f"Copied the line {where}.", markup=False)

    def action_back(self) -> None:
        field = self.query_one("#evidence-search", Input)
        if field.has_focus:
            field.display = False
            self.query_one(LogView).focus()
        else:
            self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return action != "next" or len(self._proofs) > 1 or any(view.searched for view in self.query(LogView))
