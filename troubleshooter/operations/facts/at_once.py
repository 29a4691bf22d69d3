"""Several questions to Azure at once: a bounded number of threads, one answer for each, cancel is heard."""

from __future__ import annotations

from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from troubleshooter.apart import Outcome, begin
from troubleshooter.errors import Interrupted

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

K = TypeVar("K")
V = TypeVar("V")

MOST = 16
"""Threads; each has one request under way, so that several lists together stay below 32."""
_LOOK = 0.1


def at_once(asks: Mapping[K, Callable[[], V]], cancel: threading.Event) -> dict[K, V]:
    """The answer to each; raises what one of them raised, and Interrupted on cancel."""
    waiting, came = deque(asks.items()), SimpleQueue[tuple[K, Outcome[V]]]()

    def work() -> None:
        while waiting:
            try:
                key, ask = waiting.popleft()
            except IndexError:  # another thread took the last
                return
            came.put((key, Outcome(ask)))

    for number in range(min(MOST, len(asks))):
        begin(work, f"ask_{number}")
    found: dict[K, V] = {}
    try:
        while len(found) < len(asks):
            if cancel.is_set():
                raise Interrupted(
                    "Asking Azure was cancelled.",
                    f"{len(asks) - len(found)} answers had not come.",
                    "Ask again.",
                )
            try:
                key, outcome = came.get(timeout=_LOOK)
            except Empty:
                continue
            found[key] = outcome.result()
    finally:
        waiting.clear()
    return found
