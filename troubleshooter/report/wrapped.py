"""Lines no wider than the terminal, broken between words: an id or a command is never cut in two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 100
"""Where nobody knows how wide the reader is."""
_IN_QUOTES = re.compile(r".+?(?:[,;&?}|]+|$)")
"""Where a quoted line that has no spaces may be broken: after what parts its values."""


def wrapped(text: str, width: int, first: str = "", rest: str = "", *, quoted: bool = False) -> Iterator[str]:
    """`first` stands before the first line and `rest` before the others. A longer word stays whole.

    What is quoted from a log may be broken inside such a word as well, between its values.
    """
    line, empty = first, True
    for piece, space in _pieces(text, width - len(rest), quoted=quoted):
        gap = " " if space and not empty else ""
        if not empty and len(line) + len(gap) + len(piece) > width:
            yield line
            line, gap = rest, ""
        line, empty = f"{line}{gap}{piece}", False
    yield line.rstrip()


def _pieces(text: str, room: int, *, quoted: bool) -> Iterator[tuple[str, bool]]:
    """What stays together, and whether a space stands before it."""
    for word in text.split():
        parts = _IN_QUOTES.findall(word) if quoted and len(word) > room else [word]
        yield from ((part, number == 0) for number, part in enumerate(parts))
