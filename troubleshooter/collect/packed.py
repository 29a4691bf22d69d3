"""A rotated log that was packed with gzip. The node may be hostile: little is unpacked, and less is kept."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_BLOCK = 1 << 20
_MOST_PARTS = 50
"""Packed parts that may follow each other in one file; each costs a copy of what follows it."""


class NotUnpacked(Exception):
    """Says why, as the end of a sentence."""

    def __init__(self, why: str, size: int) -> None:
        super().__init__(why)
        self.size = size
        """Bytes unpacked until then."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    data: bytes
    """The newest part, where it is more than may be kept."""
    size: int
    """Bytes that it unpacks to."""

    @property
    def cut(self) -> str:
        dropped = self.size - len(self.data)
        return f"the first {dropped} of {self.size} bytes were left out" if dropped else ""


def unpack(data: bytes, most: int, keep: int) -> Unpacked:
    """Unpack at most `most` bytes and keep the last `keep`. Raises NotUnpacked where it cannot."""
    kept, head = bytearray(), b""
    size = parts = 0
    while data:
        if (parts := parts + 1) > _MOST_PARTS:
            raise NotUnpacked(f"it is compressed in more than {_MOST_PARTS} parts", size)
        unpacker = zlib.decompressobj(_GZIP)
        while not unpacker.eof:
            try:
                block = unpacker.decompress(data, _BLOCK)
            except zlib.error as error:
                raise NotUnpacked(f"it is compressed and damaged ({error})", size) from error
            data = unpacker.unconsumed_tail
            size += len(block)
            head = head or block[:512]
            if size > most:
                raise NotUnpacked(f"it unpacks to more than the {most >> 20} MiB that are left for it", size)
            kept += block
            del kept[: max(0, len(kept) - keep)]
            if not block and not data and not unpacker.eof:
                raise NotUnpacked("it is compressed, and its end is missing", size)
        data = unpacker.unused_data.lstrip(b"\0")  # members may follow each other, and padding the last
    if head[257:262] == b"ustar":
        raise NotUnpacked("it is an archive in an archive", size)
    return Unpacked(bytes(kept), size)
