"""The program in a process of its own, killed outright at a chosen moment. It knows nothing of it.

The moment is found from outside: the journal is read as any other process could read it.
"""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_LIMIT = 60.0
"""Seconds until a process that does not end is killed anyway, and the trial fails."""
_LOOK = 0.0003
_HELD = 0.08
"""Seconds for which the journal is held: the program does what comes before its next event, and waits."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: as an event is written, before the one after it is, or after so many seconds."""

    event: int = 0
    before_next: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        if not self.event:
            return f"after {self.seconds:.2f} s"
        return f"{'before the event after' if self.before_next else 'at event'} {self.event}"


@dataclass(frozen=True, slots=True)
class Death:
    killed: bool
    """Or it had ended before."""
    code: int
    events: tuple[str, ...]
    """Kinds of the events that were written."""
    run: str
    """Empty when it was not even written down."""


def killed(
    arguments: tuple[str, ...], environ: Mapping[str, str], home: Path, moment: Moment, seen: int = 0
) -> Death:
    """Start the program and kill it at the moment; events are counted from those seen before."""
    journal = home / "journal.sqlite3"
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(environ)
    ) as process:
        if moment.event:
            _watch(process, journal, seen + moment.event, before_next=moment.before_next)
        else:
            _sleep(process, moment.seconds)
        over = process.poll() is not None
        process.kill()
        code = process.wait()
    events = _events(journal)
    return Death(not over, code, tuple(kind for _, kind in events), events[0][0] if events else "")


def _watch(process: subprocess.Popen[bytes], journal: Path, event: int, *, before_next: bool) -> None:
    deadline = time.monotonic() + _LIMIT
    while not journal.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(_LOOK)
    with _opened(journal) as db:
        while process.poll() is None and time.monotonic() < deadline:
            if _count(db) >= event:
                if before_next:
                    _hold(db)
                return
            time.sleep(_LOOK)


def _hold(db: sqlite3.Connection) -> None:
    """Keep everybody from writing until the kill; the lock goes with the connection."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:  # it is writing just now: as good a moment
        return
    time.sleep(_HELD)


def _sleep(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _count(db: sqlite3.Connection) -> int:
    try:
        (count,) = db.execute("SELECT count(*) FROM events").fetchone()
    except sqlite3.OperationalError:  # no table yet, or being made
        return 0
    return int(count)


def _events(journal: Path) -> list[tuple[str, str]]:
    """Run and kind of each event; the database must be whole and the counting without gaps."""
    if not journal.exists():
        return []
    with _opened(journal) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return []
        rows = db.execute("SELECT run, seq, kind FROM events ORDER BY run, seq").fetchall()
    assert [seq for _, seq, _ in rows] == list(range(1, len(rows) + 1))
    return [(run, kind) for run, _, kind in rows]


@contextmanager
def _opened(journal: Path) -> Iterator[sqlite3.Connection]:
    if not journal.exists():
        yield sqlite3.connect(":memory:")
        return
    with closing(sqlite3.connect(journal, timeout=5, isolation_level=None)) as db:
        yield db
