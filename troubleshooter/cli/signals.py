"""The signals that ask a process to stop."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from troubleshooter.apart import ONLY_WAITS
from troubleshooter.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_CLOSED = getattr(signal, "SIGHUP", None)
"""The terminal has gone; None on Windows."""
PATIENCE = 10.0
"""Seconds that a call in flight gets to end, once the screens were asked to stop."""
_LAST_WORDS = 2.0
"""Seconds that saying goodbye may take then: what hangs may be the disk."""


class _Listener:
    """What is called at a signal; those of one process know what the outermost has heard."""

    def __init__(self, by_signal: Callable[[], None], heard: set[int]) -> None:
        self.heard = heard
        self._by_signal = by_signal

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if number == _CLOSED and number in self.heard:
            return
        self.heard.add(number)
        self._by_signal()


@contextmanager
def asked_to_stop(by_signal: Callable[[], None]) -> Iterator[None]:
    """Call `by_signal` at each Ctrl-C, at each SIGTERM, and once when the terminal closes.

    A terminal closes once and is told of several times: by the kernel to the session's leader and to
    the group in front, and by a shell that passes it on. The second telling is not being asked again.

    Who is inside of another and begins after that one was asked is asked at once: what the outer one
    raised may have been swallowed on its way, by a library that catches everything while it is imported.
    """
    outer = signal.getsignal(signal.SIGINT)
    heard = outer.heard if isinstance(outer, _Listener) else set()
    listener = _Listener(by_signal, heard)
    before = {number: signal.signal(number, listener) for number in _numbers()}
    try:
        if heard:
            by_signal()
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _numbers() -> tuple[signal.Signals, ...]:
    asked = (signal.SIGINT, signal.SIGTERM)
    if _CLOSED is None or signal.getsignal(_CLOSED) is signal.SIG_IGN:  # Windows, nohup
        return asked
    return (*asked, _CLOSED)


def keep_exit_code() -> None:
    """Let the process end with the code it chose although a KeyboardInterrupt was raised, and caught.

    CPython ends `python -m` by SIGINT when one was raised in code run from text, as dataclasses are made
    while they are imported, and remembers that until code is run from text again (`run_eval_code_obj`
    in Python/pythonrun.c, `Py_RunMain` in Modules/main.c).
    """
    exec("")  # noqa: S102 - this is how it is made to forget, and there is nothing in the text


@contextmanager
def heard(
    stop: Callable[[], None], stopped: threading.Event, last_words: Callable[[], None]
) -> Iterator[None]:
    """Ask the screens to stop at the first signal, and see to it that they do.

    `stopped` is set by whoever asks first, a signal or a terminal that has gone. What has not ended
    PATIENCE seconds later is left where it is: every change was written down before it was made.
    """
    over = threading.Event()

    def watch() -> None:
        stopped.wait()
        if not over.wait(PATIENCE):
            telling = threading.Thread(target=last_words, daemon=True)
            telling.start()
            telling.join(_LAST_WORDS)
            os._exit(ExitCode.INTERRUPTED)

    threading.Thread(target=watch, name=f"{ONLY_WAITS}stop", daemon=True).start()
    try:
        with asked_to_stop(stop):
            yield
    finally:
        over.set()
