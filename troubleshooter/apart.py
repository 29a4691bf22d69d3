"""What cannot be interrupted, done in a thread of its own, so that nobody has to wait for it to its end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_LOOK = 0.1
"""Seconds between two looks whether it is still wanted."""


class Outcome(Generic[T]):
    """What came of a call in one thread, to be had in another: its result, or whatever it raised."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._came: list[T] = []
        self._error: BaseException | None = None
        try:
            self._came.append(act())
        except BaseException as error:  # noqa: BLE001 - nothing is swallowed: whoever asks for the result gets it
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._came[0]

    def drop(self, drop: Callable[[T], None]) -> None:
        """Nobody asks for the result any more."""
        for came in self._came:
            drop(came)


ONLY_WAITS = "only waits: "
"""How the name of a thread begins that is in nobody's code until the process is asked to end."""


def begin(act: Callable[[], None], name: str) -> None:
    """A thread that does not keep the process alive."""
    thread = threading.Thread(target=act, name=name, daemon=True)
    thread.start()


def settled(seconds: float) -> bool:
    """Whether every thread that nobody waits for came to its end, within that time.

    Python must not take itself down under one, ours or a library's: what is in the middle of its own code
    would end the process with a crash.
    """
    until = time.monotonic() + seconds
    others = [one for one in threading.enumerate() if one.daemon and not one.name.startswith(ONLY_WAITS)]
    for one in others:
        if one is not threading.current_thread():
            one.join(max(until - time.monotonic(), 0.0))
    return not any(one.is_alive() for one in others if one is not threading.current_thread())


def apart(act: Callable[[], T], check: Callable[[], None], drop: Callable[[T], None] = lambda _: None) -> T:
    """Do it; `check` is asked ten times a second and may raise. What then still comes is given to `drop`.

    The thread does not keep the process alive.
    """
    call = _Call(act, drop)
    begin(call.run, "apart")
    try:
        while not call.over.wait(_LOOK):
            check()
    except BaseException:
        call.abandon()
        raise
    return call.outcomes[0].result()


class _Call(Generic[T]):
    def __init__(self, act: Callable[[], T], drop: Callable[[T], None]) -> None:
        self.over = threading.Event()
        self.outcomes: list[Outcome[T]] = []
        self._act = act
        self._drop = drop
        self._lock = threading.Lock()
        self._wanted = True

    def run(self) -> None:
        outcome = Outcome(self._act)
        with self._lock:
            self.outcomes.append(outcome)
            wanted = self._wanted
        if not wanted:
            outcome.drop(self._drop)
        self.over.set()

    def abandon(self) -> None:
        with self._lock:
            self._wanted = False
            came = list(self.outcomes)
        for outcome in came:
            outcome.drop(self._drop)
