"""The report as plain text, for a terminal or a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import Excerpt
from troubleshooter.report.moods import MOOD_SYMBOLS
from troubleshooter.report.outline import (
    Code,
    Conclusion,
    Facts,
    Heading,
    Item,
    Links,
    Paragraph,
    Table,
    outline,
)
from troubleshooter.report.wrapped import WIDTH, wrapped
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshooter.model.run import RunState
    from troubleshooter.report.outline import Block

_GAP = "  "
_UNDERLINES = {1: "=", 2: "-"}


def run_paper(state: RunState, width: int = WIDTH) -> str:
    return blocks_text(outline(state), width)


def blocks_text(blocks: Sequence[Block], width: int = WIDTH) -> str:
    return "\n\n".join("\n".join(_block(block, width)) for block in blocks) + "\n"


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield from _heading(level, one_line(text), width)
        case Conclusion(mood, text):
            yield from wrapped(one_line(text), width, f"{MOOD_SYMBOLS[mood]} ", "  ")
        case Paragraph(text):
            yield from wrapped(one_line(text), width)
        case Item(number, text):
            yield from wrapped(one_line(text), width, f"{number}. ", "   ")
        case Facts(rows):
            yield from _facts(rows, width)
        case Links(addresses):
            yield from (f"  {one_line(address)}" for address in addresses)
        case Table(header, rows):
            yield from _table(header, rows, width)
        case Code(caption, text, marks):
            yield from wrapped(f"{one_line(caption)}:", width)
            shown = visible(Excerpt(text, marks).marked("»", "«"), keep_newlines=True)
            yield from (f"    {line}".rstrip() for line in shown.split("\n"))


def _heading(level: int, text: str, width: int) -> Iterator[str]:
    lines = list(wrapped(text, width))
    yield from lines
    if level in _UNDERLINES:
        yield _UNDERLINES[level] * min(width, max(map(len, lines)))


def _facts(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """A label that is the same as the one above it stands once."""
    column = max((len(label) for label, _ in rows), default=0)
    above = ""
    for label, text in rows:
        shown = "" if label == above else label
        yield from wrapped(one_line(text), width, f"  {shown:<{column}}  ", " " * (column + 4))
        above = label


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Columns where no word has to be cut for them, else one row under the other."""
    texts = [header, *([one_line(cell) for cell in row] for row in rows)]
    sizes = _sizes(texts, width)
    if sizes:
        for number, row in enumerate(texts):
            yield from _row(row, sizes)
            if number == 0:
                yield _GAP.join("-" * size for size in sizes)
        return
    for number, row in enumerate(texts[1:]):
        if number:
            yield ""
        yield from _facts([(title, cell) for title, cell in zip(header, row, strict=True) if cell], width)


def _sizes(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Every column as wide as its longest cell; the widest give way, as far as their longest word."""
    columns = list(zip(*rows, strict=True))
    sizes = [max(map(len, column)) for column in columns]
    least = [max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    while sum(sizes) + len(_GAP) * (len(sizes) - 1) > width:
        loose = [at for at, size in enumerate(sizes) if size > least[at]]
        if not loose:
            return []
        sizes[max(loose, key=lambda at: sizes[at])] -= 1
    return sizes


def _row(cells: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    parts = [list(wrapped(cell, size)) for cell, size in zip(cells, sizes, strict=True)]
    for at in range(max(map(len, parts))):
        line = (
            f"{part[at] if at < len(part) else '':<{size}}" for part, size in zip(parts, sizes, strict=True)
        )
        yield _GAP.join(line).rstrip()
