"""Finding the longest of many texts, in a time that goes with the length of what is looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = 256
"""Bytes of a text that the expression holds: one of all of a long text would be too large to be compiled."""
_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False


class AnyOf:
    def __init__(self, texts: Iterable[bytes]) -> None:
        """The longest first, so that none hides another's end."""
        self._texts = sorted({each for each in texts if each}, key=lambda text: (-len(text), text))
        heads = dict.fromkeys(text[:_HEAD] for text in self._texts)
        self._pattern = re2.compile(b"|".join(map(re2.escape, heads)), _OPTIONS)
        self._whole = all(len(text) <= _HEAD for text in self._texts)

    def spans(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Where they stand, none overlapping another."""
        if self._whole:
            yield from (found.span() for found in self._pattern.finditer(text))
            return
        at = 0
        while found := self._pattern.search(text, at):
            first = found.start()
            there = next((each for each in self._texts if text.startswith(each, first)), None)
            at = first + (len(there) if there else 1)
            if there:
                yield first, at
