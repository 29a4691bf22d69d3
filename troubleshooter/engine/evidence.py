"""Files of evidence beside the journal, addressed by the SHA-256 of what is kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshooter.errors import GaveUp, NotFound, Refused
from troubleshooter.model.run import KeptFile

if TYPE_CHECKING:
    from troubleshooter.redact import Redactor


_ROOT = 0


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, and what is missing above it alike."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file that only its owner can read, unless it exists.

    One that exists is not even opened: closing it would drop every lock that this process holds on it.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))


def guard(path: Path) -> None:
    """Refuse what somebody else may write, or put something else in the place of. Raises Refused.

    Who can write there decides which pool is deleted and what is put back in its place.
    """
    if not hasattr(os, "geteuid"):  # Windows: its permissions are not read here
        return
    if path.is_symlink() and not path.exists():
        raise Refused(
            f"{path} is a link that leads nowhere.",
            "What is written to it would come to be where the link says.",
            f"Remove the link: rm {shlex.quote(str(path))}",
        )
    real = path.resolve()
    found = real.stat()
    if found.st_uid not in {os.geteuid(), _ROOT}:
        raise _open_to_others(real, f"it belongs to user {found.st_uid}", f"chown {os.geteuid()}")
    if found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and not _own_group(found.st_gid)):
        raise _open_to_others(real, f"its mode is {stat.S_IMODE(found.st_mode):o}", "chmod go-w")
    for folder in real.parents:
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise _open_to_others(folder, f"its mode is {stat.S_IMODE(mode):o}", "chmod o-w")


def _open_to_others(path: Path, how: str, command: str) -> Refused:
    return Refused(
        f"Others may write in {path}." if path.is_dir() else f"Others may write {path}.",
        f"Who can write there decides which pools this program deletes, and {how}.",
        f"Make it yours alone: {command} {shlex.quote(str(path))}; or point TROUBLESHOOTER_HOME elsewhere.",
    )


def _own_group(gid: int) -> bool:
    """Whether the group is the user's own, as many systems give each user one, and has nobody else in it."""
    import grp  # noqa: PLC0415 - not on Windows
    import pwd  # noqa: PLC0415 - not on Windows

    try:
        user, group = pwd.getpwuid(os.geteuid()), grp.getgrgid(gid)
    except KeyError:
        return False
    return (user.pw_gid, user.pw_name) == (gid, group.gr_name) and set(group.gr_mem) <= {user.pw_name}


def owner_only(path: str, flags: int) -> int:
    """An opener for `open`: the file is its owner's alone to read, made now or there before."""
    opened = os.open(path, flags, 0o600)
    try:
        if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(opened).st_mode):  # not a terminal, not a pipe
            os.fchmod(opened, 0o600)
    except BaseException:
        os.close(opened)
        raise
    return opened


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    try:
        private_folder(path.parent)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # made with mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise GaveUp(
            f"{path} could not be written.",
            f"The system says: {error.strerror or error}.",
            "Free disk space or repair the folder's permissions, then resume the run.",
        ) from error


class EvidenceStore:
    """Keeps what was read from nodes and from Azure, redacted at this door."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor

    def keep(
        self, node: str, name: str, data: bytes, sha256_read: str, cut: str, most: int | None = None
    ) -> KeptFile:
        """Redact and store; `sha256_read` is of the bytes as they came. TooDense: beyond `most` secrets."""
        kept = self._redactor.data(data, most)
        digest = hashlib.sha256(kept).hexdigest()
        path = self.path(digest)
        if not path.exists():
            write_private(path, kept)
        return KeptFile(node, name, digest, sha256_read, len(kept), cut)

    def path(self, sha256: str) -> Path:
        return self._folder / "files" / sha256

    def read(self, kept: KeptFile) -> bytes:
        try:
            return self.path(kept.sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(
                f"The content of {kept.name} is gone.",
                f"{self.path(kept.sha256)} is not there any more.",
                "Collect again, or restore the data directory from a backup.",
            ) from error
