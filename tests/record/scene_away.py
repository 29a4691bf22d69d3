"""The original is away: Azure refuses to create it anew. Said on the run, on leaving it, and at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.record.gates import walk_on
from tests.record.studio import on_scenario
from tests.record.walking import at_home, open_pool, press, screen_is
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.widgets.alarm_lines import AlarmLines

if TYPE_CHECKING:
    from tests.record.camera import Camera


async def walk() -> dict[str, str]:
    async with on_scenario("wrong-client-id", 1) as (camera, world):
        world.control("POST", "fault", {"match": "PUT /pools/render-pool$", "status": 400, "times": 99})
        await open_pool(camera, world.connection["pool_id"])
        await walk_on(camera, world, {"plan": "in-place", "route": "in-place"})
        await press(camera, "q", lambda: screen_is(camera, ConfirmScreen))
        await camera.until(lambda: camera.pilot.app.focused is not None, "the box that hears")
        await camera.take("leaving")
        await press(camera, "right", lambda: True)
        await press(camera, "enter", lambda: screen_is(camera, HomeScreen))
        await at_home(camera)
        await camera.until(lambda: alarmed(camera), "the alarm")
        await camera.take("home")
        return camera.pictures


def alarmed(camera: Camera) -> bool:
    return camera.pilot.app.screen.query_one(AlarmLines).display
