"""Without Azure: no cases yet, the form for a pool, and files at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Input

from tests.record.studio import offline
from tests.record.walking import dialog, paste, press, screen_is
from troubleshooter.simulator.files import write_files
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.look import LookScreen
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.screens.moments import MomentsScreen
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView

if TYPE_CHECKING:
    from tests.record.camera import Camera

POOL = (
    "/subscriptions/3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10/resourceGroups/rg-contoso-batch/providers"
    "/Microsoft.Batch/batchAccounts/contosobatch/pools/render-pool"
)


async def walk() -> dict[str, str]:
    write_files("vault-firewall", Path("sent"), nodes=2)
    write_clean(Path("clean.log"))
    async with offline() as camera:
        await home(camera)
        await form(camera)
        await look(camera)
        return camera.pictures


def write_clean(path: Path) -> None:
    path.write_text("I 2025-01-01 00:00:00 Extension started.\n", encoding="utf-8")


async def home(camera: Camera) -> None:
    await camera.until(lambda: screen_is(camera, HomeScreen), "the runs")
    await camera.take("home-empty")
    await camera.pilot.press("d")
    await camera.take("home-demo", toasts=True)
    await camera.pilot.press("question_mark")
    await camera.take("home-help")
    await camera.pilot.press("escape", "colon")
    await camera.take("home-commands")
    await camera.pilot.press(*"look")
    await camera.take("home-commands-searched")
    await camera.pilot.press("escape")
    await camera.pilot.press("ctrl+t")
    await camera.take("home-light")
    await camera.pilot.press("ctrl+t")


async def form(camera: Camera) -> None:
    await dialog(camera)
    await camera.take("open-pool")
    await paste(camera, POOL)
    await camera.take("open-pool-filled")
    await camera.pilot.press("escape")
    await dialog(camera)
    await camera.pilot.press(*"nonsense", "enter")
    await camera.take("open-pool-refused")
    await camera.pilot.press("escape")
    await dialog(camera)
    await camera.pilot.press(*"contoso/render", "enter")
    await camera.take("open-pool-incomplete")
    await camera.pilot.press("escape")


async def look(camera: Camera) -> None:
    app = camera.pilot.app
    await press(camera, "l", lambda: isinstance(app.focused, Input))
    await camera.take("look")
    await camera.pilot.press(*"nowhere", "enter")
    await camera.until(lambda: app.screen.query_one(Failure).error is not None, "why not")
    await camera.take("look-missing")
    await camera.pilot.press(*["backspace"] * len("nowhere"), *"clean.log", "enter")
    await camera.until(lambda: bool(app.screen.query(FindingList)), "an analysis")
    await camera.take("look-nothing-found")
    await press(camera, "l", lambda: isinstance(app.focused, Input))
    await camera.pilot.press("end", *["backspace"] * len("clean.log"), *"sent", "enter")
    await camera.until(lambda: isinstance(app.focused, FindingList), "the findings")
    await camera.take("look-findings")
    await camera.pilot.press("down")
    await press(camera, "enter", lambda: isinstance(app.focused, LogView))
    await camera.take("look-evidence")
    await press(camera, "escape", lambda: screen_is(camera, LookScreen))
    await press(camera, "m", lambda: screen_is(camera, MatrixScreen))
    await camera.take("look-matrix")
    await press(camera, "escape", lambda: screen_is(camera, LookScreen))
    await press(camera, "t", lambda: screen_is(camera, MomentsScreen))
    await camera.take("look-moments")
