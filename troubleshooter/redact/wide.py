"""Texts in UTF-16 and UTF-32: whole files and parts of files, with a byte order mark or without.

A shell that appends to another program's log mixes encodings in one file; a log may be cut off anywhere.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class _Encoding(NamedTuple):
    codec: str
    size: int
    """Bytes of a character."""
    mark: bytes
    letter: bytes
    """A character that others write in one byte."""
    character: bytes

    @property
    def letters(self) -> re.Pattern[bytes]:
        """Four letters: so many zeros in turn are no accident."""
        return re.compile(rb"(?:%s){%d,}+" % (self.letter, _SHORTEST))

    @property
    def characters(self) -> re.Pattern[bytes]:
        """Group 1 is what can be read; what else there is comes character by character."""
        return re.compile(rb"((?:%s)++)|.{%d}" % (self.character, self.size), re.DOTALL)


_SHORTEST = 4
_FEW, _BROKEN = 1000, 256
"""What breaks off more often than this, and once for so many bytes, is no text in that encoding."""
_BIG32 = _Encoding("utf-32-be", 4, codecs.BOM_UTF32_BE, rb"\0\0\0[^\0]", rb"\0[\0-\x10]..")
_LITTLE32 = _Encoding("utf-32-le", 4, codecs.BOM_UTF32_LE, rb"[^\0]\0\0\0", rb"..[\0-\x10]\0")
_BIG16 = _Encoding("utf-16-be", 2, codecs.BOM_UTF16_BE, rb"\0[^\0]", rb"..")
_LITTLE16 = _Encoding("utf-16-le", 2, codecs.BOM_UTF16_LE, rb"[^\0]\0", rb"..")
_PAIRS = ((_LITTLE32, _BIG32), (_LITTLE16, _BIG16))


def changed(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change what is written in there in wide characters, given in UTF-8; everything else stays."""
    for little, big in _PAIRS:
        for encoding, first, _ in _places(data, little, big):
            data = _changed(data, encoding, first, change)
    return data


def texts(data: bytes) -> list[bytes]:
    """What is written in there in wide characters, in UTF-8."""
    found: list[bytes] = []

    def seen(text: bytes) -> bytes:
        found.append(text)
        return text

    for little, big in _PAIRS:
        for encoding, first, is_new in _places(data, little, big):
            if is_new:
                _changed(data, encoding, first, seen)
    return found


def _places(data: bytes, little: _Encoding, big: _Encoding) -> Iterator[tuple[_Encoding, int, bool]]:
    """Where characters begin, modulo their size, and whether nothing before it read the same.

    What one byte holds reads the same in both orders, but for one end: both are given, whole files' first.
    """
    starts = [(each, first) for each in (little, big) for first in _starts(data, each)]
    starts.sort(key=lambda start: (start[1] != 0, start[1], start[0].codec))
    seen: set[int] = set()
    for encoding, first in starts:
        letter = (first + (encoding.size - 1 if encoding is big else 0)) % encoding.size
        yield encoding, first, letter not in seen
        seen.add(letter)


def _starts(data: bytes, encoding: _Encoding) -> set[int]:
    marked = {0} if data.startswith(encoding.mark) else set()
    if b"\0" not in data:
        return marked
    return marked | {found.start() % encoding.size for found in encoding.letters.finditer(data)}


def _changed(data: bytes, encoding: _Encoding, first: int, change: Callable[[bytes], bytes]) -> bytes:
    parts, at = [data[:first]], first
    most = _FEW + len(data) // _BROKEN
    for number, found in enumerate(encoding.characters.finditer(data, first)):
        if number > most:
            return data
        at = found.end()
        text = found[1]
        if text is None:
            parts.append(found[0])
            continue
        before = text.decode(encoding.codec, "surrogatepass").encode("utf-8", "surrogatepass")
        after = change(before)
        parts.append(text if after == before else _characters(after).encode(encoding.codec, "surrogatepass"))
    return b"".join([*parts, data[at:]])


def _characters(text: bytes) -> str:
    try:
        return text.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # a secret ended within a character
        return text.decode("utf-8", "replace")
