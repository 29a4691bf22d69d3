"""What one call to Azure may still take, in seconds and in bytes, and whether the operator still wants it.

Azure, or what answers in its place, may send a byte now and then, or without end: no single wait is long, and
yet the call never ends. So time and bytes are counted over the whole of an answer and of a call.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

ANSWER_SECONDS = 35.0
"""From asking to the end of the answer; and one more second for every so many bytes that came.

The data plane may take 30 for a request (documented): a change that is made so late is not to count as lost.
"""
BYTES_A_SECOND = 32 << 10
LARGEST_ANSWER = 8 << 20
"""Bytes, as received and as unpacked. A page of a thousand nodes, or of a hundred pools, is a tenth of it."""
CALL_SECONDS = 600.0
"""All pages and all tries of one call, with the pauses between them."""
LOOK = 0.1
"""Seconds between two looks at cancel and clock."""


class Cut(Enum):
    """Why an answer was not read to its end, by us."""

    CANCELLED = "the run was cancelled"
    SLOW = f"the answer was not whole after {ANSWER_SECONDS:.0f} s"
    LARGE = f"the answer was larger than {LARGEST_ANSWER >> 20} MiB"
    PACKED = "the answer was packed in a way that nobody asked for"
    LONG = f"the call took longer than {CALL_SECONDS / 60:.0f} min"


class CutOff(TimeoutError):
    """A time-out, so that every library on the way lets go of its connection."""


class Allowance:
    """Of one call; each answer that it asks for begins anew. Used by one thread at a time."""

    def __init__(self, cancel: threading.Event, *, changes: bool = False) -> None:
        """The answer to a change that was sent is waited for although cancelled: it tells what was made."""
        self._cancel = cancel
        self._changes = changes
        self._sent = False
        self._ends = time.monotonic() + CALL_SECONDS
        self._asked = time.monotonic()
        self._received = 0
        self.cut: Cut | None = None
        """Why an answer of this try was cut off; None where none was, or not by us."""

    @property
    def left(self) -> float:
        """Seconds until the call as a whole is over."""
        return self._ends - time.monotonic()

    @property
    def sent(self) -> bool:
        """Whether anything of what is asked now was sent."""
        return self._sent

    def ask(self) -> None:
        """One more answer is asked for."""
        self._asked, self._received, self._sent = time.monotonic(), 0, False
        self.check()

    def send(self) -> None:
        """The next part of what is asked is sent."""
        self.check()
        self._sent = True

    def count(self, size: int) -> None:
        """So many bytes came."""
        self._received += size
        self.check()

    def check(self) -> None:
        """Raise CutOff where it may take no more."""
        now = time.monotonic()
        if self._cancel.is_set() and not (self._changes and self._sent):
            raise self.end(Cut.CANCELLED)
        if self._received > LARGEST_ANSWER:
            raise self.end(Cut.LARGE)
        if now > self._ends:
            raise self.end(Cut.LONG)
        if now > self._asked + ANSWER_SECONDS + self._received / BYTES_A_SECOND:
            raise self.end(Cut.SLOW)

    def end(self, why: Cut) -> CutOff:
        self.cut = why
        return CutOff(why.value)


_CURRENT: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


def current() -> Allowance | None:
    """That of the call which this thread is making."""
    return _CURRENT.get()


@contextmanager
def allowed(allowance: Allowance) -> Iterator[Allowance]:
    """What this thread asks meanwhile is counted against it."""
    token = _CURRENT.set(allowance)
    try:
        yield allowance
    finally:
        _CURRENT.reset(token)
