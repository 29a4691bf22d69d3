"""Foreign text made safe to draw: it cannot move the cursor, turn a line round, or pass as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 4000
"""Characters of one line that are ever drawn."""


def visible(text: str) -> str:
    r"""The text with every character that draws nothing written out, e.g. \\x1b; tabs become spaces."""
    text = text.expandtabs(4)
    if text.isprintable():
        return text
    return "".join(_written_out(character) for character in text)


def _written_out(character: str) -> str:
    if character.isprintable():
        return character
    if character == "\N{NO-BREAK SPACE}":
        return " "
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """Visible text on one line: line ends and runs of space become one space, and very long text is cut."""
    return visible(" ".join(text[:_LONGEST].split()))


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


def common_ends(names: Iterable[str]) -> tuple[int, int]:
    """How many characters all names share at their beginning and at their end."""
    known = sorted(set(names))
    if len(known) < 2:
        return 0, 0
    first, last = known[0], known[-1]
    start = _alike(first, last)
    tails = sorted(name[start:][::-1] for name in known)
    return start, _alike(tails[0], tails[-1])


def _alike(one: str, other: str) -> int:
    """How many characters two texts share at their beginning. Of sorted texts the outermost stand for all."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def telling(name: str, width: int, cut: str, ends: tuple[int, int]) -> str:
    """A name cut where it is like the others, so that what tells it apart stays: tvm-…_1-20261…."""
    start, end = ends
    alike = max(0, start - 1)
    before, core, after = name[:alike], name[alike : len(name) - end], name[len(name) - end :]
    room = width - len(core)
    if cell_len(name) <= width or start + end == 0 or room < 2 * len(cut):
        return middle(name, width, cut)
    if len(after) + len(cut) <= room:
        return before[: room - len(after) - len(cut)] + cut + core + after
    lead = before if len(before) <= 4 + len(cut) else before[:4] + cut
    if len(lead) + len(cut) > room:
        lead = cut
    tail = room - len(lead)
    return lead + core + (after if len(after) <= tail else after[: tail - len(cut)] + cut)
