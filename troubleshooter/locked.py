"""The files that SQLite holds locks on in this process.

Whoever opens one of them beside it must know: closing it again drops every lock that the process has on it,
and nobody is told.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite opens together with a database, by what it adds to its name."""
_LOCK = threading.Lock()
_HELD: list[Path] = []


def hold(database: Path) -> None:
    """From now on, for as long as SQLite has it open."""
    with _LOCK:
        _HELD.append(database)


def release(database: Path) -> None:
    """Once for each time that it was held."""
    with _LOCK:
        _HELD.remove(database)


def is_held(path: Path) -> bool:
    """Whether this is one of those files, by whatever name or link it is reached."""
    with _LOCK:
        held = [database.with_name(database.name + beside) for database in _HELD for beside in _BESIDE]
    found = _identity(path)
    return found is not None and any(_identity(each) == found for each in held)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino
