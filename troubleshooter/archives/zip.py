"""Reads a zip as hostile data: its directory entry by entry, every size checked before it is believed."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter.archives.unpacked import Counted, Unpacked, buffered, bzip2, deflate, lzma_of_zip
from troubleshooter.fence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.archives.budget import Budget

ZIP = b"PK\x03\x04"
_LOCAL = struct.Struct("<4s22xHH")
_ENTRY = struct.Struct("<4s4xHH4xIIIHHH8xI")
_END = struct.Struct("<4s6xHIIH")
_LOCATOR = struct.Struct("<4s4xQ4x")
_END64 = struct.Struct("<4s28xQQQ")
_LONG = 0xFFFFFFFF
_COMMENT = 0xFFFF
"""Bytes that may follow the end of the directory."""
_ENCRYPTED, _UTF8 = 1, 0x800
_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_WEIGHTS = {_BZIP2: 10, _LZMA: 4}
"""How many times as long as gzip's a byte of theirs takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member, as the directory has it."""

    name: str
    size: int
    packed: int
    at: int
    """Where its own header stands."""
    flags: int
    method: int
    checksum: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class _Directory:
    start: int
    size: int
    shift: int
    """Bytes that stand before the archive, which its own offsets do not count."""


def entries(file: BinaryIO) -> Iterator[Entry]:
    """Each member. Others may read the file in between."""
    directory = _directory(file)
    at, end = directory.start, directory.start + directory.size
    while at < end:
        file.seek(at)
        head = file.read(_ENTRY.size)
        if len(head) < _ENTRY.size:
            raise Unreadable("it is damaged: its directory ends too early")
        mark, flags, method, checksum, packed, size, name, extra, comment, local = _ENTRY.unpack(head)
        if mark != b"PK\x01\x02":
            raise Unreadable("it is damaged: its directory holds something else")
        text, more = file.read(name), file.read(extra)
        at += _ENTRY.size + name + extra + comment
        size, packed, local = _long(more, [size, packed, local])
        shown = text.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        yield Entry(shown, size, packed, local + directory.shift, flags, method, checksum)


def _directory(file: BinaryIO) -> _Directory:
    whole = file.seek(0, 2)
    start = max(0, whole - _COMMENT - _END.size)
    file.seek(start)
    tail = file.read(_COMMENT + _END.size)
    place = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    if place < 0:
        raise Unreadable("it is damaged: its end is missing")
    _, _, size, offset, _ = _END.unpack_from(tail, place)
    end = start + place
    file.seek(max(0, end - _LOCATOR.size))
    located = file.read(_LOCATOR.size)
    if located.startswith(b"PK\x06\x07") and len(located) == _LOCATOR.size:
        file.seek(min(_LOCATOR.unpack(located)[1], whole))
        long = file.read(_END64.size)
        if len(long) == _END64.size and long.startswith(b"PK\x06\x06"):
            _, _, size, offset = _END64.unpack(long)
            end -= _LOCATOR.size + 56
    if size > end:
        raise Unreadable("it is damaged: its directory is larger than the archive")
    return _Directory(end - size, size, end - size - offset)


def _long(extra: bytes, short: list[int]) -> list[int]:
    """Sizes and place of a member; those that are too large for their field stand in an extra one."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            long = (int.from_bytes(field[here : here + 8], "little") for here in range(0, len(field), 8))
            return [next(long, value) if value == _LONG else value for value in short]
        at += 4 + length
    return short


def content(file: BinaryIO, entry: Entry, budget: Budget) -> BinaryIO:
    """What a member holds, checked at its end."""
    if entry.flags & _ENCRYPTED:
        raise Unreadable("it is encrypted")
    file.seek(max(0, entry.at))
    head = file.read(_LOCAL.size)
    if entry.at < 0 or len(head) < _LOCAL.size or not head.startswith(ZIP):
        raise Unreadable("it is damaged: it does not stand where the directory says")
    _, name, extra = _LOCAL.unpack(head)
    packed = _Part(file, entry.at + _LOCAL.size + name + extra, entry.packed)
    return buffered(_Checked(_unpacked(packed, entry, budget), entry))


def _unpacked(packed: _Part, entry: Entry, budget: Budget) -> io.RawIOBase:
    weight = _WEIGHTS.get(entry.method, 1)
    if entry.method == _STORED:
        return Counted(packed.read, budget)
    if entry.method == _DEFLATED:
        return Unpacked(packed.read, deflate, budget)
    if entry.method == _BZIP2:
        return Unpacked(packed.read, bzip2, budget, weight=weight)
    if entry.method == _LZMA:
        length = int.from_bytes(packed.read(4)[2:], "little")
        return Unpacked(packed.read, partial(lzma_of_zip, packed.read(length)), budget, weight=weight)
    raise Unreadable(f"it is packed in a way that is not read here (method {entry.method})")


class _Part:
    """A stretch of the archive, from its beginning."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._at, self._end = file, start, start + size

    def read(self, size: int) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(min(size, self._end - self._at))
        self._at += len(data)
        return data


class _Checked(io.RawIOBase):
    """No more than the directory states, and at its end what the directory states."""

    def __init__(self, stream: io.RawIOBase, entry: Entry) -> None:
        super().__init__()
        self._stream, self._entry = stream, entry
        self._left, self._sum = entry.size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: Buffer, of 3.12
        piece = self._stream.read(min(len(buffer), self._left)) or b""
        self._sum = zlib.crc32(piece, self._sum)
        self._left -= len(piece)
        if self._left and len(buffer) and not piece:
            raise Unreadable("it is damaged: it is shorter than the directory says")
        if not self._left and self._sum != self._entry.checksum:
            raise Unreadable("it is damaged: its checksum is another")
        buffer[: len(piece)] = piece
        return len(piece)
