"""The runs of a data folder that an earlier version left: several ends, and an original that is away."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from tests.record.scene_away import alarmed
from tests.record.studio import RUNS, offline
from tests.record.test_homes import KEPT
from tests.record.walking import at_home, press, screen_is
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.views.end import EndView

if TYPE_CHECKING:
    from tests.record.camera import Camera


async def walk() -> dict[str, str]:
    with tarfile.open(KEPT / "several.tar.xz") as packed:
        packed.extractall(RUNS, filter="data")
    async with offline() as camera:
        await at_home(camera)
        await camera.until(lambda: alarmed(camera), "the alarm")
        await camera.take("home")
        await camera.pilot.press("down")
        await camera.take("home-left-behind")
        await camera.pilot.press("delete")
        await camera.take("home-delete-refused", toasts=True)
        await camera.pilot.press("down")
        await read(camera)
        return camera.pictures


async def read(camera: Camera) -> None:
    """A run that has ended is read, never taken up."""
    app = camera.pilot.app
    await press(camera, "enter", lambda: screen_is(camera, RunScreen) and bool(app.screen.query(EndView)))
    await camera.take("read")
