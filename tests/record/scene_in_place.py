"""The other route: the original is deleted and created anew, with its name typed, and brought back."""

from __future__ import annotations

from tests.record.gates import walk_on
from tests.record.studio import on_scenario
from tests.record.walking import open_pool, press, screen_is
from troubleshooter.tui.screens.report import ReportScreen


async def walk() -> dict[str, str]:
    # one node: of several, files are listed in the order in which their nodes were read
    async with on_scenario("wrong-client-id", 1) as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        chosen = {"plan": "in-place", "route": "in-place", "clean-up": "remove"}
        await walk_on(camera, world, chosen, held={"route": 0, "fix": 2})
        await press(camera, "r", lambda: screen_is(camera, ReportScreen))
        await camera.take("report")
        return camera.pictures
