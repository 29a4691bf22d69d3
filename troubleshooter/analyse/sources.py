"""Paths, folders and archives to files for the analysis.

An archive's members are copied into one temporary file, never under their own names, and never more than the
limits: whoever made the archive decides nothing on this machine.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import sys
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from troubleshooter.analyse.spool import Spool, Stretch
from troubleshooter.errors import NotFound, UsageProblem
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.names import natural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEMBER_LIMIT = 256 * 1024 * 1024
TOTAL_LIMIT = 2 * 1024 * 1024 * 1024
COUNT_LIMIT = 20_000
_DEPTH_LIMIT = 2
"""An archive in an archive is opened (a rotated log in a bundle), not one deeper."""
_BLOCK = 1024 * 1024
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_TEXT_SHARE = 0.95
"""Of what a file begins with; random bytes come to 0.9, programs to less."""
_NODE = re.compile(r"tvm(?:ps)?[-_][\w-]+")
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error, gzip.BadGzipFile, RuntimeError)
"""RuntimeError: zipfile raises it for an encrypted member."""


@dataclass(slots=True)
class Sources:
    """What there is to analyse, and what had to be left out."""

    files: list[SourceFile] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    no_text: list[str] = field(default_factory=list)
    """Names of pictures, programs and the like: nothing is missing without them."""


@contextmanager
def sources(paths: Sequence[str]) -> Iterator[Sources]:
    """Open them all; the files hold until the block ends. `-` is standard input."""
    with (
        tempfile.TemporaryDirectory(prefix="troubleshooter-") as folder,
        closing(Spool(Path(folder, "members"))) as spool,
    ):
        finder = _Finder(spool)
        for path in paths:
            if path == "-":
                finder.take(sys.stdin.buffer, "standard input", 0)
            else:
                finder.walk(Path(path))
        finder.found.files = _without_bundle_paperwork(finder.found.files)
        yield finder.found


class _Finder:
    """Walks what was named, opening archives on the way."""

    def __init__(self, spool: Spool) -> None:
        self.found = Sources()
        self._spool = spool

    def walk(self, path: Path) -> None:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise NotFound(
                f"{path} cannot be read.", f"{error.strerror}.", "Check the path and its permissions."
            ) from error
        if not os.access(path, os.R_OK):
            raise UsageProblem(f"{path} cannot be read.", "Permission denied.", "Check its permissions.")
        if stat.S_ISREG(mode):
            self.add(Stretch(path), str(path), 0)
        elif stat.S_ISDIR(mode):
            self._walk_folder(path)
        else:
            with path.open("rb") as stream:  # a pipe can be read once only
                self.take(stream, str(path), 0)

    def _walk_folder(self, path: Path) -> None:
        for parent, folders, names in os.walk(path):
            folders.sort(key=natural)
            for name in sorted(names, key=natural):
                file = Path(parent, name)
                if file.is_file() and not file.is_symlink():
                    self.add(Stretch(file), str(file), 0)

    def take(self, stream: BinaryIO, name: str, depth: int) -> None:
        """Take what a stream gives, or what is in it."""
        part = self._spool.take(stream, self._fits)
        if part is None:
            self._leave_out(name, f"it is larger than {MEMBER_LIMIT // _BLOCK} MiB unpacked")
        else:
            self.add(part, name, depth)

    def _fits(self, size: int) -> bool:
        return size <= MEMBER_LIMIT and self._spool.size + size <= TOTAL_LIMIT

    def add(self, part: Stretch, name: str, depth: int) -> None:
        """Take a file, or what is in it."""
        if len(self.found.files) >= COUNT_LIMIT:
            self._leave_out(name, f"there are more than {COUNT_LIMIT} files")
            return
        try:
            kind = _kind(part)
            if kind == "binary":
                self.found.no_text.append(name)
            elif kind == "log" or depth >= _DEPTH_LIMIT:
                self.found.files.append(_source(part, name))
            elif kind == "zip":
                self._zip(part, name, depth)
            elif kind == "tar":
                self._tar(part, name, depth)
            else:
                with part.open() as packed, gzip.open(packed) as stream:
                    self.take(cast("BinaryIO", stream), name.removesuffix(".gz"), depth + 1)
        except _DAMAGED as error:
            self._leave_out(name, f"it is damaged or encrypted: {error}")
        except OSError as error:
            self._leave_out(name, f"it cannot be read: {error.strerror or error}")

    def _tar(self, part: Stretch, name: str, depth: int) -> None:
        with part.open() as packed, tarfile.open(fileobj=packed, mode="r|*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is not None:
                    self.take(cast("BinaryIO", stream), f"{name}/{member.name}", depth + 1)

    def _zip(self, part: Stretch, name: str, depth: int) -> None:
        with part.open() as packed, zipfile.ZipFile(packed) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as stream:
                        self.take(cast("BinaryIO", stream), f"{name}/{member.filename}", depth + 1)

    def _leave_out(self, name: str, why: str) -> None:
        self.found.left_out.append(f"{name}: {why}")


def _kind(part: Stretch) -> str:
    with part.open() as file:
        head = file.read(512)
        if head.startswith(b"PK\x03\x04"):
            return "zip"
        if head.startswith(b"\x1f\x8b"):
            file.seek(0)
            with gzip.open(file) as unpacked:
                return "tar" if unpacked.read(512)[257:262] == b"ustar" else "gzip"
    if head[257:262] == b"ustar":
        return "tar"
    return "binary" if _is_binary(head) else "log"


def _is_binary(head: bytes) -> bool:
    """Whether it has bytes that no text has, and more than a few.

    Zeros do not count: a log that a crash has cut is full of them, and so is one in UTF-16.
    """
    written = head.replace(b"\0", b"")
    return len(written.translate(None, _CONTROLS)) < len(written) * _TEXT_SHARE


def _source(part: Stretch, name: str) -> SourceFile:
    node = next((piece for piece in re.split(r"[/\\]", name) if _NODE.fullmatch(piece)), None)
    return SourceFile(name, part.open, node)


def _without_bundle_paperwork(files: list[SourceFile]) -> list[SourceFile]:
    """Of a bundle made by `runs export`, only the evidence: its report and events speak about errors."""
    names = {file.name for file in files}
    roots = {
        str(parent)
        for parent in (PurePosixPath(name).parent for name in names)
        if {str(parent / "manifest.json"), str(parent / "events.jsonl")} <= names
    }
    kept = []
    for file in files:
        root = next((root for root in roots if file.name.startswith(f"{root}/")), None)
        if root is None:
            kept.append(file)
            continue
        parts = PurePosixPath(file.name).relative_to(root).parts
        if parts[0] == "evidence" and len(parts) > 2:
            kept.append(replace(file, name="/" + "/".join(parts[2:]), node=parts[1]))
    return kept
