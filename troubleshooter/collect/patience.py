"""How long one node may take, and whether the operator still wants it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.errors import ExitCode, Interrupted
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    import threading

LOOK = 0.1
"""Seconds between two looks at cancel and clock."""


class Patience:
    def __init__(self, node: str, seconds: float, cancel: threading.Event) -> None:
        self._node = node
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._cancel = cancel

    def check(self, doing: str, until: float | None = None) -> None:
        """Raise when cancelled, or when the time for `doing` (monotonic) or for the node is over."""
        if self._cancel.is_set():
            raise Interrupted(
                f"Collecting from {self._node} was cancelled.",
                "The operator asked to stop.",
                "Resume the run to collect again.",
            )
        now = time.monotonic()
        if now < min(self._end, until or self._end):
            return
        whole = now >= self._end
        raise NodeProblem(
            ErrorText(
                f"{self._node} took too long while {doing}.",
                f"Everything together may take {self._seconds:.0f} s."
                if whole
                else "It gave no answer in time.",
                "Check that the node is running and that the network path to it is open, then collect again.",
                int(ExitCode.GAVE_UP),
            ),
        )
