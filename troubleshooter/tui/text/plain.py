"""Foreign text made safe to draw: it cannot move the cursor, turn a line round, or pass as markup."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size

from troubleshooter.model import excerpt
from troubleshooter.text import one_line as text_line
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LONGEST = 4000
"""Characters of one line that are ever drawn."""
_MOST = 3000
"""Names of one column that are compared; of more than these the middle is cut."""
_PART = re.compile(r"[-_]?[^-_]+|[-_]")


def one_line(text: str) -> str:
    """Visible text on one line: line ends and runs of space become one space, and very long text is cut."""
    return text_line(excerpt.cut(text, _LONGEST))


def log_line(text: str) -> str:
    """A line of a log as it stands there, cut where it is absurdly long, with how much was cut."""
    if len(text) <= _LONGEST:
        return visible(text)
    return f"{visible(text[:_LONGEST])} [{len(text) - _LONGEST:,} characters more]"


def fit(text: str, width: int, cut: str) -> str:
    """Exactly so many cells: cut, with the sign of it, or padded."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - cell_len(cut))) + cut[:width]


_BREAKS = "/,"
"""After these a word that is longer than a line is rather broken than elsewhere."""


def folded(text: str, width: int, hang: str) -> list[str]:
    """All of a line, what is too long set in a little more in the next one."""
    margin = (text[: len(text) - len(text.lstrip())] + hang)[: width // 2]
    pieces: list[str] = []
    lead = ""
    while len(lead + text) > width:
        at = _break(text, width - len(lead), width - len(margin))
        pieces.append(lead + text[:at].rstrip())
        text, lead = text[at:], margin
    return [*pieces, lead + text]


def _break(text: str, room: int, next_room: int) -> int:
    """Where a line ends: at a space, unless the word after it would have to be broken anyway."""
    space, least = text.rfind(" ", 0, room + 1) + 1, room // 2
    if text[:space].strip() and len(text[space:].partition(" ")[0]) <= next_room:
        return space
    after = max(text.rfind(each, least, room) + 1 for each in _BREAKS)
    return after or (space if space > least else room)


def wrapped(text: str, width: int) -> list[str]:
    """Prose on lines; an id or a path that is longer than one is broken where it hurts least."""
    return folded(told, width, "") if (told := one_line(text)) else []


def start(text: str, width: int) -> str:
    """As much of the beginning as fits into so many cells; at least one character."""
    used = 0
    for at, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return text[: max(1, at)]
    return text


def middle(text: str, width: int, cut: str) -> str:
    """A name cut in its middle, since names of nodes differ at their ends; never longer than the width."""
    if cell_len(text) <= width:
        return text
    if width <= len(cut) + 2:
        return text[-width:] if width > 0 else ""
    tail = (width - len(cut)) * 2 // 3
    return text[: width - len(cut) - tail] + cut + text[-tail:]


class Apart(NamedTuple):
    """What tells names apart that stand in one column: some of their parts, and how much of these."""

    first: int = 0
    """The first of these parts, counted from 0; a part begins at a `_` or a `-`."""
    tail: int = 0
    """So many characters from the end of these parts on, …"""
    head: int = 0
    """… and of these so many from their beginning; 0 when nothing is known to tell the names apart."""
    parts: int = 0
    """How many parts these are; 0 where a name counts as one."""
    longest: int = 0
    """Cells of the longest of the names."""


ALIKE = Apart()
"""Nothing is known to tell the names apart."""


def apart(names: Iterable[str]) -> Apart:
    """The shortest piece, at the same place in all names, that no two of them share."""
    known = sorted(set(names))
    if not 1 < len(known) <= _MOST:
        return Apart(longest=max(map(len, known), default=0))
    longest = max(map(len, known))
    split = [_parts(name) for name in known]
    count = len(split[0]) if len({len(parts) for parts in split}) == 1 else 0
    spans = ((first, size) for size in range(1, count) for first in range(count - size + 1))
    for first, size in spans:
        pieces = ["".join(parts[first : first + size]) for parts in split]
        if len(set(pieces)) == len(known):
            return Apart(first, *_shortest(pieces), size, longest)
    return Apart(0, *_shortest(known), 0, longest)


def _shortest(pieces: list[str]) -> tuple[int, int]:
    """How long an end suffices, and how long a beginning of that end."""
    most = max(map(len, pieces))
    tail = _least(most, lambda size: len({piece[-size:] for piece in pieces}) == len(pieces))
    ends = [piece[-tail:] for piece in pieces]
    return tail, _least(tail, lambda size: len({end[:size] for end in ends}) == len(ends))


def _least(most: int, enough: Callable[[int], bool]) -> int:
    return bisect_left(range(1, most), True, key=enough) + 1


def _parts(name: str) -> list[str]:
    return _PART.findall(name)


def telling(name: str, width: int, cut: str, how: Apart) -> str:
    """A name cut where it is like the others, so that what tells it apart stays: …_1-20261125t….

    The beginning goes first, then the end; at the same place in all names of one length.
    """
    if cell_len(name) <= width:
        return name
    if not how.head:
        return middle(name, width, cut)
    parts = _parts(name) if how.parts else [name]
    end = len("".join(parts[: how.first + how.parts])) if how.parts else len(name)
    begin = len("".join(parts[: how.first])) if how.parts else 0
    start = max(begin, end - how.tail)
    if start + how.head - begin <= width - 2 * len(cut):
        start = begin  # with the sign that a part begins with
    room = width - len(cut)
    if (from_end := max(how.longest, len(name)) - room) <= start:
        return cut + name[from_end:]
    room -= len(cut)
    if min(how.head, end - start) > room:
        return middle(name, width, cut)
    return cut + name[start : start + room] + cut
