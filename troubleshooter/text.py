"""Foreign text made safe, and durations, for every output: what is written here is written in one way."""

from __future__ import annotations

import re
import unicodedata

_BLANK = str.maketrans(dict.fromkeys("\t\n\r\v\f", " "))
_DRAWS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks in name that are as invisible as a format character: fillers, joiners, selectors."""

TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)?|[@-Z\\-_])")
"""What a copied screen still holds: colours, moves of the cursor, and titles of a terminal."""

_LONGEST_WORD = 600
"""Letters without a space that are told whole: more than any id, address or path of the field has."""


class Control(str):
    """What a terminal is to obey: a colour, a move of the cursor, a title, a bell.

    Only the program's own style is one, and only the few modules that a test names may make one. All other
    text, whoever wrote it, is escaped where it is written.
    """

    __slots__ = ()


def visible(text: str, keep_newlines: bool = False) -> str:
    r"""The text with every character that draws nothing, or moves what is drawn, written out, e.g. \x1b.

    Control, format and direction characters, private and unassigned ones are escapes; tabs and the wider
    kinds of space become spaces. So no terminal obeys it, and no reader is misled.
    """
    if keep_newlines:
        return "\n".join(map(visible, text.replace("\r\n", "\n").split("\n")))
    if text.isascii() and text.isprintable():
        return text  # most are
    text = text.expandtabs(4)
    return text if is_drawn(text) else "".join(map(_shown, text))


def is_drawn(text: str) -> bool:
    """Whether every character of it draws something, and does nothing else."""
    return text.isprintable() and (text.isascii() or not _DRAWS_NOTHING.search(text))


def one_line(text: str) -> str:
    """For cells and list items: whitespace folded, the rest visible."""
    return visible(" ".join(text.split()))


def flat(text: str) -> str:
    """As it stands, on one line: each line end and tab is one space, the rest visible."""
    return visible(text.translate(_BLANK).strip())


def in_short(text: str) -> str:
    """Without the middle of any word that nobody reads: a name of thousands of letters hides the sentence."""
    if len(text) <= _LONGEST_WORD:
        return text
    return " ".join(
        word if len(word) <= _LONGEST_WORD else f"{word[:200]}…{word[-100:]}" for word in text.split(" ")
    )


def within(sentence: str) -> str:
    """A sentence after a colon: it begins small, unless it begins with Azure's name."""
    return sentence if sentence.startswith(("Azure", "ARM")) else sentence[:1].lower() + sentence[1:]


def clock(seconds: float) -> str:
    """A duration that runs, to the second: 0:04, 12:30, 1:02:03."""
    minutes, left = divmod(max(0, int(seconds)), 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}:{left:02d}" if hours else f"{rest}:{left:02d}"


def span(seconds: float) -> str:
    """A duration within a sentence: 45 s, 30 min."""
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:.3g} min"


def _shown(char: str) -> str:
    if is_drawn(char):
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    return char.encode("unicode_escape").decode("ascii")
