"""Paths, folders and archives to files for the analysis.

An archive's members are copied into one temporary file, never under their own names, and never more than the
limits: whoever made the archive decides nothing on this machine.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter import locked
from troubleshooter.analyse.bundled import without_paperwork
from troubleshooter.analyse.spans import ALWAYS, Window
from troubleshooter.analyse.spool import Spool, Stretch, check_size
from troubleshooter.archives import tar
from troubleshooter.archives import zip as zips
from troubleshooter.archives.budget import NODE_KEPT, NODE_LOOKS, Budget
from troubleshooter.archives.unpacked import GZIP, Counted, Unpacked, buffered, gzip
from troubleshooter.errors import NotFound, UsageProblem
from troubleshooter.fence import LeftOut, Spent, Unreadable, fence
from troubleshooter.folders import files_below
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

DEPTH_LIMIT = 3
"""An archive in an archive in an archive is opened: a rotated log in a bundle in an upload."""
_LONGEST_NAME = 1024
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_TEXT_SHARE = 0.95
"""Of what a file begins with; random bytes come to 0.9, programs to less."""
_NODE = re.compile(r"(?:^|[/\\])(tvm(?:ps)?[-_][\w-]+)(?=[/\\]|$)")


@dataclass(slots=True)
class Sources:
    """What there is to analyse, what that may cost, and what had to be left out."""

    files: list[SourceFile] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    no_text: list[str] = field(default_factory=list)
    """Names of pictures, programs and the like: nothing is missing without them."""
    budget: Budget = field(default_factory=Budget)
    window: Window = ALWAYS
    """Of which time somebody asks; what was said outside of it is told apart."""
    by_node: dict[str, Budget] | None = None
    """What each node's files may cost, where a hostile one must not take that of the others."""

    def budget_of(self, node: str | None) -> Budget:
        if node is None or self.by_node is None:
            return self.budget
        return self.by_node.setdefault(node, Budget(looks=NODE_LOOKS, kept=NODE_KEPT))

    def fence(self, name: str) -> AbstractContextManager[None]:
        return fence(name, self.left_out.append)


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
                finder.take_stream(sys.stdin.buffer, "standard input")
            elif not path:  # `"$LOGS"` of a shell; a path of Python's would be the folder that one stands in
                raise NotFound("'' cannot be read.", "No file or folder has an empty name.", "Give a path.")
            else:
                finder.walk(Path(path))
        found = finder.found
        others = {*found.no_text, *(left.name for left in found.left_out)}
        found.files = without_paperwork(found.files, found.left_out.append, others)
        yield found


