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

PATIENCE = 10.0
"""Seconds that a call in flight gets to end, once the screens were asked to stop."""
_LAST_WORDS = 2.0
"""Seconds that saying goodbye may take then: what hangs may be the disk."""


def asked_to_stop() -> tuple[signal.Signals, ...]:
    """Ctrl-C, an end asked for, and a closed terminal, unless nohup has that one ignored."""
    asked = (signal.SIGINT, signal.SIGTERM)
    if not hasattr(signal, "SIGHUP") or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # Windows, nohup
        return asked
    return (*asked, signal.SIGHUP)


@contextmanager
def heard(
    stop: Callable[[], None], stopped: threading.Event, last_words: Callable[[], None]
) -> Iterator[None]:
    """Ask the screens to stop at the first signal, and see to it that they do.

    `stopped` is set by whoever asks first, a signal or a terminal that has gone. What has not ended
    PATIENCE seconds later is left where it is: every change was written down before it was made.
    """
    over = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop()

    def watch() -> None:
        stopped.wait()
        if not over.wait(PATIENCE):
            telling = threading.Thread(target=last_words, daemon=True)
            telling.start()
            telling.join(_LAST_WORDS)
            os._exit(ExitCode.INTERRUPTED)

    threading.Thread(target=watch, name="stop", daemon=True).start()
    before = {number: signal.signal(number, on_signal) for number in asked_to_stop()}
    try:
        yield
    finally:
        over.set()
        for number, handler in before.items():
            signal.signal(number, handler)
