"""A text with the program's own colours, which stand apart from the words: no word can be one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.report.matched import BEGIN, END, in_signs
from troubleshooter.text import Control

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL = Control("\x1b[0m")
_BOLD = Control("\x1b[1;4m")
_COLOURS = {
    symbol: Control(f"\x1b[{number}m")
    for symbol, number in {"✔": 32, "✖": 31, "▲": 33, "?": 33, "◐": 36}.items()
}
_STYLED = re.compile(rf"(?m)^(\s*)([{''.join(_COLOURS)}])(?= )|{BEGIN}([^{BEGIN}{END}]*){END}")
_WORDS = re.compile(r"\S(?:.*\S)?")
"""Of a line, so that no margin is underlined."""


def painted(text: str) -> Iterator[str]:
    """Its pieces for a terminal: a symbol that begins a line coloured, what matched bold and underlined."""
    at = 0
    for hit in _STYLED.finditer(text):
        yield in_signs(text[at : hit.start()])
        at = hit.end()
        if hit[2]:
            yield from (hit[1], _COLOURS[hit[2]], hit[2], _USUAL)
        else:
            yield from _emphasised(hit[3])
    yield in_signs(text[at:])


def _emphasised(text: str) -> Iterator[str]:
    at = 0
    for words in _WORDS.finditer(text):
        yield from (text[at : words.start()], _BOLD, words[0], _USUAL)
        at = words.end()
    yield text[at:]