class _Finder:
    """Walks what was named, opening archives on the way."""

    def __init__(self, spool: Spool) -> None:
        self.found = Sources()
        self._budget = self.found.budget
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
            self._given(str(path))
        elif stat.S_ISDIR(mode):
            self._below(str(path))
        else:
            with self.found.fence(str(path)), path.open("rb") as stream:  # a pipe can be read once only
                self.take_stream(stream, str(path))

    def _below(self, folder: str) -> None:
        with self._as_far_as_it_goes(folder):
            for path in files_below(folder, self._budget, self.found.left_out.append):
                self._given(path)

    def _given(self, path: str) -> None:
        """Take a file that lies on the disk."""
        if locked.is_held(Path(path)):
            self.found.no_text.append(path)
            return
        with self._as_far_as_it_goes(path), self.found.fence(path):
            self._add(Stretch.of(Path(path)), path, 0)

    def take_stream(self, stream: BinaryIO, name: str) -> None:
        """Take what can be read once only."""
        with self._as_far_as_it_goes(name), self.found.fence(name):
            self._add(self._spool.take(stream.read), name, 0)

    @contextmanager
    def _as_far_as_it_goes(self, name: str) -> Iterator[None]:
        """Let a limit of the whole call end one of the things that were given, and say how far it came."""
        before = len(self.found.files)
        try:
            yield
        except Spent as limit:
            read = len(self.found.files) - before
            why = f"{limit}; of what is in it {read} files were read, and what comes after them was not"
            self.found.left_out.append(LeftOut(name, why))

    def _add(self, part: Stretch, name: str, depth: int) -> None:
        """Take a file, or what is in it."""
        kind = self._kind(part)
        if depth == 0:
            self._budget.give(part.bytes, packed=kind not in {"log", "binary"})
        if kind == "binary":
            self.found.no_text.append(name)
        elif kind == "log":
            self.found.files.append(_source(part, name))
        elif depth >= DEPTH_LIMIT:
            raise Unreadable(f"it is packed, and lies in {DEPTH_LIMIT} archives already")
        elif kind == "gzip":
            self._gzipped(part, name, depth + 1)
        else:
            (self._zip if kind == "zip" else self._tar)(part, name, depth + 1)

    def _keep(self, read: Callable[[int], bytes], name: str, depth: int) -> None:
        self._add(self._spool.take(read), name, depth)

    def _gzipped(self, part: Stretch, name: str, depth: int) -> None:
        """Of one that is cut or damaged, what comes before that is good."""
        with part.open() as packed:
            read = _AsFarAsItGoes(Unpacked(packed.read, gzip, self._budget).read)
            held = self._spool.take(read)
        if read.why:
            self.found.left_out.append(LeftOut(name, f"{read.why}; {held.bytes} bytes before that were read"))
        if held.bytes or not read.why:
            self._add(held, name.removesuffix(".gz"), depth)

    def _tar(self, part: Stretch, name: str, depth: int) -> None:
        with part.open() as packed:
            plain = _begins(part) != GZIP
            stream = buffered(Counted(packed.read, self._budget)) if plain else self._gzip(packed)
            for member in tar.members(stream.read, self._budget.look):
                self._budget.member()
                if member.kind is not tar.Kind.FILE and not member.holes:
                    continue
                inner = f"{name}/{member.name.decode('utf-8', 'replace')}"
                with self.found.fence(cut(inner, _LONGEST_NAME)):
                    _check(inner, member.size, member.wrong)
                    self._keep(member.part, inner, depth)

    def _zip(self, part: Stretch, name: str, depth: int) -> None:
        with part.open() as packed:
            for entry in zips.entries(packed):
                self._budget.member()
                if entry.is_folder:
                    continue
                inner = f"{name}/{entry.name}"
                with self.found.fence(cut(inner, _LONGEST_NAME)):
                    _check(inner, entry.size)
                    self._keep(zips.content(packed, entry, self._budget).read, inner, depth)

    def _gzip(self, packed: BinaryIO) -> BinaryIO:
        return buffered(Unpacked(packed.read, gzip, self._budget))

    def _kind(self, part: Stretch) -> str:
        with part.open() as file:
            head = file.read(512)
            if head.startswith(zips.ZIP):
                return "zip"
            if head.startswith(GZIP):
                file.seek(0)
                return "tar" if _is_tar(_AsFarAsItGoes(self._gzip(file).read)(512)) else "gzip"
        if _is_tar(head):
            return "tar"
        return "binary" if _is_binary(head) else "log"


class _AsFarAsItGoes:
    """What can be read of something damaged; it seems to end there."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read, self.why = read, ""

    def __call__(self, size: int) -> bytes:
        try:
            return b"" if self.why else self._read(size)
        except Unreadable as error:
            self.why = str(error)
            return b""


def _check(name: str, size: int, wrong: str = "") -> None:
    """Refuse a member before anything of it is unpacked."""
    if len(name) > _LONGEST_NAME:
        raise Unreadable(f"its name has {len(name)} characters")
    if wrong:
        raise Unreadable(wrong)
    check_size(size)


def _begins(part: Stretch) -> bytes:
    with part.open() as file:
        return file.read(len(GZIP))


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _is_binary(head: bytes) -> bool:
    """Whether it has bytes that no text has, and more than a few.

    Zeros do not count: a log that a crash has cut is full of them, and so is one in UTF-16.
    """
    written = head.replace(b"\0", b"")
    return len(written.translate(None, _CONTROLS)) < len(written) * _TEXT_SHARE


def _source(part: Stretch, name: str) -> SourceFile:
    node = _NODE.search(name)
    return SourceFile(name, part.open, node[1] if node else None)
