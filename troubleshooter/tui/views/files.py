"""The files that were brought home, and what was left out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from troubleshooter.model.handover import Collected
from troubleshooter.model.names import natural
from troubleshooter.report.gaps import gaps
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.remarks import Remark, Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane
from troubleshooter.tui.widgets.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.model.run import KeptFile
    from troubleshooter.model.step import StepRecord

_COLUMNS = (
    Column("node", 16, importance=7, name=True),
    Column("file", 24, importance=9, flexible=True, name=True),
    Column("size", 9, importance=5),
    Column("left out", 22, importance=3),
)


class FilesView(Vertical):
    DEFAULT_CSS = """
    FilesView { height: 1fr; }
    FilesView > #files-head { height: auto; margin-bottom: 1; }
    FilesView > Table { height: 1fr; }
    FilesView > ScrollPane { height: auto; max-height: 40%; }
    """

    class Opened(Message):
        """A file is to be shown."""

        def __init__(self, kept: KeptFile) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, files: tuple[KeptFile, ...], step: StepRecord) -> None:
        """`step` is the one that collected them: how it went, and what it left out."""
        super().__init__()
        self._left_out = gaps(step.output.left_out if isinstance(step.output, Collected) else ())
        self._files = tuple(sorted(files, key=lambda kept: (natural(kept.node), natural(kept.name))))
        self._outcome = step.why

    def compose(self) -> ComposeResult:
        yield Static(Content(plain.one_line(self._outcome)), id="files-head")
        yield Table(*_COLUMNS, empty="No file was kept.", title="files")
        if self._left_out:
            with ScrollPane("left out"):
                told = Remarks()
                dot = glyphs.of(self).dot
                remarks = tuple(Remark(f"{dot} ", line) for line in self._left_out)
                told.set_reactive(Remarks.remarks, remarks)
                yield told

    def on_mount(self) -> None:
        rows = tuple(Row(str(index), _cells(kept)) for index, kept in enumerate(self._files))
        self.query_one(Table).show(rows)

    def on_table_opened(self, message: Table.Opened) -> None:
        message.stop()
        self.post_message(self.Opened(self._files[int(message.key)]))


def _cells(kept: KeptFile) -> tuple[Cell, ...]:
    return (
        Cell(plain.one_line(kept.node), "$quiet"),
        Cell(plain.one_line(kept.name)),
        Cell(size(kept.size), "$quiet"),
        Cell(plain.one_line(kept.cut), "$warning"),
    )


def size(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
