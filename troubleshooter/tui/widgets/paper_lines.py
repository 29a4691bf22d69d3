"""The blocks of a report as lines of text for a given width. Pure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import Excerpt, one_line, wrapped
from troubleshooter.report.moods import MOOD_SYMBOLS
from troubleshooter.report.outline import Code, Conclusion, Facts, Heading, Item, Links, Paragraph, Table
from troubleshooter.report.summary import Mood
from troubleshooter.text import visible
from troubleshooter.tui.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshooter.report.outline import Block
    from troubleshooter.tui.widgets.strips import Piece

_GAP = 2
_NARROWEST = 8
_MOODS = {Mood.GOOD: "$success", Mood.CARE: "$warning", Mood.BAD: "$error", Mood.OPEN: "$quiet"}


def lines(blocks: Sequence[Block], width: int) -> Iterator[list[Piece]]:
    for block in blocks:
        yield from _block(block, width)
        yield []


def _block(block: Block, width: int) -> Iterator[list[Piece]]:
    match block:
        case Heading() | Conclusion() | Paragraph() | Item():
            yield from _prose(block, width)
        case Facts(rows):
            yield from _facts(rows, width)
        case Links(addresses):
            yield from ([("  ", ""), (plain.one_line(address), "$quiet underline")] for address in addresses)
        case Table(header, rows):
            yield from _table(header, rows, width)
        case Code(caption, text, marks) if marks:
            yield from _caption(caption, width)
            for told in wrapped(one_line(Excerpt(text, marks), visible), max(_NARROWEST, width - 4)):
                styled = [
                    (part, "$accent bold reverse" if mark else "$accent") for part, mark in told.segments
                ]
                yield [("    ", ""), *styled]
        case Code(caption, text):
            yield from _caption(caption, width)
            for line in text.splitlines():
                parts = plain.folded(plain.log_line(line), max(_NARROWEST, width - 4), "    ")
                yield from ([("    ", ""), (part, "$accent")] for part in parts)


def _caption(caption: str, width: int) -> Iterator[list[Piece]]:
    """Of a proof it names file, line and node: at its end stands what tells two of them apart."""
    yield from ([("  ", ""), (part, "$quiet")] for part in _wrapped(caption, width - 2))


def _prose(block: Heading | Conclusion | Paragraph | Item, width: int) -> Iterator[list[Piece]]:
    text, style = block.text, ""
    match block:
        case Heading(level, _):
            if level == 2:
                yield []
            style = "bold" if level == 1 else "$accent bold"
        case Conclusion(mood, _):
            text, style = f"{MOOD_SYMBOLS[mood]} {text}", f"{_MOODS[mood]} bold"
        case Item(number, _):
            text = f"{number}. {text}"
    yield from ([(part, style)] for part in _wrapped(text, width))


def _facts(rows: Sequence[tuple[str, str]], width: int) -> Iterator[list[Piece]]:
    """A label that is the same as the one above it stands once."""
    column = max((len(label) for label, _ in rows), default=0)
    above = ""
    for label, text in rows:
        shown = "" if label == above else label
        above = label
        for part in _wrapped(text, width - column - 4):
            yield [(f"  {shown:<{column}}  ", "$quiet"), (part, "")]
            shown = ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[list[Piece]]:
    texts = [[plain.one_line(cell) for cell in row] for row in rows]
    sizes = _sizes([list(header), *texts], width)
    yield [(_row(header, sizes), "$quiet")]
    for row in texts:
        cells = [
            textwrap.wrap(cell, size, break_on_hyphens=False) or [""]
            for cell, size in zip(row, sizes, strict=True)
        ]
        for at in range(max(len(cell) for cell in cells)):
            yield [(_row([cell[at] if at < len(cell) else "" for cell in cells], sizes), "")]


def _sizes(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Every column as wide as its longest cell; the widest give way until the table fits."""
    sizes = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    while sum(sizes) + _GAP * (len(sizes) - 1) > width and max(sizes) > _NARROWEST:
        sizes[sizes.index(max(sizes))] -= 1
    return sizes


def _row(cells: Sequence[str], sizes: Sequence[int]) -> str:
    return (" " * _GAP).join(plain.fit(cell, size, "") for cell, size in zip(cells, sizes, strict=True))


def _wrapped(text: str, width: int) -> list[str]:
    return plain.wrapped(text, max(_NARROWEST, width))
