"""Members of archives, one after the other in one temporary file: making thousands of files is slow."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK = 1024 * 1024
_WHOLE = 1024 * 1024
"""A part up to this size is read at once."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A file, or a stretch of one."""

    path: Path
    start: int = 0
    size: int | None = None
    """None: all there is."""

    def open(self) -> BinaryIO:
        if self.size is None:
            return self.path.open("rb")
        if self.size > _WHOLE:
            return cast("BinaryIO", io.BufferedReader(_Stretch(self.path, self.start, self.size), _BLOCK))
        with self.path.open("rb") as file:
            file.seek(self.start)
            return io.BytesIO(file.read(self.size))


class Spool:
    """The temporary file. Close it before it is removed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._end = 0

    @property
    def size(self) -> int:
        return self._end

    def take(self, stream: BinaryIO, fits: Callable[[int], bool]) -> Stretch | None:
        """Copy a stream; None, and nothing kept, once it does not fit."""
        size = 0
        while block := stream.read(_BLOCK):
            size += len(block)
            if not fits(size):
                self._file.seek(self._end)
                self._file.truncate()
                return None
            self._file.write(block)
        self._file.flush()
        part = Stretch(self._path, self._end, size)
        self._end += size
        return part

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
        data = self._file.read(wanted) or b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
