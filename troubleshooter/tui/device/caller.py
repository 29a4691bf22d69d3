"""Calls the operator back: by the window's title, and by a bell and a notification where a run needs them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from troubleshooter.report.calling import GIVE_TITLE_BACK, KEEP_TITLE, NAME, call, occasion, standing, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.model.progress import Waiting
    from troubleshooter.model.run import RunState

_AT_HAND = 2.0
"""Seconds after a key in which somebody is there, and is not rung for."""


class Caller:
    """Silent until the terminal's driver lets it begin, and again once the screens are no longer drawn."""

    def __init__(self) -> None:
        self._write: Callable[[str], object] | None = None
        self._title = NAME
        self._about: tuple[str, ...] = ()
        self._state: RunState | None = None
        self._touched = time.monotonic()

    def begin(self, write: Callable[[str], object]) -> None:
        """The title the terminal has now is kept, and given back at the end."""
        self._write = write
        write(KEEP_TITLE + title(self._title, os.environ))

    def end(self) -> None:
        if self._write is not None:
            self._write(GIVE_TITLE_BACK)
        self._write = None

    def touched(self) -> None:
        """Somebody has pressed a key."""
        self._touched = time.monotonic()

    def nothing(self) -> None:
        """No run is on the screen."""
        self._state, self._about = None, ()
        self._entitle(NAME)

    def stands(self, state: RunState) -> None:
        self._state = state
        self._entitle(standing(state))
        about = occasion(state)
        if about and about != self._about:
            self._call(standing(state))
        self._about = about

    def waits(self, waiting: Waiting) -> None:
        if self._state is not None:
            self._entitle(standing(self._state, waiting))

    def fails(self) -> None:
        """What was asked of the run could not be done; its state does not say so."""
        pool = self._state.target.pool if self._state else NAME
        self._entitle(f"✖ {pool} stopped")
        self._call(f"✖ {pool} stopped")

    def _entitle(self, text: str) -> None:
        if text != self._title and self._write is not None:
            self._write(title(text, os.environ))
        self._title = text

    def _call(self, text: str) -> None:
        if self._write is not None and time.monotonic() - self._touched > _AT_HAND:
            self._write(call(text, os.environ))
