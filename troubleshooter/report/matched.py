"""A proof as one line of text in which what matched can be made to stand out, whatever shows it.

The two signs are drawn anew by each process: foreign text cannot know them, and so is never
made bold by them.
Who prints the text puts something that can be seen in their place.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.model.evidence import Evidence

BEGIN, END = (chr(plane + int.from_bytes(os.urandom(2)) % 0xFFFE) for plane in (0xF0000, 0x100000))
"""Of the planes that no character is ever assigned in."""


def matched(place: Evidence) -> str:
    """What stands there, on one line, with the signs around what matched."""
    from troubleshooter.model.excerpt import one_line, unbroken  # noqa: PLC0415 - most of what is shown proves nothing

    return one_line(unbroken(place.excerpt), visible).marked(BEGIN, END)


def in_signs(text: str) -> str:
    """For everything but a terminal that has colours."""
    return text.replace(BEGIN, "»").replace(END, "«")
