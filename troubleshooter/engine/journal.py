"""The journal: append-only events in SQLite, flushed to the disk before anybody hears of them."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter import locked
from troubleshooter.engine import reading
from troubleshooter.engine.evidence import guard, private_file, private_folder
from troubleshooter.errors import GaveUp, NotFound, Refused, UsageProblem
from troubleshooter.model.change import DELETED
from troubleshooter.model.unreadable import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from troubleshooter.model.event import Event, EventKind

_RUNS = """
WITH RECURSIVE known(run) AS (
    SELECT min(run) FROM events
    UNION ALL SELECT (SELECT min(run) FROM events WHERE run > known.run) FROM known WHERE run IS NOT NULL
) SELECT run FROM known WHERE run IS NOT NULL
"""
"""From one run to the next by the key: no event is read for it."""

APPLICATION_ID = 0x42415456
"""Written into the database's header, so that a foreign one is told from ours and never overwritten."""

_INTENDED = "change-intended"

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
            guard(folder)
            if self.path.is_symlink() or self.path.exists():
                guard(self.path)
            private_file(self.path)  # what SQLite puts beside it gets the same mode
        except OSError as error:
            raise _cannot_be_opened(self.path, error.strerror or str(error)) from error
        with self._told():
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=10)
            self._db.text_factory = _text
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise
        locked.hold(self.path)
        self._open = True
        self._file = _identity(self.path)

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
            with self._told():
                if not self._last(run):
                    return run

    def _last(self, run: str) -> int:
        query = "SELECT coalesce(max(seq), 0) FROM events WHERE run = ?"
        (last,) = self._db.execute(query, (run,)).fetchone()
        return int(last)

    def append(
        self, run: str, moves: Sequence[tuple[EventKind, Mapping[str, Any]]], after: int = 0
    ) -> tuple[Event, ...]:
        """Write events in one transaction; they are on the disk when this returns.

        `after` is the last event that the writer has read. What has none that it knows is written to nobody's
        run, and nothing is written that could not be read again.
        """
        at = self._now()
        if any(_begins_a_change(kind, data) for kind, data in moves):
            self._check_there(run)
        with self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                last = self._last(run)
                _check_read(run, last, after)
                events = tuple(
                    _readable(run, reading.event(run, seq, at, kind.value, msgspec.json.encode(data)))
                    for seq, (kind, data) in enumerate(moves, start=last + 1)
                )
                rows = [(e.run, e.seq, e.at, e.kind.value, e.written.decode()) for e in events]
                self._db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", rows)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        return events

    def _check_there(self, run: str) -> None:
        """SQLite goes on writing into a file that was taken away, where nobody will ever read it."""
        if _identity(self.path) == self._file:
            return
        raise GaveUp(
            f"The journal {self.path} is gone.",
            "The file was removed or replaced while run "
            f"{run} was under way; nothing more is begun that could not be written down.",
            "Put the folder back if you can. Without it, what the run made is found by its mark: "
            f"troubleshooter runs cleanup {run} --in ACCOUNT_ID --confirm NAME",
        )

    def events(self, run: str) -> tuple[Event, ...]:
        """All events of a run. Raises ValueError where one of them cannot be read."""
        return tuple(_readable(run, row) for row in self.rows(run))

    def rows(self, run: str, after: int = 0) -> tuple[Event | Unread, ...]:
        """What was written about a run after that event, each row for itself."""
        with self._told():
            query = (
                "SELECT seq, at, kind, CAST(data AS BLOB) FROM events WHERE run = ? AND seq > ? ORDER BY seq"
            )
            rows = self._db.execute(query, (run, after)).fetchall()
        return tuple(_in_order(run, rows, after))

    def runs(self) -> tuple[str, ...]:
        """Ids of all runs, the one touched last first."""
        with self._told():
            query = "SELECT run FROM events GROUP BY run ORDER BY max(at) DESC, run"
            return tuple(run for (run,) in self._db.execute(query))

    def changing(self, kind: str) -> tuple[str, ...]:
        """Ids of the runs that changed a thing of that kind, the one touched last first."""
        with self._told():
            query = (
                "SELECT run FROM events WHERE kind LIKE 'change-%' AND "
                "CASE WHEN json_valid(data) THEN json_extract(data, '$.kind') END = ? "
                "GROUP BY run ORDER BY max(at) DESC, run"
            )
            return tuple(run for (run,) in self._db.execute(query, (kind,)))

    def that_gave(self, form: str, most: int) -> tuple[str, ...]:
        """Ids of so many runs at most of which a step left that form, the one touched last first."""
        with self._told():
            query = (
                "SELECT run FROM events WHERE kind = 'step-finished' AND "
                "CASE WHEN json_valid(data) THEN json_extract(data, '$.gives') END = ? "
                "GROUP BY run ORDER BY max(at) DESC, run LIMIT ?"
            )
            return tuple(run for (run,) in self._db.execute(query, (form, most)))

    def find(self, prefix: str) -> str:
        """The one run whose id starts so. Raises NotFound or UsageProblem."""
        with self._told():
            known = [str(run) for (run,) in self._db.execute(_RUNS)]
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
            f"There is no run {prefix if prefix.strip() else repr(prefix)}.",
            f"{len(known)} {'run is' if len(known) == 1 else 'runs are'} kept in {self.path.parent}.",
            "See them with: troubleshooter runs list",
        )

    def delete(self, run: str) -> None:
        with self._told():
            self._db.execute("DELETE FROM events WHERE run = ?", (run,))

    def close(self) -> None:
        with self._lock:
            self._db.close()
            if self._open:
                locked.release(self.path)
                self._open = False


