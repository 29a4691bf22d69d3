"""The application on a held world, in a folder of its own: what a scene of the record is walked in."""

from __future__ import annotations

import os
import time
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.record import chance
from tests.record.camera import Camera
from tests.record.chosen import SIZES
from tests.record.held_world import held_world
from tests.tui.test_walks import administer
from troubleshooter.cli.worlds import identity, sign_in_as
from troubleshooter.settings import Endpoints
from troubleshooter.simulator.scenarios import SCENARIOS
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.world import World
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.record.held_world import HeldWorld
    from troubleshooter.tui.world import Worlds

RUNS = Path("cases")
"""Relative: its path stands on screens, and must be the same wherever the record is made."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """In this folder and nobody's home, with the environment put back afterwards, and chance held."""
    before, here = dict(os.environ), Path.cwd()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    os.chdir(folder)
    try:
        _environment(kept | {"HOME": str(folder), "TZ": "UTC", "TEXTUAL_ANIMATIONS": "none"})
        with chance.held():
            yield
    finally:
        os.chdir(here)
        _environment(before)


def _environment(whole: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(whole)
    time.tzset()


@asynccontextmanager
async def on_world(world: HeldWorld, scenario: str, **options: int) -> AsyncIterator[Camera]:
    """The application on that world, at the list of runs."""
    sign_in_as(world.connection)
    names = ("arm_endpoint", "authority", "ca_file")
    bench = Workbench(RUNS, Endpoints(*(world.connection[name] for name in names)))
    presets = {"allow-from": "127.0.0.1/32", "identity": identity(world.connection)}
    nodes = options.get("debug_nodes", SCENARIOS[scenario].debug_nodes)
    app = TroubleshooterApp(
        World(
            bench,
            RunOptions(debug_nodes=nodes, poll_interval=0.05),
            {gate: answer for gate, answer in presets.items() if answer},
            partial(administer, world.connection),
        )
    )
    try:
        async with app.run_test(size=SIZES[0]) as pilot:
            yield Camera(pilot)
    finally:
        bench.close()


@asynccontextmanager
async def offline(worlds: Worlds | None = None) -> AsyncIterator[Camera]:
    """The application without any Azure, on the cases that are there; `worlds` may be begun from it."""
    bench = Workbench(RUNS)
    try:
        app = TroubleshooterApp(World(bench, RunOptions()), worlds=worlds)
        async with app.run_test(size=SIZES[0]) as pilot:
            yield Camera(pilot)
    finally:
        bench.close()


@asynccontextmanager
async def on_scenario(
    scenario: str, nodes: int = 2, *, noise: bool = False, **options: int
) -> AsyncIterator[tuple[Camera, HeldWorld]]:
    with held_world(scenario, nodes, noise=noise) as world:
        async with on_world(world, scenario, **options) as camera:
            yield camera, world
