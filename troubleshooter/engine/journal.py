"""The journal: append-only events in SQLite, flushed to the disk before anybody hears of them."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.engine.evidence import private_file, private_folder
from troubleshooter.errors import GaveUp, NotFound, UsageProblem
from troubleshooter.model.event import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

APPLICATION_ID = 0x42415456
"""Written into the database's header, so that a foreign one is told from ours and never overwritten."""

_SCHEMA = """
CREATE TABLE events (
    run TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID
"""


class Journal:
    """One database per data directory. Safe to call from any thread."""

    def __init__(self, folder: Path, now: Callable[[], str]) -> None:
        self.path = folder / "journal.sqlite3"
        self._now = now
        self._lock = threading.RLock()
        try:
            private_folder(folder)
            private_file(self.path)  # what SQLite puts beside it gets the same mode
        except OSError as error:
            raise GaveUp(
                f"The journal {self.path} could not be opened.",
                f"The system says: {error.strerror or error}.",
                "Repair the folder's permissions, or point TROUBLESHOOTER_HOME at another folder.",
            ) from error
        with self._told():
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=10)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        with self._told():
            new = self._is_new()
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            if not new:
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                if self._is_new():  # another process may have been quicker
                    self._db.execute(_SCHEMA)
                    self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _is_new(self) -> bool:
        """Whether nothing was ever written to it. A stranger's database is refused before anything is."""
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application not in {0, APPLICATION_ID} or (application == 0 and tables):
            raise UsageProblem(
                f"{self.path} is not this program's journal.",
                "It is an SQLite database of another program; it was left as it is.",
                "Move it away, or point TROUBLESHOOTER_HOME at another folder.",
            )
        return not application

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell SQLite's failures in three parts."""
        try:
            with self._lock:
                yield
        except sqlite3.DatabaseError as error:
            raise _translated(error, self.path) from error

    def new_run(self) -> str:
        """An id that no run has: eight hexadecimal digits."""
        while True:
            run = secrets.token_hex(4)
            if not self.events(run):
                return run

    def append(self, run: str, moves: Sequence[tuple[EventKind, Mapping[str, Any]]]) -> tuple[Event, ...]:
        """Write events in one transaction; they are on the disk when this returns."""
        at = self._now()
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                query = "SELECT coalesce(max(seq), 0) FROM events WHERE run = ?"
                (last,) = self._db.execute(query, (run,)).fetchone()
                events = tuple(
                    Event(run, last + number, at, kind, data)
                    for number, (kind, data) in enumerate(moves, start=1)
                )
                rows = [(e.run, e.seq, e.at, e.kind.value, _encoded(e.data)) for e in events]
                self._db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        return events

    def events(self, run: str) -> tuple[Event, ...]:
        with self._told():
            query = "SELECT seq, at, kind, data FROM events WHERE run = ? ORDER BY seq"
            rows = self._db.execute(query, (run,)).fetchall()
        return tuple(self._event(run, expected, *row) for expected, row in enumerate(rows, start=1))

    def _event(self, run: str, expected: int, seq: int, at: str, kind: str, data: str) -> Event:
        """One row as an event. Events are written whole and in order, so anything else is damage."""
        problem = f"event {expected} is missing"
        if seq == expected:
            try:
                return Event(run, seq, at, EventKind(kind), msgspec.json.decode(data))
            except (ValueError, TypeError) as error:  # no such kind, no JSON, another type
                problem = str(error)
        raise UsageProblem(
            f"Event {expected} of run {run} cannot be read.",
            f"{self.path} is damaged, or a newer version of this program wrote it: {problem}.",
            "Use the version that wrote it, or restore the file from a backup; it was left as it is.",
        )

    def runs(self) -> tuple[str, ...]:
        """Ids of all runs, the one touched last first."""
        with self._told():
            query = "SELECT run FROM events GROUP BY run ORDER BY max(at) DESC, run"
            return tuple(run for (run,) in self._db.execute(query))

    def changing(self, kind: str) -> tuple[str, ...]:
        """Ids of the runs that changed a thing of that kind, the one touched last first."""
        with self._told():
            query = (
                "SELECT run FROM events WHERE kind LIKE 'change-%' AND json_extract(data, '$.kind') = ? "
                "GROUP BY run ORDER BY max(at) DESC, run"
            )
            return tuple(run for (run,) in self._db.execute(query, (kind,)))

    def find(self, prefix: str) -> str:
        """The one run whose id starts so. Raises NotFound or UsageProblem."""
        known = self.runs()
        matching = [run for run in known if prefix and run.startswith(prefix)]
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise UsageProblem(
                f"{prefix} is the beginning of {len(matching)} runs.",
                f"They are {', '.join(matching)}.",
                "Give more of the id.",
            )
        raise NotFound(
            f"There is no run {prefix}.",
            f"{len(known)} {'run is' if len(known) == 1 else 'runs are'} kept in {self.path.parent}.",
            "See them with: troubleshooter runs list",
        )

    def delete(self, run: str) -> None:
        with self._told():
            self._db.execute("DELETE FROM events WHERE run = ?", (run,))

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _encoded(data: Mapping[str, Any]) -> str:
    return msgspec.json.encode(data).decode()


def _translated(error: sqlite3.DatabaseError, path: Path) -> UsageProblem | GaveUp:
    text = str(error)
    if "locked" in text:
        return GaveUp(
            f"The journal {path} is busy.",
            "Another process has been writing to it for more than 10 seconds.",
            "Wait for it, or end it, and try again.",
        )
    if isinstance(error, sqlite3.OperationalError):
        return GaveUp(
            f"The journal {path} could not be written: {text}.",
            "Nothing is changed in Azure before it is written down, so nothing unrecorded was done.",
            "Free disk space or repair the folder's permissions, then resume the run.",
        )
    return UsageProblem(
        f"The journal {path} cannot be read: {text}.",
        "It is damaged or not an SQLite database; it was left as it is.",
        "Move it away to start afresh, or restore it from a backup.",
    )
