"""Questions of which each answer may lead to more: so many at once, each answer handled as it comes."""

from __future__ import annotations

from collections import deque
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

from troubleshooter.apart import Outcome, begin
from troubleshooter.errors import Interrupted

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

MOST = 16
"""Requests under way; those of a run beside it are as many at most, so that there are never more than 32."""
_LOOK = 0.1
"""Seconds between two looks whether it is still wanted."""


class Errand(NamedTuple):
    """One question, and what is done with what comes of it, in the thread that leads the crew."""

    ask: Callable[[], Any]
    handle: Callable[[Outcome[Any]], Iterable[Errand]]
    """Gives the questions that the answer leads to."""


class Crew:
    """Led by one thread, which alone handles answers, so that nothing of it needs a lock."""

    def __init__(self, cancel: threading.Event) -> None:
        self._cancel = cancel
        self._waiting: deque[Errand] = deque()
        self._came: SimpleQueue[tuple[Errand, Outcome[Any]]] = SimpleQueue()
        self._under_way = 0
        self.asked = 0
        self.answered = 0

    def send(self, errands: Iterable[Errand], handled: Callable[[], None]) -> None:
        """Until there are no more; `handled` is called after each answer. Raises Interrupted on cancel."""
        self._waiting.extend(errands)
        while self._waiting or self._under_way:
            self._begin()
            if self._cancel.is_set():
                left = self._under_way + len(self._waiting)
                raise Interrupted(
                    "Listing the pools was cancelled.", f"{left} answers had not come.", "Ask again."
                )
            try:
                errand, outcome = self._came.get(timeout=_LOOK)
            except Empty:
                continue
            self._under_way -= 1
            self.answered += 1
            self._waiting.extend(errand.handle(outcome))
            handled()

    def _begin(self) -> None:
        while self._waiting and self._under_way < MOST:
            errand = self._waiting.popleft()
            self._under_way += 1
            self.asked += 1
            begin(partial(self._carry_out, errand), "list")

    def _carry_out(self, errand: Errand) -> None:
        self._came.put((errand, Outcome(errand.ask)))
