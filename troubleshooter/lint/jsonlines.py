"""Where the values of a JSON text stand: found when a line is asked for, since few are."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from itertools import accumulate
from json import JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed leaves it out
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SPACE = re.compile(r"[ \t\r\n]*")
_BLOCK = 1 << 16
_NEXT = JSONDecoder(parse_int=bool, parse_float=bool).raw_decode
"""Passes over a value; what it is does not matter, so that a number takes no memory."""


class JsonLines:
    """Lines of one text that is JSON, as they were before it was made that."""

    def __init__(
        self, text: str, written: str | None = None, edits: Sequence[tuple[int, int, str]] = ()
    ) -> None:
        self._text = text
        self._written = text if written is None else written
        self._places: dict[int, dict[str, int] | array[int]] = {}
        """Of objects and lists that were looked into, by where they stand: where their values do."""
        self._shifts = list(_shifts(edits))
        self._newlines: list[int] = []

    def line(self, keys: Sequence[str]) -> int:
        """Line of a value, or of the nearest that is there above it."""
        at = self._past_space(0)
        for key in keys:
            if at not in self._places:
                inside = self._inside(at)
                is_list = self._text.startswith("[", at)
                self._places[at] = array("L", (place for _, place in inside)) if is_list else dict(inside)
            place = _place(self._places[at], key)
            if place is None:
                break
            at = place
        return self._line(self._before(at))

    def _inside(self, at: int) -> Iterator[tuple[str, int]]:
        """Each value of an object or a list, with its key and place."""
        opening, number = self._text[at : at + 1], 0
        at = self._past_space(at + 1)
        while opening in {"{", "["} and self._text[at] not in "}]":
            key = str(number)
            if opening == "{":
                key, at = scanstring(self._text, at + 1, True)
                at = self._past_space(self._past_space(at) + 1)
            yield key, at
            number += 1
            at = self._past_space(_NEXT(self._text, at)[1])
            at = self._past_space(at + 1) if self._text[at] == "," else at

    def _past_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _before(self, at: int) -> int:
        """Where something stood that stands here now."""
        shift = bisect_right(self._shifts, at, key=lambda shift: shift[0]) - 1
        return at - self._shifts[shift][1] if shift >= 0 else at

    def _line(self, at: int) -> int:
        if not self._newlines:
            starts = range(0, len(self._written), _BLOCK)
            counts = (self._written.count("\n", start, start + _BLOCK) for start in starts)
            self._newlines = list(accumulate(counts, initial=1))
        block = at // _BLOCK
        return self._newlines[block] + self._written.count("\n", block * _BLOCK, at)


def _place(places: dict[str, int] | array[int], key: str) -> int | None:
    """Of a list there may be millions, each of a few bytes: they are kept as what they are."""
    if isinstance(places, dict):
        return places.get(key)
    return places[int(key)] if key.isdecimal() and int(key) < len(places) else None


def _shifts(edits: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """From which place on the text as it is now is how much longer than it was."""
    longer = 0
    for offset, out, put in sorted(edits, key=lambda edit: edit[0]):
        longer += len(put) - out
        yield offset + out + longer, longer
