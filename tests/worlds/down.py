"""A world whose nodes are down in any case: where all are well, nothing of Azure's side is looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Network, Road

if TYPE_CHECKING:
    from troubleshooter.simulator.scenarios import Scene


def down(scene: Scene) -> Scene:
    """The same; where nothing is wrong with its network, nodes cannot resolve the vault.

    No answer of Azure shows that.
    """
    conditions = scene.world.conditions
    if conditions.network == Network():
        scene.world.conditions = replace(conditions, network=Network(to_vault=Road.UNRESOLVED))
    return scene
