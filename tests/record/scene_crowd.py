"""Five hundred nodes: in files at hand, and waited for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.record.studio import offline, on_scenario
from tests.record.walking import gate, open_pool, press, screen_is, waiting
from tests.tui.walker import answer
from troubleshooter.simulator.files import write_files
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.look import LookScreen
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.screens.moments import MomentsScreen
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.table import Table

if TYPE_CHECKING:
    from tests.record.camera import Camera

NODES = 500


async def walk() -> dict[str, str]:
    write_files("mixed", Path("sent"), nodes=NODES)
    async with offline() as camera:
        await look(camera)
        pictures = camera.pictures
    async with on_scenario("wrong-client-id", debug_nodes=NODES) as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await answer(camera.pilot, await gate(camera, "allow-from"))
        world.hold.looks = 2
        await answer(camera.pilot, await gate(camera, "plan"))
        await camera.until(lambda: bool((now := waiting(camera)) and len(now.rows) == NODES), "nodes")
        await camera.take("waiting")
        return pictures | camera.pictures


async def look(camera: Camera) -> None:
    app = camera.pilot.app
    await camera.until(lambda: screen_is(camera, HomeScreen), "the runs")
    await press(camera, "l", lambda: isinstance(app.focused, Input))
    await camera.pilot.press(*"sent", "enter")
    await camera.until(lambda: isinstance(app.focused, FindingList), "the findings")
    await camera.take("look-findings")
    await press(camera, "m", lambda: screen_is(camera, MatrixScreen))
    await camera.take("look-matrix")
    await camera.pilot.press("end")
    await camera.take("look-matrix-end")
    await press(camera, "escape", lambda: screen_is(camera, LookScreen))
    await press(camera, "t", lambda: screen_is(camera, MomentsScreen))
    await camera.until(lambda: app.screen.query_one(Table).key is not None, "the moments")
    await camera.take("look-moments")
