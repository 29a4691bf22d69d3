r"""A text as it is meant: the escapes of JSON, URLs and HTML resolved, and where each of its bytes stood.

`ab\/c`, `ab\u002Fc`, `ab%2Fc` and `ab&#47;c` mean one thing, also where one spelling lies within another.
"""

from __future__ import annotations

import contextlib
import html
import json
import re
from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import re2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BARRIER = b"\0"
"""Stands where nothing may be found across; a text's own zeros are replaced before it is looked at."""
_ZERO = b"\x1a"
_DEPTH = 3
"""Spellings within spellings that are resolved."""
_NEAR = 2048
"""Bytes between two escapes that are kept, whatever is in them."""
_LINES = 3
"""Further ones before and behind an escape: a name may stand some lines above its value."""
_ESCAPE = re.compile(
    rb"""(?P<slashed>(?:\\["'/\\])++)"""
    rb"|(?P<quoted>(?:%[0-9A-Fa-f]{2})++)"
    rb"|(?P<low>(?:\\u00[0-7][0-9A-Fa-f])++)"
    rb"|(?P<hex>(?:\\x[0-9A-Fa-f]{2})++)"
    rb"|(?P<high>\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})"
    rb"|(?P<entity>&(?:\#[0-9]{1,7};?|\#[Xx][0-9A-Fa-f]{1,6};?|[A-Za-z]{2,8};))"
)
_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_ANY_ESCAPE = re2.compile(
    rb"""\\(?:["'/\\]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|%[0-9A-Fa-f]{2}"""
    rb"|&(?:#[0-9]{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8};)",
    _OPTIONS,
)
"""The same, much quicker to say where none is."""
_STRETCH = 512
"""Bytes behind an escape in which further ones are looked for slowly."""
_AS_A_WHOLE = 0
_BREAK = re.compile(rb"(?:(?:\r?\n|(?:\\r)?\\n)[ \t]*+)++")
"""Where a line was broken, by a newline or by its escape."""


def _pair(escape: bytes) -> bytes:
    halves = escape.decode("unicode_escape").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")


@lru_cache(1024)
def _entity(escape: bytes) -> bytes:
    return html.unescape(escape.decode()).encode("utf-8", "surrogatepass")


def _hex(prefix: bytes) -> Callable[[bytes], bytes]:
    return lambda run: bytes.fromhex(run.replace(prefix, b"").decode())


_MEANT: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "slashed": (lambda run: run[1::2], 2),
    "quoted": (_hex(b"%"), 3),
    "low": (_hex(b"\\u00"), 6),
    "hex": (_hex(b"\\x"), 4),
    "high": (_pair, _AS_A_WHOLE),
    "entity": (_entity, _AS_A_WHOLE),
}
"""What each kind of escape means, and how many bytes of it mean one."""


class Reading:
    """One way to read a text. Its parts stand in the order of the source; some of that may be left out."""

    __slots__ = ("_at", "_parts", "_size", "_sources", "_units", "text")

    def __init__(self) -> None:
        self.text = b""
        self._parts: list[bytes] = []
        self._size = 0
        self._at, self._sources, self._units = array("q"), array("q"), array("q")

    def add(self, part: bytes, source: int, unit: int = 1) -> None:
        """Read on: what it means, where it begins in the source, and the bytes there for each of it."""
        if part:
            self._at.append(self._size)
            self._sources.append(source)
            self._units.append(unit)
            self._parts.append(part)
            self._size += len(part)

    def end(self, source: int) -> Reading:
        self._at.append(self._size)
        self._sources.append(source)
        self.text, self._parts = b"".join(self._parts), []
        return self

    def source(self, first: int, end: int) -> tuple[int, int]:
        """Where that stood."""
        part = bisect_right(self._at, first, hi=len(self._units)) - 1
        begins = self._sources[part] + (first - self._at[part]) * self._units[part]
        part = bisect_left(self._at, end) - 1
        unit = self._units[part]
        if unit == _AS_A_WHOLE:
            return begins, self._sources[part + 1]
        return begins, self._sources[part] + (end - self._at[part]) * unit

    def joins(self, first: int, end: int) -> bool:
        """Whether it lies in more than one part."""
        return bisect_right(self._at, first) != bisect_left(self._at, end)


