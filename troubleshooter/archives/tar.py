"""Reads a tar as hostile data: nothing is unpacked, every size is checked before it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from troubleshooter.fence import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Read = Callable[[int], bytes]

BLOCK = 512
_LONGEST_NAME = 4096
_LARGEST_EXTENSION = 65536
_LARGEST_FILE = 1 << 36
_NUMBERS = re.compile(rb"[\d,]*")


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


class BadArchive(Unreadable):
    """The stream is no tar from here on; the text says how it shows."""


@dataclass(slots=True)
class Member:
    """One entry; its content must be read or skipped before the next one."""

    name: bytes
    kind: Kind
    size: int
    _read: Read
    _left: int
    holes: bool = False
    """It was stored without its stretches of zeros, and is read without them."""
    wrong: str = ""
    """Why it cannot be read although it is there, as the end of a sentence."""

    def part(self, most: int) -> bytes:
        """The next bytes of its content; none at the end."""
        wanted = min(most, self.size)
        data = self._read(wanted)
        if len(data) < wanted:
            raise BadArchive("it ended in the middle of a file")
        self.size -= wanted
        self._left -= wanted
        return data

    def resize(self, size: int) -> None:
        """Believe an extended header, before anything was read."""
        self.size = size
        self._left = -(-size // BLOCK) * BLOCK

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


def members(read: Read, count: Callable[[], object] = bool) -> Iterator[Member]:
    """Give each entry up to the end mark; `read(n)` gives n bytes, fewer only at the end of the stream.

    `count` is called before each header, of which an entry may have any number.
    """
    name, told = b"", dict[bytes, bytes]()
    while True:
        count()
        header = read(BLOCK)
        if len(header) < BLOCK:
            raise BadArchive("it ended without its end mark")
        if header == bytes(BLOCK):
            return
        kind, member = _member(header, read)
        if kind in {b"L", b"x", b"X"}:
            if member.size > _LARGEST_EXTENSION:
                raise BadArchive("it gives a name of absurd length")
            text = member.content()
            told = told if kind == b"L" else _records(text)
            name = text.rstrip(b"\0") if kind == b"L" else told.get(b"path", name)
            if len(name) > _LONGEST_NAME:
                raise BadArchive("it gives a name of absurd length")
            continue
        if kind not in {b"g", b"K"}:
            member.name = name or member.name
            if kind == b"S":
                _skip_map(header, read)
                member.holes = True
            _correct(member, told)
            name, told = b"", {}
            yield member
        member.skip()


def _skip_map(header: bytes, read: Read) -> None:
    """Of a sparse file in GNU's old way: where its parts belong, which may go on in further blocks."""
    more, blocks = header[482], 0
    while more:
        block = read(BLOCK)
        blocks += 1
        if len(block) < BLOCK or blocks > _LARGEST_EXTENSION // BLOCK:
            raise BadArchive("it holds a map of holes of absurd length")
        more = block[504]


def _correct(member: Member, told: dict[bytes, bytes]) -> None:
    """Say of a member what its extended header does: its size, and how it is stored where it has holes."""
    if b"size" in told:
        if not told[b"size"].isdigit() or len(told[b"size"]) > 11:
            raise BadArchive("it gives a file of absurd size")
        member.resize(int(told[b"size"]))
    if not any(key.startswith(b"GNU.sparse.") for key in told):
        return
    member.name, member.holes = told.get(b"GNU.sparse.name", member.name), True
    if len(member.name) > _LONGEST_NAME:
        raise BadArchive("it gives a name of absurd length")
    first = told.get(b"GNU.sparse.major") == b"1"
    if not (_past_map(member) if first else _NUMBERS.fullmatch(told.get(b"GNU.sparse.map", b""))):
        member.wrong = "its map of holes makes no sense"


def _past_map(member: Member) -> bool:
    """Read the map before the content: numbers, one a line; the first says how many pairs follow."""
    block = member.part(BLOCK) if member.size >= BLOCK else b""
    count, line, rest = block.partition(b"\n")
    if not line or not count.isdigit() or len(count) > 6:
        return False
    lines = 2 * int(count) - rest.count(b"\n")
    while lines > 0 and member.size >= BLOCK:
        lines -= member.part(BLOCK).count(b"\n")
    return lines <= 0


def _member(header: bytes, read: Read) -> tuple[bytes, Member]:
    size, stated = _number(header[124:136]), _octal(header[148:156])
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


def _number(field: bytes) -> int:
    """A size, in GNU's way where eight digits do not do; -1 for none that a file has."""
    if field[0] == 0x80:
        size = int.from_bytes(field[1:], "big")
        return size if size <= _LARGEST_FILE else -1
    return _octal(field)


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0")
    if not digits or not all(0x30 <= digit <= 0x37 for digit in digits):
        return -1
    return int(digits, 8)


def _records(text: bytes) -> dict[bytes, bytes]:
    """Pax records, each `LENGTH KEY=VALUE` and a line feed."""
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(text):
        space = text.find(b" ", at, at + 7)
        length = text[at:space] if space > at else b""
        end = at + int(length) if length.isdigit() else 0
        if end <= space + 1 or end > len(text) or text[end - 1] != 0x0A:
            raise BadArchive("it holds a malformed extended header")
        key, _, value = text[space + 1 : end - 1].partition(b"=")
        found[key] = value
        at = end
    return found
