"""Takes the record of a screen at several sizes, once nothing on it moves any more."""

from __future__ import annotations

import asyncio
import time
from contextvars import ContextVar
from itertools import product
from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.record.chosen import SCENE, SIZES, THEMES, Look, looks
from tests.record.invariants import broken
from tests.record.palette import Palette
from tests.record.screen_text import as_text
from tests.record.stand_ins import stable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

SAME = 3
"""So many looks in a row must be equal."""
LIMIT = 60.0
"""Seconds; of safety alone."""
BROKEN: ContextVar[list[str] | None] = ContextVar("where broken invariants are told", default=None)
DRAWN: ContextVar[Path | None] = ContextVar("where pictures are drawn as well, as SVG", default=None)


class Camera:
    """Collects the pictures of one walk: of the states that are kept."""

    def __init__(self, pilot: Pilot[str | None]) -> None:
        self.pilot = pilot
        self.pictures: dict[str, str] = {}
        self._taken: set[str] = set()

    async def take(self, state: str, *, toasts: bool = False) -> None:
        """The screen as it is now; of passing messages only those that are asked for."""
        assert state not in self._taken, f"two states are called {state}"
        self._taken.add(state)
        await self.until(lambda: not getattr(self.pilot.app.screen, "deaf", False), "a box that hears")
        if not toasts:
            self.pilot.app.clear_notifications()
        if (told := BROKEN.get()) is not None:
            await self._check(state, told)
        else:
            for look in looks(SCENE.get(), state):
                await self._keep(state, look)
        await self._show(Look(SIZES[0], THEMES[0]))
        await self.pilot.pause()

    def has_taken(self, state: str) -> bool:
        return state in self._taken

    async def _keep(self, state: str, look: Look) -> None:
        await self._show(look)
        name = f"{state}@{look.name}"
        self.pictures[name] = await self.settled()
        if (folder := DRAWN.get()) is not None:
            drawn = self.pilot.app.export_screenshot(title=name)
            (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")

    async def _check(self, state: str, told: list[str]) -> None:
        """What must hold, at every size and in every theme, whether pictures are kept or not."""
        for theme, size in product(THEMES, SIZES):
            look = Look(size, theme)
            await self._show(look)
            for _ in range(SAME):
                await self.pilot.pause()
            told += [f"{state}@{look.name}: {what}" for what in await broken(self.pilot)]

    async def _show(self, look: Look) -> None:
        self.pilot.app.theme = look.theme
        if self.pilot.app.size != look.size:
            await self.pilot.resize_terminal(*look.size)

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
