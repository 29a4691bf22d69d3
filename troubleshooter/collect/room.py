"""How much of what nodes sent is taken in at once: for a moment that costs many times its size in memory."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 4 << 20
"""Bytes, of all nodes together: one large log, or many small ones."""
_LOOK = 0.1
"""Seconds between two looks whether it is still worth waiting."""


class Room:
    """Shared by all who take in. Nobody waits for it without looking whether he still should."""

    def __init__(self) -> None:
        self._free = MOST
        self._moved = threading.Condition()

    @contextmanager
    def of(self, size: int, check: Callable[[], None]) -> Iterator[None]:
        """Within, so many bytes are taken in; what is larger than all the room is so alone."""
        size = min(size, MOST)
        with self._moved:
            while self._free < size:
                self._moved.wait(_LOOK)
                check()
            self._free -= size
        try:
            yield
        finally:
            with self._moved:
                self._free += size
                self._moved.notify_all()
