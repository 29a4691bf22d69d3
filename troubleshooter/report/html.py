from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import Excerpt
from troubleshooter.report import escape
from troubleshooter.report.html_style import STYLE
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshooter.model.run import RunState
    from troubleshooter.report.outline import Block

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A page that loads nothing and runs nothing, whatever got into it."""
_LONG_WORD = 24
"""Characters from which a word may be broken in a cell: ids and hashes, so that other columns keep theirs."""


def run_html(state: RunState) -> str:
    return blocks_html(f"{state.target.pool}, run {state.id}", outline(state))


def blocks_html(title: str, blocks: Sequence[Block]) -> str:
    """Make one self-contained page."""
    title = escape.html(title)
    body = "\n".join((*_blocks(blocks[:1]), _contents(blocks), *_blocks(blocks[1:])))
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _contents(blocks: Sequence[Block]) -> str:
    links = (
        f'<a href="#{_anchor(block.text)}">{escape.html(block.text)}</a>'
        for block in blocks
        if isinstance(block, Heading) and block.level == 2
    )
    return f"<nav>{' '.join(links)}</nav>"


def _anchor(title: str) -> str:
    """Of a section's title, which is always the program's own words."""
    return "".join(char if char.isalnum() else "-" for char in title.lower())


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    return (_block(block) for block in blocks)


def _block(block: Block) -> str:  # noqa: PLR0911 - one return for each kind of block
    match block:
        case Heading(2, text):
            return f'<h2 id="{_anchor(text)}">{escape.html(text)}</h2>'
        case Heading(level, text):
            return f"<h{level}>{escape.html(text)}</h{level}>"
        case Conclusion(mood, text):
            return f'<p class="verdict {mood}">{MOOD_SYMBOLS[mood]} {escape.html(text)}</p>'
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Item(number, text):
            return f'<p class="item"><b>{number}.</b><span>{_text(text)}</span></p>'
        case Facts(rows):
            return f"<dl>{''.join(_facts(rows))}</dl>"
        case Links(addresses):
            return f"<ul>{''.join(f'<li>{_link(address)}</li>' for address in addresses)}</ul>"
        case Table(header, rows):
            return _table(header, rows)
        case Code(caption, text, marks):
            quoted = f"<pre>{_marked(text, marks) if marks else _lines(text)}</pre>"
            return f"<figure><figcaption>{_text(caption)}</figcaption>{quoted}</figure>"


def _lines(text: str) -> str:
    """Each line a box of its own, so that what goes on in the next row is set in; copied it is as it was."""
    return "".join(
        f"<code>{escape.html(line, keep_newlines=True)}</code>" for line in text.splitlines(keepends=True)
    )


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    parts = ((escape.html(part, keep_newlines=True), mark) for part, mark in Excerpt(text, marks).segments)
    return "".join(f"<mark>{part}</mark>" if mark else part for part, mark in parts)


def _facts(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A label that is the same as the one above it stands once."""
    for label, same in groupby(rows, lambda row: row[0]):
        values = "".join(f"<dd>{_text(text)}</dd>" for _, text in same)
        yield f"<dt>{escape.html(label)}</dt>{values}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Each cell knows its column's title, which stands before it where columns have no room."""
    head = "".join(f"<th>{escape.html(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(map(_cell, header, row))}</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"


def _cell(title: str, text: str) -> str:
    """A long id may be broken, a short value never is: else a column of ids takes the others' room."""
    long = any(len(word) > _LONG_WORD for word in text.split())
    kind = ' class="long"' if long else ' class="short"' if len(text) < _LONG_WORD else ""
    return f'<td data-title="{escape.html(title)}"{kind}>{_text(text)}</td>'


def _text(text: str) -> str:
    """Paths and resource ids may go on in the next line after a slash."""
    return escape.html(text).replace("/", "/<wbr>") if "/" in text else escape.html(text)


def _link(address: str) -> str:
    shown = escape.html(address)
    return f'<a href="{shown}" rel="noreferrer">{shown}</a>' if escape.is_web_address(address) else shown
