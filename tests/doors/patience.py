"""Waits that take no time: the run's cancel, and a clock that goes on by what was to be waited."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Patience(threading.Event):
    """Given to a run as its cancel. While it waits, others act."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []
        """Seconds of each wait so far."""
        self._meanwhile: deque[Callable[[], object]] = deque()

    def clock(self) -> float:
        """Monotonic seconds."""
        return sum(self.waited)

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        if self._meanwhile:
            self._meanwhile.popleft()()
        return self.is_set()

    def meanwhile(self, *acts: Callable[[], object]) -> None:
        """One of them happens during each of the next waits."""
        self._meanwhile.extend(acts)

    def nothing(self) -> None:
        """What happens during a wait of no interest."""
