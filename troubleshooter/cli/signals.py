"""The signals that ask a process to stop."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

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


@contextmanager
def asked_to_stop(by_signal: Callable[[], None]) -> Iterator[None]:
    """Call `by_signal` at each Ctrl-C, at each SIGTERM, and once when the terminal closes.

    A terminal closes once and is told of several times: by the kernel to the session's leader and to
    the group in front, and by a shell that passes it on. From the first of them on nobody hears the
    others, outside of this too, or the farewell would be taken for asked to end at once.
    """
    gone = False

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal gone
        if number == _CLOSED:
            if gone:
                return
            gone = True
        by_signal()

    before = {number: signal.signal(number, on_signal) for number in _numbers()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, _deaf if gone and number == _CLOSED else handler)


def _numbers() -> tuple[signal.Signals, ...]:
    asked = (signal.SIGINT, signal.SIGTERM)
    if _CLOSED is None or signal.getsignal(_CLOSED) in (signal.SIG_IGN, _deaf):  # Windows, nohup, gone
        return asked
    return (*asked, _CLOSED)


def _deaf(_number: int, _frame: FrameType | None) -> None:
    """Unlike SIG_IGN it may be set while a signal is pending, and no child begins with it."""


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

    threading.Thread(target=watch, name="stop", daemon=True).start()
    try:
        with asked_to_stop(stop):
            yield
    finally:
        over.set()
