"""A proof as one line of text in which what matched can be made to stand out, whatever shows it.

The two signs are control characters, which foreign text never brings along: it is made visible
first. Who prints
the text puts something that can be seen in their place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import one_line, unbroken
from troubleshooter.text import visible

if TYPE_CHECKING:
    from troubleshooter.model.evidence import Evidence

BEGIN, END = "\x0e", "\x0f"
_MATCHED = re.compile(f"{BEGIN}([^{END}]*){END}")
_BOLD, _USUAL = "\x1b[1;4m", "\x1b[0m"


def matched(place: Evidence) -> str:
    """What stands there, on one line, with the signs around what matched."""
    return one_line(unbroken(place.excerpt), visible).marked(BEGIN, END)


def emphasised(text: str) -> str:
    """For a terminal: bold and underlined, line by line, so that no margin is underlined."""
    return _MATCHED.sub(lambda hit: re.sub(r"\S(?:.*\S)?", f"{_BOLD}\\g<0>{_USUAL}", hit[1]), text)


def in_signs(text: str) -> str:
    """For everything else."""
    return text.replace(BEGIN, "»").replace(END, "«")
