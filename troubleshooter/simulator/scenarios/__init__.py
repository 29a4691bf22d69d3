"""The broken worlds, by name. Data: each entry says in what it differs from a world where all is well.

Nothing downstream knows a scenario's name: a node's fate follows from its pool's definition and the world.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.scenarios.agent import AGENT_FAULTS
from troubleshooter.simulator.scenarios.batch import BATCH_FAULTS, COMPUTE_FAULTS
from troubleshooter.simulator.scenarios.first import FIRST
from troubleshooter.simulator.scenarios.ground import (
    ACCOUNT,
    IDENTITY,
    POOL,
    SECRET,
    SINCE,
    VAULT,
    WELL,
    extension_of,
    machine_of,
    working_pool,
    working_settings,
)
from troubleshooter.simulator.scenarios.ground import CORES_EACH as _CORES_EACH
from troubleshooter.simulator.scenarios.identity import IDENTITY_FAULTS
from troubleshooter.simulator.scenarios.looked_at import LOOKED_AT
from troubleshooter.simulator.scenarios.network import NETWORK_FAULTS
from troubleshooter.simulator.scenarios.not_simple import NOT_SIMPLE
from troubleshooter.simulator.scenarios.others import OTHERS
from troubleshooter.simulator.scenarios.pairs import PAIRS
from troubleshooter.simulator.scenarios.scene import Scenario, Scene
from troubleshooter.simulator.scenarios.settings import SETTINGS_FAULTS
from troubleshooter.simulator.scenarios.vault import VAULT_FAULTS
from troubleshooter.simulator.scenarios.windows import VERSION_4_FAULTS, WINDOWS_FAULTS
from troubleshooter.simulator.world.job import Job
from troubleshooter.simulator.world.world import World

if TYPE_CHECKING:
    from troubleshooter.simulator.around.clock import Clock

__all__ = [
    "FAMILIES", "FIRST", "IDENTITY", "LOOKED_AT", "POOL", "SCENARIOS", "SECRET", "SINCE", "VAULT", "WELL",
    "Scenario", "Scene", "build", "pool_body", "staged", "working_settings",
]  # fmt: skip

FAMILIES = {
    "ways a run can go": FIRST,
    "vault": VAULT_FAULTS,
    "identity": IDENTITY_FAULTS,
    "settings": SETTINGS_FAULTS,
    "network": NETWORK_FAULTS,
    "agent and service": AGENT_FAULTS,
    "batch": BATCH_FAULTS,
    "compute": COMPUTE_FAULTS,
    "two at once": PAIRS,
    "pools that are not simple": NOT_SIMPLE,
    "windows": WINDOWS_FAULTS,
    "4.x": VERSION_4_FAULTS,
    "another extension, or the start task": OTHERS,
}
SCENARIOS = {scenario.name: scenario for family in FAMILIES.values() for scenario in family}


def pool_body(scenario: Scenario, nodes: int) -> dict[str, Any]:
    """The pool of that scenario as it was once created."""
    body = scenario.body(working_pool(nodes))
    if "extensions" in machine_of(body) and "settings" in (extension := extension_of(body)):
        extension["settings"] = scenario.settings(extension["settings"])
    if not scenario.identity:
        del body["identity"]
    return body


def build(name: str, nodes: int, clock: Clock, *, noise: bool = False) -> Scene:
    """The world of that scenario with its pool of so many nodes; KeyError for a name that is none.

    With noise its nodes have worked for long, and their clocks disagree.
    """
    return staged(SCENARIOS[name] if name in SCENARIOS else LOOKED_AT[name], nodes, clock, noise=noise)


def staged(scenario: Scenario, nodes: int, clock: Clock, *, noise: bool = False) -> Scene:
    """The same of a scenario that need not be one of those here."""
    quota = _CORES_EACH * nodes if scenario.full else _CORES_EACH * nodes + 2000
    account = scenario.account(replace(ACCOUNT, core_quota=quota, spot_quota=quota))
    world = World(account, clock, copy.deepcopy(scenario.conditions), scenario.habits, noise=noise)
    world.found_pool(POOL, pool_body(scenario, nodes), SINCE)
    if scenario.gave_up:
        for cohort in world.pools[POOL].cohorts:
            cohort.gave_up = world.conditions
    world.conditions = scenario.since(world.conditions)
    for job, state in (("nightly-frames", "active"), ("proof-frames", "completed")):
        world.jobs[job] = Job(job, POOL, state, SINCE, world.new_etag())
    return Scene(scenario.name, world, scenario.remedy, scenario.others)
