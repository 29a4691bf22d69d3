"""The files of fresh nodes of a scenario after its cure: outside the pool, in its definition, or both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.around.conditions import Compute, Network
from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.files import write_pool
from troubleshooter.simulator.scenarios import SCENARIOS, WELL, build, pool_body
from troubleshooter.simulator.scenarios.scene import unchanged
from troubleshooter.simulator.scenarios.windows import on_windows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.scenarios.scene import Scenario
    from troubleshooter.simulator.world.world import World

NODES = 2
FRESH = "fresh-pool"
_SINCE = datetime(2025, 9, 18, 6, 0, 0, tzinfo=UTC)
"""A day after the scenarios' own pools."""


class NotCured(Exception):
    """Nothing that an administrator or the owner of the pool can do makes the nodes well."""


def write(name: str, folder: Path, *, noise: bool) -> None:
    """Of the first cure that helps: what the administrator does, then the definition, then both."""
    scenario = SCENARIOS[name]
    for body in _bodies(scenario):
        for world in _worlds(name, noise=noise):
            if _well(world, body):
                write_pool(world, FRESH, folder, noise=noise)
                return
    raise NotCured(name)


def _worlds(name: str, *, noise: bool) -> Iterator[World]:
    """Cured by the administrator; and where that is not all, with nothing wrong around the pool."""
    scene = build(name, NODES, FAST, noise=noise)
    scene.cure()
    yield scene.world
    scene.world.change(replace(_nothing_wrong(scene.world.conditions), serial=1000))
    yield scene.world


def _nothing_wrong(now: Conditions) -> Conditions:
    images = tuple(replace(image, flaws=frozenset()) for image in now.images)
    return replace(
        now,
        identities=WELL.identities,
        vaults=WELL.vaults,
        assignments=WELL.assignments,
        network=Network(),
        compute=Compute(),
        images=images,
    )


def _bodies(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """The pool as it is; with settings that work; without the rest that is wrong in it."""
    yield pool_body(scenario, NODES)
    yield pool_body(replace(scenario, settings=unchanged, identity=True), NODES)
    windows = on_windows("3.0") if scenario.name.startswith("windows") else unchanged
    yield pool_body(replace(scenario, settings=unchanged, identity=True, body=windows), NODES)


def _well(world: World, body: dict[str, Any]) -> bool:
    """Whether each node of a pool made now comes up, and its extension tells of success."""
    world.pools.clear()  # its old nodes are given back, and the cores that they took
    try:
        pool = world.found_pool(FRESH, body, _SINCE)
    except Refusal:
        return False
    nodes = pool.visible()
    fates = [fate for cohort, node in nodes for fate in cohort.fates(node, world.conditions) if fate]
    states = {world.node_state(pool, cohort, node) for cohort, node in nodes}
    whole = len(nodes) == sum(pool.wanted) >= NODES
    return whole and states == {"idle"} and all(fate.status == "success" for fate in fates)
