from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import Excerpt
from troubleshooter.report import escape
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
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.model.run import RunState
    from troubleshooter.report.outline import Block


def run_markdown(state: RunState) -> str:
    return blocks_markdown(outline(state))


def blocks_markdown(blocks: Sequence[Block]) -> str:
    return "\n\n".join(map(_block, blocks)) + "\n"


def _block(block: Block) -> str:  # noqa: PLR0911 - one return for each kind of block
    match block:
        case Heading(level, text):
            return f"{'#' * level} {escape.markdown(text)}"
        case Conclusion(mood, text):
            return f"**{MOOD_SYMBOLS[mood]} {escape.markdown(text)}**"
        case Paragraph(text):
            return escape.markdown(text)
        case Item(number, text):
            return f"{number}. {escape.markdown(text)}"
        case Facts(rows):
            return "\n".join(f"- {escape.markdown(label)}: {escape.markdown(text)}" for label, text in rows)
        case Links(addresses):
            return "\n".join(f"- {_link(address)}" for address in addresses)
        case Table(header, rows):
            return "\n".join([_row(header), _row(["---"] * len(header), raw=True), *map(_row, rows)])
        case Code(caption, text, marks):
            return f"{escape.markdown(caption)}:\n\n{_fenced(Excerpt(text, marks).marked('»', '«'))}"


def _row(cells: Sequence[str], raw: bool = False) -> str:
    return f"| {' | '.join(cell if raw else escape.markdown(cell) for cell in cells)} |"


def _link(address: str) -> str:
    return f"<{address}>" if escape.is_web_address(address) else escape.markdown(address)


def _fenced(text: str) -> str:
    """Fence it longer than any run of back-ticks inside, so that the text cannot end it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{visible(text, keep_newlines=True)}\n{fence}"
