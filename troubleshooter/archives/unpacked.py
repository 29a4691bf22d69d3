"""What a packed stream unpacks to, in small pieces, each counted before anybody sees it."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from troubleshooter.fence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.archives.budget import Budget

GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16
_PIECE = 1 << 20
"""Bytes that are unpacked at once."""
_DICTIONARY = 1 << 26
"""What LZMA may keep of what it unpacked: what its highest level takes."""


class Packing(Protocol):
    """How the standard library unpacks a little at a time, whatever the method."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Deflate:
    """zlib's way of it, which gives back what it did not come to."""

    def __init__(self, window: int) -> None:
        self._of_zlib = zlib.decompressobj(window)
        self._held = b""

    @property
    def eof(self) -> bool:
        return self._of_zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._held

    @property
    def unused_data(self) -> bytes:
        return self._of_zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        piece = self._of_zlib.decompress(self._held + data, max_length)
        self._held = self._of_zlib.unconsumed_tail
        return piece


def deflate() -> Packing:
    return _Deflate(-zlib.MAX_WBITS)


def gzip() -> Packing:
    return _Deflate(16 + zlib.MAX_WBITS)


def bzip2() -> Packing:
    return bz2.BZ2Decompressor()


def lzma_of_zip(properties: bytes) -> Packing:
    """LZMA without a frame, as a zip has it: one byte of three numbers, and the size of the dictionary."""
    if len(properties) != 5 or properties[0] >= 9 * 5 * 5:
        raise Unreadable("it is damaged: its LZMA header makes no sense")
    dictionary = int.from_bytes(properties[1:], "little")
    if dictionary > _DICTIONARY:
        raise Unreadable(f"unpacking it would take {dictionary >> 20} MiB of memory")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    made = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(dictionary, 4096)}
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[made])
    except lzma.LZMAError as error:
        raise Unreadable(f"it is damaged: {error}") from error


class Unpacked(io.RawIOBase):
    """The bytes behind `read`, unpacked."""

    def __init__(
        self,
        read: Callable[[int], bytes],
        packing: Callable[[], Packing],
        budget: Budget,
        *,
        weight: int = 1,
    ) -> None:
        super().__init__()
        self._read, self._packing, self._budget = read, packing, budget
        self._weight = weight
        """How many times as long a byte of it takes as one of gzip's."""
        self._part = packing()
        self._next = b""
        """What the next part begins with, where it was read along with the one before."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: Buffer, of 3.12
        piece = self._some(min(len(buffer), _PIECE)) if len(buffer) else b""
        self._budget.unpack(len(piece) * self._weight)
        buffer[: len(piece)] = piece
        return len(piece)

    def _some(self, most: int) -> bytes:
        """At least a byte; none at the end."""
        while not self._part.eof or self._begins_another():
            wants = self._part.needs_input
            data = self._packed() if wants else b""
            try:
                piece = self._part.decompress(data, most)
            except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
                raise Unreadable(f"it is damaged: {error}") from error
            if piece:
                return piece
            if wants and not data and not self._part.eof:
                raise Unreadable("it is damaged: its end is missing")
        return b""

    def _packed(self) -> bytes:
        data, self._next = self._next, b""
        return data or self._read(_CHUNK)

    def _begins_another(self) -> bool:
        """A file of gzip may be several in a row, and be padded with zeros."""
        rest = self._part.unused_data.lstrip(b"\0")
        while not rest and (more := self._packed()):
            rest = more.lstrip(b"\0")
        if not rest:
            return False
        rest += self._read(1) if len(rest) == 1 else b""
        if not rest.startswith(GZIP):
            raise Unreadable("it is damaged: something else follows what is packed")
        self._budget.member()
        self._part, self._next = self._packing(), rest
        return True


class Counted(io.RawIOBase):
    """The bytes behind `read` as they are: of an archive that packs nothing."""

    def __init__(self, read: Callable[[int], bytes], budget: Budget) -> None:
        super().__init__()
        self._read, self._budget = read, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: Buffer, of 3.12
        piece = self._read(min(len(buffer), _PIECE))
        self._budget.unpack(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


def buffered(stream: io.RawIOBase) -> BinaryIO:
    """For whoever reads a given number of bytes."""
    return cast("BinaryIO", io.BufferedReader(stream, _CHUNK))
