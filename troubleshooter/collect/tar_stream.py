"""Reads a tar as hostile data: nothing is unpacked, every size is checked before it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = Callable[[int], bytes]

BLOCK = 512
_LONGEST_NAME = 4096
_LARGEST_EXTENSION = 65536


class Kind(Enum):
    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link"
    DEVICE = "a device or pipe"
    OTHER = "of an unknown kind"


_KINDS = {
    b"0": Kind.FILE, b"\0": Kind.FILE, b"7": Kind.FILE,
    b"1": Kind.LINK, b"2": Kind.LINK,
    b"3": Kind.DEVICE, b"4": Kind.DEVICE, b"6": Kind.DEVICE,
    b"5": Kind.FOLDER,
}  # fmt: skip


class BadArchive(Exception):
    """The stream is no tar from here on; the text says how it shows."""


@dataclass(slots=True)
class Member:
    """One entry; its content must be read or skipped before the next one."""

    name: bytes
    kind: Kind
    size: int
    _read: Read
    _left: int

    def content(self) -> bytes:
        data = self._read(self.size)
        self._left -= len(data)
        if len(data) < self.size:
            raise BadArchive("it ended in the middle of a file")
        self.skip()
        return data

    def skip(self) -> None:
        while self._left > 0:
            data = self._read(min(self._left, 1 << 16))
            if not data:
                raise BadArchive("it ended in the middle of a file")
            self._left -= len(data)


def members(read: Read) -> Iterator[Member]:
    """Give each entry up to the end mark; `read(n)` gives n bytes, fewer only at the end of the stream."""
    name = b""
    while True:
        header = read(BLOCK)
        if len(header) < BLOCK:
            raise BadArchive("it ended without its end mark")
        if header == bytes(BLOCK):
            return
        kind, member = _member(header, read)
        if kind in {b"L", b"x"}:
            if member.size > _LARGEST_EXTENSION:
                raise BadArchive("it gives a name of absurd length")
            text = member.content()
            name = text.rstrip(b"\0") if kind == b"L" else _pax_path(text) or name
            if len(name) > _LONGEST_NAME:
                raise BadArchive("it gives a name of absurd length")
            continue
        if kind != b"g":
            member.name, name = name or member.name, b""
            yield member
        member.skip()


def _member(header: bytes, read: Read) -> tuple[bytes, Member]:
    size, stated = _octal(header[124:136]), _octal(header[148:156])
    if size < 0 or stated != sum(header[:148]) + 8 * 32 + sum(header[156:]):
        raise BadArchive("it holds something that is no tar header")
    name, prefix = _text(header[:100]), _text(header[345:500])
    if header[257:263] == b"ustar\0" and prefix:  # GNU's own format uses the place otherwise
        name = prefix + b"/" + name
    kind = header[156:157]
    padded = -(-size // BLOCK) * BLOCK
    return kind, Member(name, _KINDS.get(kind, Kind.OTHER), size, read, padded)


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0")
    if not digits or not all(0x30 <= digit <= 0x37 for digit in digits):
        return -1
    return int(digits, 8)


def _pax_path(text: bytes) -> bytes:
    """Find `path` among pax records, each `LENGTH KEY=VALUE` and a line feed."""
    found = b""
    while text:
        length, space, _ = text.partition(b" ")
        if not space or not length.isdigit() or len(length) > 6:
            raise BadArchive("it holds a malformed extended header")
        end = int(length)
        record = text[len(length) + 1 : end]
        if end <= len(length) + 1 or end > len(text) or not record.endswith(b"\n"):
            raise BadArchive("it holds a malformed extended header")
        key, _, value = record[:-1].partition(b"=")
        if key == b"size":
            raise BadArchive("it gives a file of absurd size")
        found = value if key == b"path" else found
        text = text[end:]
    return found
