"""Files of evidence beside the journal, addressed by the SHA-256 of what is kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshooter.errors import GaveUp, NotFound
from troubleshooter.model.run import KeptFile

if TYPE_CHECKING:
    from troubleshooter.redact import Redactor


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

    def keep(self, node: str, name: str, data: bytes, sha256_read: str, cut: str) -> KeptFile:
        """Redact and store; `sha256_read` is of the bytes as they came."""
        kept = self._redactor.data(data)
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
