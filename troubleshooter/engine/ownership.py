"""One process owns a run at a time.

The lock is an exclusive transaction on a small SQLite file of the run: the operating system drops it when the
process dies, however it dies, and it is the same on Linux, macOS and Windows.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from troubleshooter import locked
from troubleshooter.engine.evidence import private_file, private_folder
from troubleshooter.errors import GaveUp, Refused

if TYPE_CHECKING:
    from pathlib import Path


class Ownership:
    """Held from construction to `release`. Raises Refused when another process holds it."""

    def __init__(self, folder: Path, run: str) -> None:
        self._path: Path | None = None
        """Where the lock is held."""
        path = folder / "owner.sqlite3"
        try:
            private_folder(folder)
            private_file(path)
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error
        try:
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            self._db.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise _unusable(path, error) from error
            raise Refused(
                f"Run {run} is open in another process.",
                "Two processes working on one run could each undo what the other does.",
                "Close the other one, or read the run with: troubleshooter runs show " + run,
            ) from error
        self._path = path
        locked.hold(path)

    def release(self) -> None:
        self._db.close()
        if self._path is not None:
            locked.release(self._path)
            self._path = None


def _unusable(path: Path, error: Exception) -> GaveUp:
    return GaveUp(
        f"{path} could not be opened.",
        f"The system says: {error}.",
        "Free disk space or repair the folder's permissions, then resume the run.",
    )
