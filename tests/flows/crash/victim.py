"""The program in a process of its own, ended at a chosen moment. It knows nothing of it.

The moment is found from outside: the journal is read as any other process could read it.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from tests.flows.crash.terminal import Terminal
from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KILL, HANG_UP, CLOSE = "SIGKILL", "SIGHUP", "closed terminal"
"""How a process is ended: outright, or asked to stop by a signal, or by what sends that signal."""
_LIMIT = 60.0
"""Seconds until a process that does not end is killed anyway, and the trial fails."""
_LOOK = 0.0003
_HELD = 0.08
"""Seconds for which the journal is held: the program does what comes before its next event, and waits."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: as an event is written, before the one after it is, or so many seconds after that."""

    event: int = 0
    before_next: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        if not self.event:
            return f"after {self.seconds:.2f} s"
        late = f" and {self.seconds:.2f} s" if self.seconds else ""
        return f"{'before the event after' if self.before_next else 'at event'} {self.event}{late}"


@dataclass(frozen=True, slots=True)
class Death:
    killed: bool
    """Or it had ended before."""
    code: int | None
    """None where it went on and on after it was asked to stop."""
    events: tuple[str, ...]
    """Kinds of the events that were written."""
    run: str
    """Empty when it was not even written down."""
    told: str = ""
    """On standard error; not of a terminal that was closed."""


def killed(
    arguments: tuple[str, ...],
    environ: Mapping[str, str],
    home: Path,
    moment: Moment,
    seen: int = 0,
    how: str = KILL,
) -> Death:
    """Start the program and end it at the moment; events are counted from those seen before."""
    journal = home / "journal.sqlite3"
    with ExitStack() as stack:
        told = stack.enter_context(tempfile.TemporaryFile())
        terminal = stack.enter_context(Terminal()) if how == CLOSE else None
        process = stack.enter_context(_started(arguments, environ, terminal, told))
        if moment.event:
            _watch(process, journal, seen + moment.event, before_next=moment.before_next)
        if moment.seconds:
            _sleep(process, moment.seconds)
        over = process.poll() is not None
        code = _ended(process, how, terminal)
        told.seek(0)
        text = told.read().decode(errors="replace")
    events = _events(journal)
    kinds = tuple(kind for _, kind in events)
    return Death(not over, code, kinds, events[0][0] if events else "", text)


def _started(
    arguments: tuple[str, ...], environ: Mapping[str, str], terminal: Terminal | None, told: IO[bytes]
) -> subprocess.Popen[bytes]:
    command = [*PROGRAM, *arguments]
    if terminal is None:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told, env=dict(environ))
    return terminal.started(command, environ)


def _ended(process: subprocess.Popen[bytes], how: str, terminal: Terminal | None) -> int | None:
    if terminal is not None:
        terminal.close()
    elif how == HANG_UP:
        process.send_signal(signal.SIGHUP)
    else:
        process.kill()
    try:
        return process.wait(_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


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


def steps(journal: Path) -> tuple[str, ...]:
    """In which step each event was written; empty before the first."""
    with _opened(journal) as db:
        rows = db.execute("SELECT kind, data FROM events ORDER BY run, seq").fetchall()
    found = ""
    told = []
    for kind, data in rows:
        found = json.loads(data)["step"] if kind == "step-started" else found
        told.append(found)
    return tuple(told)


@contextmanager
def _opened(journal: Path) -> Iterator[sqlite3.Connection]:
    if not journal.exists():
        yield sqlite3.connect(":memory:")
        return
    with closing(sqlite3.connect(journal, timeout=5, isolation_level=None)) as db:
        yield db
