"""The demo from within the screens: the worlds to choose from, a filter, and a run that says DEMO."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from tests.record.studio import offline
from tests.record.walking import at_home, gate, press, screen_is
from tests.tui.walker import answer
from troubleshooter.cli import worlds
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.worlds import WorldsScreen
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.world import Worlds

if TYPE_CHECKING:
    from tests.record.camera import Camera

OFFERED = Worlds(worlds.offers, partial(worlds.begin, speed="fast"))


async def walk() -> dict[str, str]:
    os.environ["TROUBLESHOOTER_HOME"] = "state"  # its path stands on the screen
    async with offline(worlds=OFFERED) as camera:
        await at_home(camera, empty=True)
        await press(camera, "d", lambda: screen_is(camera, WorldsScreen) and bool(table(camera).key))
        await camera.take("worlds")
        await camera.pilot.press("slash", *"firewall")
        await camera.take("worlds-filtered")
        await camera.pilot.press(*"x")
        await camera.take("worlds-none")
        await camera.pilot.press("escape", "slash", *worlds.USUAL, "enter", "enter")
        await answer(camera.pilot, await gate(camera, "allow-from"))
        await gate(camera, "plan")
        await camera.take("demo-plan")
        await press(camera, "q", lambda: screen_is(camera, WorldsScreen))
        await camera.pilot.press("escape")
        await press(camera, "q", lambda: screen_is(camera, HomeScreen))
        return camera.pictures


def table(camera: Camera) -> Table:
    return camera.pilot.app.screen.query_one(Table)
