"""How long one node may take and how much of this machine, and whether the operator still wants it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.roads.metered import MOST_RECEIVED
from troubleshooter.collect.roads.ssh_failure import Reason
from troubleshooter.errors import ExitCode, Interrupted
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

LOOK = 0.1
"""Seconds between two looks at cancel and clock."""
TOTAL = 180.0
"""Seconds that one node may take, everything together."""
PROCESSOR = 60.0
"""Seconds of this machine's processor that one node may cost."""
LIMITS = (
    f"One node may take {TOTAL:.0f} s, cost {PROCESSOR:.0f} s of this machine's processor"
    f" and send {MOST_RECEIVED >> 20} MiB, everything together."
)


class Patience:
    """Made and asked by the thread that visits the node: its processor time is what is counted."""

    def __init__(
        self, node: str, cancel: threading.Event, seconds: float = TOTAL, processor: float = PROCESSOR
    ) -> None:
        self._node = node
        self._end = time.monotonic() + seconds
        self._cancel = cancel
        self._processor = processor
        self._begun = time.thread_time()
        self._others: list[Callable[[], float]] = []

    def count(self, other: Callable[[], float]) -> None:
        """Count the processor time of another thread too, as it tells it."""
        self._others.append(other)

    def check(self, doing: str, until: float | None = None) -> None:
        """Raise when cancelled, or when the time for `doing` (monotonic) or for the node is over."""
        if self._cancel.is_set():
            raise Interrupted(
                f"Collecting from {self._node} was cancelled.",
                "The operator asked to stop.",
                "Resume the run to collect again.",
            )
        if self._spent() > self._processor:
            raise self._over(f"{self._node} cost too much while {doing}.", LIMITS)
        now = time.monotonic()
        if now >= self._end:
            raise self._over(f"{self._node} took too long while {doing}.", LIMITS)
        if until is not None and now >= until:
            raise self._over(f"{self._node} took too long while {doing}.", "It gave no answer in time.")

    def rest(self, seconds: float, doing: str) -> None:
        """Wait so long, or until it is not wanted any more."""
        wake = time.monotonic() + seconds
        while (left := wake - time.monotonic()) > 0:
            self.check(doing)
            self._cancel.wait(min(LOOK, left))
        self.check(doing)

    def _spent(self) -> float:
        return time.thread_time() - self._begun + sum(other() for other in self._others)

    @staticmethod
    def _over(what: str, why: str) -> NodeProblem:
        do = "Check that the node is running and that the network path to it is open, then collect again."
        return NodeProblem(ErrorText(what, why, do, int(ExitCode.GAVE_UP)), Reason.LIMIT)
