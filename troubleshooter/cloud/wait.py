"""Waiting for something in Azure: look, wait a little longer each time, stop at a limit or when cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from troubleshooter.errors import GaveUp, Interrupted
from troubleshooter.text import span

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

T = TypeVar("T")

SHORTEST = 0.05
"""Seconds. The floor under a service's own hint, which may be zero."""


def poll(  # noqa: PLR0913 - a wait has this many sides, and all but three have a default
    look: Callable[[], T | None],
    *,
    subject: str,
    cancel: threading.Event,
    clock: Callable[[], float],
    limit: float,
    start: float = 1.0,
    longest: float = 15.0,
    hint: Callable[[], float | None] = lambda: None,
) -> T:
    """Call look until it returns a value.

    The pause doubles from start to longest seconds; what the service hints replaces it. At least one look
    happens, and one at the limit.
    """
    begun = clock()
    pause = start
    while True:
        stop_if_cancelled(cancel, f"waiting for {subject}")
        found = look()
        if found is not None:
            return found
        left = limit - (clock() - begun)
        if left <= 0:
            raise GaveUp(
                f"Gave up waiting for {subject}.",
                f"It had not happened after {span(limit)}, the limit.",
                "Look at its state in the portal; try again with a longer --limit if it only needs time.",
            )
        hinted = hint()
        cancel.wait(min(pause if hinted is None else max(hinted, SHORTEST), left))
        pause = min(pause * 2, longest)


def stop_if_cancelled(cancel: threading.Event, doing: str) -> None:
    if cancel.is_set():
        raise Interrupted(
            f"Stopped while {doing}.",
            "The run was cancelled.",
            "Resume the run to go on from here; what it created is in its journal.",
        )
