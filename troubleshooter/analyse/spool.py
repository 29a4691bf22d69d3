"""Members of archives, one after the other in one temporary file: making thousands of files is slow."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from troubleshooter.errors import GaveUp
from troubleshooter.fence import Spent, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBER_LIMIT = 256 * 1024 * 1024
"""Bytes that are kept of one member, or of a stream that can be read once only."""
SPOOL_LIMIT = 2 * 1024 * 1024 * 1024
"""Bytes that are written in one call, whether they are kept or not."""
_BLOCK = 1024 * 1024
_BUFFER = 64 * 1024
_WHOLE = 1024 * 1024
"""A part up to this size is read at once."""


def check_size(size: int) -> None:
    """Of one member: before it is unpacked, where that is said, and while it is, for it may be a lie."""
    if size > MEMBER_LIMIT:
        raise Unreadable(f"it is larger than {MEMBER_LIMIT >> 20} MiB unpacked")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A file, or a stretch of one."""

    path: Path
    start: int = 0
    size: int | None = None
    """None: all there is."""

    @classmethod
    def of(cls, path: Path) -> Stretch:
        """What a file holds now: a log that is written meanwhile is read up to here.

        What the kernel makes up while it is read, in /proc, has no size.
        """
        return cls(path, size=path.stat().st_size or None)

    @property
    def bytes(self) -> int:
        return self.size or 0

    def open(self) -> BinaryIO:
        if self.size is None:
            return self.path.open("rb")
        if self.size > _WHOLE:
            return cast("BinaryIO", io.BufferedReader(_Stretch(self.path, self.start, self.size), _BUFFER))
        with self.path.open("rb") as file:
            file.seek(self.start)
            return io.BytesIO(file.read(self.size))


class Spool:
    """The temporary file. Close it before it is removed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._end = self._written = 0

    def take(self, read: Callable[[int], bytes]) -> Stretch:
        """Copy a stream; of one that is too large nothing is kept. Raises Unreadable or Spent."""
        size = 0
        try:
            while block := read(_BLOCK):
                size += len(block)
                check_size(size)
                self._write(block)
        except BaseException:
            self._file.seek(self._end)
            self._file.truncate()
            raise
        part = Stretch(self._path, self._end, size)
        self._end += size
        return part

    def _write(self, block: bytes) -> None:
        self._written += len(block)
        if self._written > SPOOL_LIMIT:
            raise Spent(f"more than {SPOOL_LIMIT >> 20} MiB would have to be unpacked to the disk")
        try:
            self._file.write(block)
            self._file.flush()
        except OSError as error:
            raise GaveUp(
                "What is packed cannot be unpacked.",
                f"{self._path.parent} takes no more: {error.strerror}.",
                "Make room there, or set TMPDIR to a folder with room; then try again.",
            ) from error

    def close(self) -> None:
        self._file.close()


class _Stretch(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self._start, self._size, self._at = start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: Buffer, of 3.12
        wanted = max(0, min(len(buffer), self._size - self._at))
        self._file.seek(self._start + self._at)
        count = self._file.readinto(memoryview(buffer)[:wanted]) or 0
        self._at += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()
