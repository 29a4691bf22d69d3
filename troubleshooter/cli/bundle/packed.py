"""A bundle while it is made, and its end: packed, with its checksum beside it, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_LEVEL = 6
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the bundle."""

    path: str
    """Below its top folder."""
    size: int
    open: Callable[[], BinaryIO]

    @classmethod
    def of(cls, path: str, data: bytes) -> Part:
        return cls(path, len(data), lambda: BytesIO(data))


def top_folder(kind: str, run: str, at: datetime) -> str:
    """The name of a bundle and of the one folder in it, with its time in UTC."""
    return f"{kind}-{run}-{at:%Y%m%dT%H%M%SZ}"


class Growing:
    """A plain tar in a private folder, to which parts are added until it is sealed."""

    def __init__(self, folder: Path, top: str, at: datetime) -> None:
        self.path = folder / "bundle.tar"
        self._top, self._at = top, int(at.timestamp())

    def add(self, parts: Iterable[Part]) -> None:
        with tarfile.open(self.path, "a", format=tarfile.PAX_FORMAT) as archive:
            for part in parts:
                member = tarfile.TarInfo(f"{self._top}/{part.path}")
                member.size, member.mode, member.mtime = part.size, 0o600, self._at
                with part.open() as content:
                    archive.addfile(member, content)

    def seal(self, out: Path) -> str:
        """Pack it to where it was wanted, and its SHA-256 beside it; give that. Raises UsageProblem."""
        try:
            digest = _whole(out, self._pack)
            _whole(beside(out), lambda file: file.write(checksum_line(digest, out.name)))
        except OSError as error:
            raise no_place(out, error) from error
        return digest

    def _pack(self, file: BinaryIO) -> None:
        with (
            self.path.open("rb") as plain,
            gzip.GzipFile("", "wb", _LEVEL, file, mtime=self._at) as packed,
        ):
            shutil.copyfileobj(plain, packed, _PIECE)


def beside(out: Path) -> Path:
    return out.with_name(f"{out.name}.sha256")


def checksum_line(digest: str, name: str) -> bytes:
    """As `sha256sum -c` reads it."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n")
    mark = "\\" if escaped != name else ""
    return f"{mark}{digest}  {escaped}\n".encode("utf-8", "surrogateescape")


def check_place(out: Path) -> None:
    """Before anything is collected: whether it and its checksum can be made there. Raises UsageProblem."""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=out.parent, prefix=".new-")
        os.close(descriptor)
        Path(temporary).unlink()
        if out.is_dir():
            raise UsageProblem(f"{out} cannot be written.", "It is a folder.", "Give -o the name of a file.")
        for place in (out, beside(out)):
            _check_free(place)
    except OSError as error:
        raise no_place(out, error) from error


def _check_free(place: Path) -> None:
    """What is moved to a place takes that place: /dev/null, too, where an administrator names it."""
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise UsageProblem(
            f"{place} cannot be written.",
            "It is no plain file but a folder, link, device or pipe, which a file would replace.",
            "Give -o another place.",
        )


def no_place(out: Path, error: OSError) -> UsageProblem:
    return UsageProblem(f"{out} cannot be written.", f"{error.strerror}.", "Give -o another place.")


def _whole(path: Path, write: Callable[[BinaryIO], object]) -> str:
    """Write a file that only its owner can read, whole or not at all; give its SHA-256."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest
