r"""A text as it is meant: the escapes of JSON, URLs and HTML resolved, and where each of its bytes stood.

`ab\/c`, `ab\u002Fc`, `ab%2Fc` and `ab&#47;c` mean one thing, also where one spelling lies within another.
"""

from __future__ import annotations

import contextlib
import json
import re
from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
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
_ONE = 12
"""Bytes of the longest escape."""
_STRETCH = 96
"""Bytes behind an escape in which further ones are looked for slowly."""
_LONGEST = 1 << 16
"""Bytes of what is read as one secret; what is longer stands nowhere else in another spelling."""
_BREAK = re.compile(rb"(?:(?:\r?\n|(?:\\r)?\\n)[ \t]*+)++")
"""Where a line was broken, by a newline or by its escape."""


def _pair(escape: bytes) -> bytes:
    halves = escape.decode("unicode_escape").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass")


def _entity(escape: bytes) -> bytes:
    import html  # noqa: PLC0415 - its table of entities takes longer to read than most texts that have none

    return html.unescape(escape.decode()).encode("utf-8", "surrogatepass")


def _hex(prefix: bytes) -> Callable[[bytes], bytes]:
    return lambda run: bytes.fromhex(run.replace(prefix, b"").decode())


_MEANT: dict[str | None, Callable[[bytes], bytes]] = {
    "slashed": lambda run: run[1::2],
    "quoted": _hex(b"%"),
    "low": _hex(b"\\u00"),
    "hex": _hex(b"\\x"),
    "high": _pair,
    "entity": _entity,
}


class Reading:
    """One way to read a text: by turns what stands there as it is, and what stands for something else."""

    __slots__ = ("_at", "_from", "text")

    def __init__(self, parts: list[bytes], sources: array[int]) -> None:
        self.text = b"".join(parts)
        self._at = array("q", accumulate(map(len, parts), initial=0))
        self._from = sources
        """Where each part begins, here and in the source."""

    def source(self, first: int, end: int) -> tuple[int, int]:
        """Where that stood."""
        part = bisect_right(self._at, first) - 1
        begins = self._from[part] + self._width(part, first - self._at[part])
        part = bisect_left(self._at, end) - 1
        return begins, self._from[part] - self._width(part, self._at[part] - end)

    def _width(self, part: int, size: int) -> int:
        """Bytes of the source for so many of a part; rounded down, so that of a negative size it is up."""
        if part % 2 == 0:
            return size
        there = self._from[part + 1] - self._from[part]
        return size * there // (self._at[part + 1] - self._at[part])

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
    parts: list[bytes] = []
    sources = array("q", [0])
    for found in _BREAK.finditer(text):
        parts += (text[sources[-1] : found.start()], b"")
        sources.extend(found.span())
    return Reading([*parts, text[sources[-1] :]], sources)


def in_one_line(text: bytes) -> bytes:
    return _BREAK.sub(b"", text)


def squeezed(text: bytes) -> bytes:
    """Without any space, so that what a line has broken is whole: quicker than putting lines together."""
    text = text.translate(None, b" \t\r\n")
    return text.replace(b"\\r", b"").replace(b"\\n", b"") if b"\\" in text else text


def plain(secret: bytes) -> bytes:
    """What it means, however it is spelled or wrapped, so that it has the same digits everywhere."""
    if len(secret) > _LONGEST:
        return secret
    if b"\\" in secret:
        with contextlib.suppress(ValueError):  # its backslashes are its own
            secret = json.loads(b'"%s"' % secret).encode("utf-8", "surrogatepass")
    if not secret.startswith(b"-----"):  # the lines of a key block are its own
        secret = in_one_line(secret)
    for _ in range(_DEPTH):
        meant = _ESCAPE.sub(lambda found: _meant(found.lastgroup, found[0]), secret)
        if meant == secret:
            break
        secret = meant
    return secret


def _escapes(text: bytes) -> Iterator[re.Match[bytes]]:
    at = 0
    while next_one := _ANY_ESCAPE.search(text, at):
        at = begin = next_one.start()
        end = begin + _STRETCH
        sure = end - _ONE if end < len(text) else end
        for found in _ESCAPE.finditer(text, begin, end):
            if found.end() > sure and found.start() > begin:
                break  # it may be cut here, and is found again, whole
            at = found.end()
            yield found
        at = max(at, next_one.end())


@lru_cache(4096)
def _meant(kind: str | None, escapes: bytes) -> bytes:
    return _MEANT[kind](escapes).replace(BARRIER, _ZERO)


def _resolved(text: bytes) -> Reading | None:
    """With the lines around each escape; between them a barrier. None where there is none."""
    parts: list[bytes] = []
    sources = array("q", [0])
    part, source, at = parts.append, sources.append, 0
    for found in _escapes(text):
        escapes, first = found[0], found.start()
        meant = _meant(found.lastgroup, escapes)
        if meant == escapes:  # an entity that there is not
            continue
        if first - at > _NEAR:
            far, near = lines_on(text, at, first) if at else at, lines_back(text, at, first)
            if far < near:
                parts += (text[at:far], BARRIER)
                sources.extend((far, near))
                at = near
        part(text[at:first])
        part(meant)
        source(first)
        at = found.end()
        source(at)
    if not parts:
        return None
    return Reading([*parts, text[at : lines_on(text, at, len(text))]], sources)


def lines_on(text: bytes, at: int, end: int) -> int:
    for _ in range(_LINES):
        at = text.find(b"\n", at, end) + 1
        if not at:
            return end
    return at


def lines_back(text: bytes, at: int, end: int) -> int:
    for _ in range(_LINES):
        end = text.rfind(b"\n", at, end)
        if end < 0:
            return at
    return end
