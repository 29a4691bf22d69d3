"""JSON that stands in a text: an answer in a mail, one value a line, a body behind a message."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from troubleshooter.analyse.printed.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BEGINS = re.compile(r'\{\s*"|\[\s*[{\["]')
_TRIES = 400
"""Beginnings that lead to nothing, after which no more are tried: a text of braces is none of JSON."""
_TIMES = 4
"""So many times the length of the text is read at most in such tries."""
_DECODER = json.JSONDecoder(strict=False)


def jsons(text: str, look: Callable[[int], object]) -> Iterator[Document]:
    """Each value that is whole, the outermost first. `look` counts what the tries take."""
    at, line, counted, tries, wasted = 0, 0, 0, 0, 0
    while (found := _BEGINS.search(text, at)) and tries < _TRIES and wasted <= _TIMES * len(text):
        start = found.start()
        try:
            value, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            tries, wasted, at = tries + 1, wasted + error.pos - start, start + 1
            look((error.pos - start) >> 10)
            continue
        except (ValueError, RecursionError):
            tries, wasted, at = tries + 1, wasted + len(text) - start, start + 1
            look((len(text) - start) >> 10)
            continue
        look((end - start) >> 7)
        line += text.count("\n", counted, start)
        last = line + text.count("\n", start, end)
        yield Document(value, line, last, whole=_is_alone(text, start, end))
        line, counted, at = last, end, end


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands in its first line before it, and in its last behind it."""
    ends = text.find("\n", end)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return not before.strip() and not text[end : ends if ends >= 0 else len(text)].strip(" \t,;")
