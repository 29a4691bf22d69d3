"""A screen that explains the one below it: beside it where there is room, else over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from textual.screen import Screen

_ROOM = 120
"""Columns from which both fit beside each other."""


class BesideScreen(ModalScreen[None]):
    """What it explains makes room for it, and takes the room back."""

    SLIM: ClassVar[bool] = False
    """Whether it has prose alone, and can leave more room to what it explains."""

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._about = about

    def on_mount(self) -> None:
        self._share(beside=self.app.size.width >= _ROOM)

    def on_resize(self) -> None:
        self._share(beside=self.app.size.width >= _ROOM)

    def on_unmount(self) -> None:
        self._share(beside=False)

    def _share(self, *, beside: bool) -> None:
        if self._about.has_class("-explained") != beside:
            self._about.set_class(beside, "-explained")
            self._about.set_class(beside and self.SLIM, "-slim")
            self._about.post_message(events.Resize(self.app.size, self.app.size))  # else it gets no layout
        self.set_class(beside, "-beside")
        self.set_class(self.SLIM, "-slim")
