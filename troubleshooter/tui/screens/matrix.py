"""The matrix of nodes and findings: what all nodes have points at the configuration, what one has at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen

from troubleshooter.tui.rows import matrix
from troubleshooter.tui.screens.evidence import EvidenceScreen
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.remarks import Remark, Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from troubleshooter.model.finding import Diagnosis


class MatrixScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding(
            "o,enter",
            "open",
            "show proof",
            key_display="enter",
            tooltip="Open what proves something on this node",
            id="matrix.open",
        ),
        Binding("escape,q,m", "dismiss", "back", tooltip="Back to where you came from", id="matrix.back"),
    ]

    def __init__(
        self,
        place: tuple[str, ...],
        diagnosis: Diagnosis,
        load: Callable[[str | None, str], bytes | None],
        known: matrix.OfRun = matrix.NO_RUN,
    ) -> None:
        super().__init__()
        self._pools, self._files = known
        self._place = place
        self._diagnosis = diagnosis
        self._load = load

    def compose(self) -> ComposeResult:
        yield WhereBar(*self._place, "nodes and findings")
        with Vertical(id="matrix-main"):
            with ScrollPane("findings", id="matrix-findings", key="Tab"):
                yield Remarks(id="matrix-legend")
            yield Table(
                *matrix.columns(self._diagnosis, self._pools),
                empty="Nothing was read of any node.",
                title=self._title(),
            )
            yield Remarks(id="matrix-node")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#matrix-legend", Remarks).remarks = self._legend()
        self.query_one(Table).show(matrix.rows(self._diagnosis, self._pools, glyphs.of(self)))
        self.query_one(Table).focus()
        self._describe()

    def _legend(self) -> tuple[Remark, ...]:
        marks = glyphs.of(self)
        named = tuple(
            Remark(f"{number:>2}  {marks.severity(f.severity)} ", plain.one_line(f.title))
            for number, f in enumerate(self._diagnosis.findings, start=1)
        )
        return named or (Remark("", "No rule found anything wrong."),)

    def _title(self) -> str:
        """Of the table, with what its marks mean: always in sight, however many findings there are."""
        marks = glyphs.of(self)
        marked = " or ".join(dict.fromkeys(marks.severity(f.severity) for f in self._diagnosis.findings))
        return f"nodes: {marked} seen, {marks.dot} not seen in what was read" if marked else "nodes"

    @on(Table.Moved)
    def _describe(self) -> None:
        node = self.query_one(Table).key
        if node is None:
            return
        findings = self._diagnosis.findings
        here = matrix.of_node(self._diagnosis, node)
        numbers = ", ".join(str(findings.index(finding) + 1) for finding in here)
        nothing = matrix.without_finding(self._diagnosis, node, self._files)
        name = plain.one_line(node) or "pool and Azure"
        self.query_one("#matrix-node", Remarks).remarks = (
            Remark(f"{glyphs.of(self).pointer} ", name, style="bold"),
            Remark("  findings " if len(here) > 1 else "  finding " if here else "  ", numbers or nothing),
        )
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return action != "open" or bool(self._proofs())

    def _proofs(self) -> tuple[object, ...]:
        tables = self.query(Table)
        key = tables.first().key if tables else None
        return matrix.proofs(self._diagnosis, key) if key is not None else ()

    @on(Table.Opened)
    def action_open(self) -> None:
        key = self.query_one(Table).key
        if key is not None and (found := matrix.proofs(self._diagnosis, key)):
            self.app.push_screen(EvidenceScreen(self._place, found, 0, self._load))
