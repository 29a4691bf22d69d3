"""The pools that can be read, the worst first, filled in as the answers come."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from troubleshooter.errors import ExitCode
from troubleshooter.model.inventory import Health, Inventory, Unread
from troubleshooter.report.counted import counted
from troubleshooter.report.inventory_text import WORDS
from troubleshooter.tui.rows import pools as rows
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.threads.background import in_background
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from troubleshooter.model.inventory import PoolHealth
    from troubleshooter.model.step import ErrorText
    from troubleshooter.model.target import Target
    from troubleshooter.tui.widgets.remarks import Remark
    from troubleshooter.tui.world import PoolsOf

_SHOWN_EVERY = 0.1
"""Seconds between two pictures of a list that fills."""
_SHARE = 9
"""Where a thousand pools take longer to put in order: so many times as long nothing is drawn after it."""
AGAIN = 60.0
"""Seconds after which it is read anew by itself; where it takes more calls than that, one a second."""
_ASKING = "Asking Azure which pools there are."
_BY_KEY = "F5 lists the pools; you are asked to sign in for it."
_NONE = "There is no pool in what can be read here. F5 reads it again."
_NO_SUCH = "No pool has this in its line: Escape shows all again."


class PoolsView(Vertical):
    DEFAULT_CSS = """
    PoolsView { height: 1fr; }
    PoolsView > Input { display: none; }
    PoolsView.-filters > Input { display: block; }
    PoolsView > Failure { margin-top: 1; }
    PoolsView.-failed { height: auto; }
    PoolsView.-failed > Table { display: none; }
    """

    class Listed(Message):
        """What is known by now, or why nothing is."""

        def __init__(self, inventory: Inventory, error: ErrorText | None = None) -> None:
            super().__init__()
            self.inventory = inventory
            self.error = error

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, PoolsView.Listed)

    class Described(Message):
        """Another row is chosen, or the same one says something else."""

    def __init__(self, pools_of: PoolsOf, *, unasked: bool) -> None:
        super().__init__()
        self._pools_of = pools_of
        self._unasked = unasked
        self._known = Inventory()
        self._read_at: datetime | None = None
        self._cancel = threading.Event()
        self._under_way = False
        self._touched = False
        """Whether somebody moved in the list: until then its first row, the worst, is looked at."""
        self._due = 0.0 if unasked else inf
        """When it is to be read by itself; never again after a failure."""
        self._error: ErrorText | None = None
        """Why nothing could be listed at last."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder="words that a line is to have", id="pools-filter")
        yield Failure()
        yield Table(*rows.COLUMNS, id="pools", empty=_ASKING if self._unasked else _BY_KEY, title="pools")

    def on_unmount(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Nobody waits for its answers any more."""
        self._cancel.set()

    def read(self) -> None:
        """Ask for all of it anew; what is shown stays until something else is known."""
        if self._under_way:
            return
        self._under_way, self._cancel = True, threading.Event()
        self.query_one(Table).explain_emptiness(_ASKING)
        in_background(self.screen, partial(self._list, self._cancel), partial(self.Listed, self._known))

    def read_again_when_due(self) -> None:
        if time.monotonic() >= self._due:
            self.read()

    def _list(self, cancel: threading.Event) -> Listed:
        """In a thread. What was known stays on the screen until as much is known anew."""
        then, before = 0.0, self._known

        def show(now: Callable[[], Inventory]) -> None:
            nonlocal then
            if (began := time.monotonic()) >= then and not before.done:
                self.screen.post_message(self.Listed(now()))
                then = time.monotonic() + max(_SHOWN_EVERY, _SHARE * (time.monotonic() - began))

        return self.Listed(self._pools_of(show, cancel))

    def listed(self, message: Listed) -> None:
        """Take what the thread told, by way of the screen."""
        error = message.error
        stopped = error is not None and error.exit_code == ExitCode.INTERRUPTED
        if error is not None:
            self._under_way, self._due = False, 0.0 if stopped and self._unasked else inf
        elif message.inventory.done:
            self._under_way, self._read_at = False, datetime.now(UTC)
            pause = max(AGAIN, message.inventory.asked) if self._unasked else inf
            self._due = time.monotonic() + pause
        self._error = None if stopped else error
        self._known = message.inventory
        self.query_one(Failure).error = rows.in_short(self._error) if self._error else None
        self.set_class(self._error is not None and not self._known.pools, "-failed")
        self._show()

    def _show(self) -> None:
        table, word = self.query_one(Table), self.query_one(Input).value.strip()
        now, marks, known = datetime.now(UTC), glyphs.of(self), self._known
        pools = [pool for pool in known.pools if rows.found(word, pool, known)]
        unread = [] if word else known.unread
        table.explain_emptiness(_NO_SUCH if word else _NONE if known.done else _ASKING)
        table.border_title = self._title(len(pools))
        table.show(
            (
                *(rows.pool_row(pool, known, now, marks) for pool in pools),
                *(rows.unread_row(one, marks) for one in unread),
            )
        )
        if not self._touched:
            table.cursor = 0
        self.post_message(self.Described())

    def _title(self, shown: int) -> str:
        """How many there are, how many are ill, and how far it is."""
        known = self._known
        healths = [pool.health for pool in known.pools]
        told = [
            f"{healths.count(one)} {WORDS[one]}" for one in (Health.ILL, Health.ATTENTION) if one in healths
        ]
        told += [f"{shown} shown"] if shown < len(healths) else []
        told += [f"{counted(len(known.unread), 'place')} not read"] if known.unread else []
        if self._under_way:
            told.append(f"{known.answered} of {known.asked} answers" if not known.done else "reading again")
        elif self._read_at is not None:
            told.append(f"read {self._read_at.astimezone():%H:%M}")
        return ", ".join([counted(len(healths), "pool"), *told])

    @property
    def chosen(self) -> PoolHealth | Unread | None:
        key = self.query_one(Table).key
        pool = next((one for one in self._known.pools if one.key == key), None)
        return pool or next((one for one in self._known.unread if rows.unread_key(one) == key), None)

    @property
    def target(self) -> Target | None:
        """The pool that is chosen."""
        chosen = self.chosen
        return None if chosen is None or isinstance(chosen, Unread) else chosen.target

    @property
    def details(self) -> tuple[Remark, ...]:
        chosen = self.chosen
        if chosen is None:
            return rows.long_reason(self._error) if self._error else ()
        if isinstance(chosen, Unread):
            return tuple(rows.unread_details(chosen))
        return tuple(rows.pool_details(chosen, datetime.now(UTC), glyphs.of(self)))

    def on_key(self, _event: events.Key) -> None:
        self._touched = True

    def on_click(self) -> None:
        self._touched = True

    @on(Input.Changed)
    def _filtered(self) -> None:
        self._show()

    @on(Input.Submitted)
    def _filter_ends(self) -> None:
        self.query_one(Table).focus()

    @property
    def empty(self) -> bool:
        return not self._known.pools

    @property
    def failed(self) -> bool:
        """Whether there is nothing to show but why."""
        return self.has_class("-failed")

    @property
    def filters(self) -> bool:
        return self.has_class("-filters")

    def filter(self) -> None:
        self.add_class("-filters")
        self.query_one(Input).focus()

    def unfilter(self) -> None:
        """Show all again."""
        self.remove_class("-filters")
        self.query_one(Input).value = ""
        self.query_one(Table).focus()
