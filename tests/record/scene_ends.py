"""How runs end that prove nothing: healthy, Windows, no quota, a refusal, a stop, nobody there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.record.gates import walk_on
from tests.record.studio import on_scenario
from tests.record.walking import at_home, gate, open_pool, press, resting, screen_is, waiting
from tests.tui.walker import answer
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.report import ReportScreen

if TYPE_CHECKING:
    from tests.record.camera import Camera

LONGEST = {
    "rg-contoso-batch": f"rg-contoso-batch-{'west-' * 14}001",
    "contosobatch": "contosobatchwestprod0001",
    "render-pool": "frames-of-the-second-unit-with-a-name-of-sixty-four-characters-1",
}
"""As long as Azure lets them be: 90, 24 and 64 characters."""


async def healthy() -> dict[str, str]:
    async with on_scenario("healthy") as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await walk_on(camera, world, {})
        return camera.pictures


async def windows() -> dict[str, str]:
    async with on_scenario("windows-unresolved") as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await walk_on(camera, world, {"plan": "approve", "clean-up": "remove"})
        await press(camera, "r", lambda: screen_is(camera, ReportScreen))
        await camera.take("report")
        return camera.pictures


async def quota() -> dict[str, str]:
    async with on_scenario("resize-quota") as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await walk_on(camera, world, {"plan": "approve", "clean-up": "remove"})
        await camera.pilot.press("f")
        await camera.take("findings")
        return camera.pictures


async def too_few_cores() -> dict[str, str]:
    """The plan says that no node will come, and its marked choice stops."""
    async with on_scenario("resize-quota") as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await walk_on(camera, world, {})
        return camera.pictures


async def refused() -> dict[str, str]:
    """Azure refuses to make the debug pool; the run is left, and stands among the cases."""
    async with on_scenario("wrong-client-id") as (camera, world):
        world.control("POST", "fault", {"match": "PUT /pools/", "status": 400, "times": 99})
        await open_pool(camera, world.connection["pool_id"])
        await walk_on(camera, world, {})
        await press(camera, "q", lambda: screen_is(camera, HomeScreen))
        await at_home(camera)
        await camera.take("home")
        await camera.pilot.press("delete")
        await camera.take("home-delete")
        return camera.pictures


async def stopped() -> dict[str, str]:
    """Stopped while it waits; left with a pool in Azure, which is then cleaned up from the list."""
    async with on_scenario("wrong-client-id", debug_nodes=12) as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await answer(camera.pilot, await gate(camera, "allow-from"))
        world.hold.looks = 2
        await answer(camera.pilot, await gate(camera, "plan"))
        await camera.until(lambda: bool((now := waiting(camera)) and now.rows), "nodes")
        world.control(
            "POST", "fault", {"match": "GET .*/nodes", "delay": 3, "times": 99}
        )  # it is stopped in one
        await camera.take("waiting-for-many")
        await camera.pilot.press("c")
        await resting(camera)
        await camera.take("stopped")
        await leave_and_clean_up(camera)
        return camera.pictures


async def leave_and_clean_up(camera: Camera) -> None:
    await press(camera, "q", lambda: screen_is(camera, HomeScreen))
    await at_home(camera)
    await camera.take("home-something-left")
    await camera.pilot.press("x")
    await camera.take("clean-up")
    await camera.pilot.press("escape")


async def absent() -> dict[str, str]:
    """A pool that is not there, with the longest names there are."""
    async with on_scenario("healthy") as (camera, world):
        pool_id = world.connection["pool_id"]
        for name, longest in LONGEST.items():
            pool_id = pool_id.replace(name, longest)
        await open_pool(camera, pool_id)
        await resting(camera)
        await camera.take("not-found")
        await press(camera, "q", lambda: screen_is(camera, HomeScreen))
        await at_home(camera)
        await camera.take("home")
        return camera.pictures
