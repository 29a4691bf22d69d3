"""Bytes of a hostile file as a stream of whole lines, in pieces, with bounded memory.

UTF-16 is recognised by content; what is packed was unpacked before.
Lines longer than LINE_LIMIT are cut, their numbers stay right.
"""

from __future__ import annotations

import codecs
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter.fence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 256 * 1024
LINE_LIMIT = 16 * 1024
_SAMPLE = 4096
_FEW, _BROKEN = 1000, 64
"""So many halves of characters a text in UTF-16 may hold, and one more for so many bytes."""


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Pieces that end at a line's end, in UTF-8 or whatever single bytes the file holds."""
    rest = b""
    cutting = False
    for raw in _decoded(_read(stream)):
        data = rest + raw if rest else raw
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        end = data.rfind(b"\n") + 1
        whole, rest = data[:end], data[end:]
        if cutting and whole:
            whole = whole[whole.find(b"\n") :]  # the end of the line whose start was handed out already
            cutting = False
        if whole:
            yield _short(whole)
        if len(rest) > LINE_LIMIT:
            if not cutting:
                yield rest[:LINE_LIMIT]
            cutting, rest = True, b""
    if rest and not cutting:
        yield rest.removesuffix(b"\r")


def _short(whole: bytes) -> bytes:
    """The lines, none longer than the limit; splits only where one is."""
    at = 0
    while at + LINE_LIMIT < len(whole):
        end = whole.rfind(b"\n", at, at + LINE_LIMIT + 1)
        if end < 0:
            return b"\n".join(line[:LINE_LIMIT] for line in whole.split(b"\n"))
        at = end + 1
    return whole


def _read(stream: BinaryIO) -> Iterator[bytes]:
    while data := stream.read(PIECE):
        yield data


def _decoded(raw: Iterator[bytes]) -> Iterator[bytes]:
    first = next(raw, b"")
    encoding = _utf16(first)
    if encoding is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from raw
        return
    decoder = _Utf16(encoding)
    yield decoder.utf8(first).removeprefix(codecs.BOM_UTF8)
    for data in raw:
        yield decoder.utf8(data)


class _Utf16:
    """Reads it as long as it is that: each half of a character takes as long as a hundred whole ones."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left = _FEW

    def utf8(self, data: bytes) -> bytes:
        return b"".join(self._part(data[at : at + _SAMPLE]) for at in range(0, len(data), _SAMPLE))

    def _part(self, data: bytes) -> bytes:
        text = self._decoder.decode(data)
        self._left += len(data) // _BROKEN - text.count("\ufffd")
        if self._left < 0:
            raise Unreadable("it begins like UTF-16, but holds more halves of characters than a text does")
        return text.encode("utf-8", "replace")


def _utf16(first: bytes) -> str | None:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if first.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    sample = first[:_SAMPLE]
    if len(sample) >= 16 and not any(sample[:16:2]) and all(sample[1:16:2]):
        return "utf-16-be"
    if len(sample) >= 16 and not any(sample[1:16:2]) and all(sample[:16:2]):
        return "utf-16-le"
    return None


class Rewound:
    """The pieces of a file, of which the first may be looked at before reading."""

    def __init__(self, stream: BinaryIO) -> None:
        self._pieces = pieces(stream)
        self.head = next(self._pieces, b"")

    def whole(self, limit: int) -> bytes | None:
        """Everything, if it is not larger than the limit; what was read stays readable."""
        parts = [self.head]
        size = len(self.head)
        for part in self._pieces:
            parts.append(part)
            size += len(part)
            if size > limit:
                break
        self.head = b"".join(parts)
        return self.head if size <= limit else None

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        yield from self._pieces


def ends(content: Rewound, most: int) -> Iterator[tuple[int, bytes]]:
    """The pieces of its beginning and its end, so many bytes of each, each with its first line's number."""
    number, read, held = 1, 0, 0
    tail: deque[tuple[int, bytes]] = deque()
    for piece in content:
        if read < most:
            yield number, piece
            read += len(piece)
        else:
            tail.append((number, piece))
            held += len(piece)
            while held - len(tail[0][1]) >= most:
                held -= len(tail.popleft()[1])
        number += piece.count(b"\n")
    yield from tail
