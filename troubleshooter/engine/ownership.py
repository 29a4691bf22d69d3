"""One process owns a run at a time.

The lock is an exclusive transaction on a small SQLite file of the run: the operating system drops it when the
process dies, however it dies, and it is the same on Linux, macOS and Windows.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from troubleshooter.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path


class Ownership:
    """Held from construction to `release`. Raises Refused when another process holds it."""

    def __init__(self, folder: Path, run: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(
            folder / "owner.sqlite3", timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._db.close()
            raise Refused(
                f"Run {run} is open in another process.",
                "Two processes working on one run could each undo what the other does.",
                "Close the other one, or read the run with: troubleshooter runs show " + run,
            ) from error

    def release(self) -> None:
        self._db.close()