def readings(text: bytes) -> Iterator[tuple[bytes, Callable[[int, int], tuple[int, int]]]]:
    """The text, and what it is with its escapes resolved once and again; with each, the way back."""
    yield text, lambda first, end: (first, end)
    back: list[Reading] = []

    def source(first: int, end: int) -> tuple[int, int]:
        for each in reversed(back):
            first, end = each.source(first, end)
        return first, end

    for _ in range(_DEPTH):
        reading = _resolved(text)
        if reading is None:
            return
        back.append(reading)
        text = reading.text
        yield text, source


def unwrapped(text: bytes) -> Reading:
    """The text in one line."""
    reading, at = Reading(), 0
    for found in _BREAK.finditer(text):
        reading.add(text[at : found.start()], at)
        at = found.end()
    reading.add(text[at:], at)
    return reading.end(len(text))


def in_one_line(text: bytes) -> bytes:
    return _BREAK.sub(b"", text)


def squeezed(text: bytes) -> bytes:
    """Without any space, so that what a line has broken is whole: quicker than putting lines together."""
    text = text.translate(None, b" \t\r\n")
    return text.replace(b"\\r", b"").replace(b"\\n", b"") if b"\\" in text else text


def plain(secret: bytes) -> bytes:
    """What it means, however it is spelled or wrapped, so that it has the same digits everywhere."""
    if b"\\" in secret:
        with contextlib.suppress(ValueError):  # its backslashes are its own
            secret = json.loads(b'"%s"' % secret).encode("utf-8", "surrogatepass")
    if not secret.startswith(b"-----"):  # the lines of a key block are its own
        secret = in_one_line(secret)
    for _ in range(_DEPTH):
        meant = _ESCAPE.sub(lambda found: _meant(found)[0], secret)
        if meant == secret:
            break
        secret = meant
    return secret


def _escapes(text: bytes) -> Iterator[re.Match[bytes]]:
    at = 0
    while next_one := _ANY_ESCAPE.search(text, at):
        at = next_one.start()
        for found in _ESCAPE.finditer(text, at, at + _STRETCH):
            at = found.end()
            yield found
        at = max(at, next_one.end())


def _meant(found: re.Match[bytes]) -> tuple[bytes, int]:
    read, unit = _MEANT[str(found.lastgroup)]
    return read(found[0]), unit


def _resolved(text: bytes) -> Reading | None:
    """With the lines around each escape; between them a barrier. None where there is none."""
    reading, at = Reading(), 0
    for found in _escapes(text):
        meant, unit = _meant(found)
        if meant == found[0]:  # an entity that there is not
            continue
        _between(reading, text, at, found.start())
        reading.add(meant.replace(BARRIER, _ZERO), found.start(), unit)
        at = found.end()
    if not at:
        return None
    end = _lines_on(text, at, len(text))
    reading.add(text[at:end], at)
    return reading.end(end)


def _between(reading: Reading, text: bytes, at: int, end: int) -> None:
    if end - at > _NEAR:
        far, near = _lines_on(text, at, end) if at else at, _lines_back(text, at, end)
        if far < near:
            reading.add(text[at:far], at)
            reading.add(BARRIER, far)
            at = near
    reading.add(text[at:end], at)


def _lines_on(text: bytes, at: int, end: int) -> int:
    for _ in range(_LINES):
        at = text.find(b"\n", at, end) + 1
        if not at:
            return end
    return at


def _lines_back(text: bytes, at: int, end: int) -> int:
    for _ in range(_LINES):
        end = text.rfind(b"\n", at, end)
        if end < 0:
            return at
    return end
