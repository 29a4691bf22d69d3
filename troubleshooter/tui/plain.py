"""Foreign text made safe to draw: nothing in a log may move the cursor, turn the line round, or pass as markup."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

_LONGEST = 4000
"""Characters of one line that are ever drawn."""


def visible(text: str) -> str:
    """The text with every character that draws nothing written out, e.g. \\x1b; tabs become spaces."""
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


def middle(text: str, width: int, cut: str) -> str:
    """A name cut in its middle, since names of nodes differ at their ends; never longer than the width."""
    if cell_len(text) <= width:
        return text
    if width <= len(cut) + 2:
        return text[-width:] if width > 0 else ""
    tail = (width - len(cut)) * 2 // 3
    return text[: width - len(cut) - tail] + cut + text[-tail:]
