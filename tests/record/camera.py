"""Takes the record of a screen at several sizes, once nothing on it moves any more."""

from __future__ import annotations

import asyncio
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.record.invariants import broken
from tests.record.palette import Palette
from tests.record.screen_text import as_text
from tests.record.stand_ins import stable
from troubleshooter.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

SIZES = ((120, 40), (80, 24))
CHECKED = ((60, 16), (80, 24), (120, 40), (200, 60))
"""What must hold is checked at these, in every theme, without keeping pictures."""
SAME = 3
"""So many looks in a row must be equal."""
LIMIT = 20.0
BROKEN: ContextVar[list[str] | None] = ContextVar("where broken invariants are told", default=None)
DRAWN: ContextVar[Path | None] = ContextVar("where pictures are drawn as well, as SVG", default=None)


class Camera:
    """Collects the pictures of one walk. The walk goes on at the first of the sizes."""

    def __init__(self, pilot: Pilot[str | None]) -> None:
        self.pilot = pilot
        self.pictures: dict[str, str] = {}

    async def take(self, state: str, *, toasts: bool = False) -> None:
        """The screen as it is now; of passing messages only those that are asked for."""
        app = self.pilot.app
        if not toasts:
            app.clear_notifications()
        if (told := BROKEN.get()) is not None:
            await self._check(state, told)
            return
        for width, height in SIZES:
            await self._resize(width, height)
            name = f"{state}@{width}x{height}"
            assert name not in self.pictures, f"two pictures are called {name}"
            self.pictures[name] = await self.settled()
            if (folder := DRAWN.get()) is not None:
                (folder / f"{name}.svg").write_text(app.export_screenshot(title=name), encoding="utf-8")
        await self._resize(*SIZES[0])

    async def _check(self, state: str, told: list[str]) -> None:
        app = self.pilot.app
        theme = app.theme
        for app.theme in (DARK.name, LIGHT.name):
            for size in CHECKED:
                await self._resize(*size)
                for _ in range(SAME):
                    await self.pilot.pause()
                place = f"{state}@{size[0]}x{size[1]} {app.theme}"
                told += [f"{place}: {what}" for what in await broken(self.pilot)]
        app.theme = theme
        await self._resize(*SIZES[0])

    async def _resize(self, width: int, height: int) -> None:
        if self.pilot.app.size != (width, height):
            await self.pilot.resize_terminal(width, height)

    async def settled(self) -> str:
        """The screen's text once it has stayed the same for a while."""
        deadline = time.monotonic() + LIMIT
        palette = Palette(self.pilot.app)
        seen: list[str] = []
        while len(seen) < SAME or len(set(seen[-SAME:])) > 1:
            assert time.monotonic() < deadline, f"the screen never rests:\n{seen[-2]}\n{seen[-1]}"
            await self.pilot.pause()
            await asyncio.sleep(0.03)
            for field in self.pilot.app.screen.query(Input):
                field.cursor_blink = False
            seen.append(as_text(self.pilot.app, stable, palette))
        return seen[-1]

    async def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 3 * LIMIT
        while not holds():
            assert time.monotonic() < deadline, f"never came: {what}\n{as_text(self.pilot.app)}"
            await self.pilot.pause()
            await asyncio.sleep(0.01)
