"""The default route where the pool's definition is at fault: the change, in every form, comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.record.gates import walk_on
from tests.record.studio import on_scenario
from tests.record.walking import gate, open_pool, press, screen_is
from tests.tui.walker import answer
from troubleshooter.tui.screens.forms import FormsScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.screens.write_file import WriteFileScreen

if TYPE_CHECKING:
    from tests.record.camera import Camera


async def walk() -> dict[str, str]:
    # one node: of several, files are listed in the order in which their nodes were read
    async with on_scenario("wrong-client-id", 1) as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        for name in ("allow-from", "plan"):
            await answer(camera.pilot, await gate(camera, name))
        await gate(camera, "fix")
        await camera.take("fix")
        await forms(camera)
        await walk_on(camera, world, {"clean-up": "remove"})
        return camera.pictures


async def forms(camera: Camera) -> None:
    await press(camera, "v", lambda: screen_is(camera, FormsScreen))
    await camera.take("forms")
    await press(camera, "w", lambda: screen_is(camera, WriteFileScreen))
    field = camera.pilot.app.screen.query_one(Input)
    await camera.pilot.press("end", *["backspace"] * len(field.value), *"change.txt")
    await camera.take("write")
    await press(camera, "escape", lambda: screen_is(camera, FormsScreen))
    await press(camera, "escape", lambda: screen_is(camera, RunScreen))
