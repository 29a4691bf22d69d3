"""Every run of a journal as it stands: each event is read once, however often its run is asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter.engine import reading
from troubleshooter.engine.changes import Changes
from troubleshooter.engine.fold import Fold
from troubleshooter.errors import NotFound
from troubleshooter.model.event import Changed, Event
from troubleshooter.model.target import Target
from troubleshooter.model.unreadable import CannotBeRead, Unread, Unreadable
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshooter.engine.journal import Journal
    from troubleshooter.model.event import EventKind
    from troubleshooter.model.run import RunState


class Replay:
    """Reads what was written since it last looked, and writes into no run that it could not read whole."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._lock = threading.RLock()
        self._folds: dict[str, Fold] = {}

    def look(self, run: str) -> RunState | Unreadable:
        """The run, or what is known of one that cannot be read. Raises NotFound."""
        with self._lock:
            found = self._folded(run)
            return found if isinstance(found, Unreadable) else found.state

    def read(self, run: str) -> RunState:
        """The run. Raises CannotBeRead or NotFound."""
        with self._lock:
            return self._readable(run).state

    def write(self, run: str, moves: Sequence[tuple[EventKind, Mapping[str, Any]]]) -> list[RunState]:
        """Append events in one transaction; the states after each of them. Raises CannotBeRead."""
        with self._lock:
            fold = self._folds.get(run) or self._readable(run)
            states = []
            for event in self.journal.append(run, moves, after=fold.seq):
                fold.add(event)
                states.append(fold.state)
            return states

    def forget(self, run: str) -> None:
        """It was deleted."""
        with self._lock:
            self._folds.pop(run, None)

    def _readable(self, run: str) -> Fold:
        found = self._folded(run)
        if isinstance(found, Unreadable):
            raise CannotBeRead(found)
        return found

    def _folded(self, run: str) -> Fold | Unreadable:
        fold = self._folds.pop(run, None) or Fold()
        known = fold.seq
        unread = []
        rows = self.journal.rows(run, known)
        for row in rows:
            if isinstance(row, Unread):
                unread.append(row)
            elif not unread:  # what comes after an event that is not understood is not, either
                try:
                    fold.add(row)
                except ValueError as error:
                    unread.append(Unread(row.seq, row.kind.value, str(error), row.at, row.written))
        if unread:
            return self._unreadable(run, unread, self.journal.rows(run) if known else rows)
        if not fold.seq:
            raise NotFound(
                f"There is no run {run}.", "It was deleted.", "See the others with: troubleshooter runs list"
            )
        self._folds[run] = fold
        return fold

    def _unreadable(self, run: str, unread: Sequence[Unread], rows: Sequence[Event | Unread]) -> Unreadable:
        """What the events tell that can be read, each for itself."""
        changes, times = Changes(), []
        for row in rows:
            times.append(row.at)
            if isinstance(row, Event) and isinstance(row.body, Changed):
                changes.add(row.kind, row.body, row.at)
        folder = self.journal.path.parent
        return Unreadable(
            run,
            tuple(unread),
            journal=str(self.journal.path),
            saved=str(folder / "runs" / run / "pool.json"),
            updated=max(times, default=""),
            left=tuple(change for change in changes.all if change.open),
            **_beginning(rows[0]),
        )


def _beginning(first: Event | Unread) -> dict[str, Any]:
    """What can be had of how the run was begun, even where another version wrote it."""
    written = reading.raw(first.written)
    if not isinstance(written, dict):
        return {}
    options = _mapping(written.get("options"))
    places = _mapping(options.get("endpoints"))
    try:
        target = convert(written.get("target"), Target)
    except msgspec.ValidationError:
        target = None
    return {
        "target": target,
        "playbook": str(written.get("playbook", "")),
        "version": str(written.get("version", "")),
        "created": first.at,
        "places": tuple(
            word
            for name, value in places.items()
            if value
            for word in (f"--{name.replace('_', '-')}", str(value))
        ),
        "rehearsal": bool(options.get("rehearsal")),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