def _identity(path: Path) -> tuple[int, int] | None:
    """By what a file is known again, without opening it: that would drop the locks that SQLite has on it."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino


def _begins_a_change(kind: EventKind, data: Mapping[str, Any]) -> bool:
    """Not what goes on where something was deleted: stopping there would leave its place empty."""
    return kind.value == _INTENDED and not data.get("detail", {}).get(DELETED)


def _text(stored: bytes) -> str:
    """What is no text is shown as far as it is: one such cell must not hide the others."""
    return stored.decode(errors="replace")


def _in_order(run: str, rows: Sequence[tuple[Any, ...]], after: int) -> Iterator[Event | Unread]:
    """Events are written whole and without gaps, so anything else is damage."""
    expected = after + 1
    for seq, at, kind, data in rows:
        if seq != expected:
            yield Unread(expected, "", "it is missing")
        yield reading.event(run, seq, at, kind, data)
        expected = seq + 1 if isinstance(seq, int) else expected + 1


def _readable(run: str, row: Event | Unread) -> Event:
    if isinstance(row, Unread):
        raise ValueError(f"run {run}: {row.told}")  # noqa: TRY004 - it is the journal that is wrong
    return row


def _check_read(run: str, last: int, after: int) -> None:
    if last == after:
        return
    raise Refused(
        f"Nothing was written into run {run}.",
        "Its journal holds other events than were read here: another process has moved it, or it is damaged.",
        f"Look at it again: troubleshooter runs show {run}",
    )


def _cannot_be_opened(path: Path, said: str) -> UsageProblem:
    """Nothing was begun: it is the place that was given, as for any other file that cannot be opened."""
    return UsageProblem(
        f"The journal {path} could not be opened.",
        f"The system says: {said}.",
        "Repair the folder's permissions, or point TROUBLESHOOTER_HOME at another folder.",
    )


def _translated(error: sqlite3.DatabaseError, path: Path) -> UsageProblem | GaveUp:
    text = str(error)
    if "locked" in text:
        return GaveUp(
            f"The journal {path} is busy.",
            "Another process has been writing to it for more than 10 seconds.",
            "Wait for it, or end it, and try again.",
        )
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_CANTOPEN:
        return _cannot_be_opened(path, text)
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
