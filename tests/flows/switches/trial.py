"""One whole run in one simulated Azure, and how it ends for the operator and for the account."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.inside import Inside
from tests.flows.lost.judge import definition
from troubleshooter.cli import worlds
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.step import StepState
from troubleshooter.simulator.scenarios import SCENARIOS
from troubleshooter.simulator.server import Simulator
from troubleshooter.simulator.world import nat, pool_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.flows.switches.twenty import Case
    from troubleshooter.simulator.world.world import Habits

POOL = "render-pool"
_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "beside": {"outside-fix": "done"},
    "beside, then in place": {"outside-fix": "done", "apply": "pool", "jobs": "requeue"},
    "in place": {"outside-fix": "done", "route": "in-place", "jobs": "requeue"},
}
_MORE = {"spot-scarce": {"nodes": "dedicated"}}
"""Where a run stops for an answer that nothing but the operator gives."""
_RDP = {
    "name": "rdp",
    "protocol": "TCP",
    "backendPort": nat.RDP_PORT,
    "frontendPortRangeStart": 30000,
    "frontendPortRangeEnd": 30099,
}


@dataclass(frozen=True, slots=True)
class End:
    cause: str | None
    verified: bool
    code: int
    stopped: str
    """At which gate or failed step, empty where it is over."""
    left: tuple[str, ...]
    """What the journal says is left."""
    account: str
    """Pools, jobs and users that stand, and what the original is."""
    reached: frozenset[str]
    """Steps that were done."""

    def against(self, plain: End) -> list[str]:
        """In what it differs from the end in an Azure of the usual answers."""
        names = [each.name for each in fields(self)]
        return [
            f"{name}: {getattr(self, name)!r}, usually {getattr(plain, name)!r}"
            for name in names
            if getattr(self, name) != getattr(plain, name)
        ]


def ended(case: Case, habits: Habits | None = None) -> End:
    """The process is signed in to that Azure from now on."""
    with (
        Simulator(case.scenario, habits=habits) as simulated,
        tempfile.TemporaryDirectory(prefix="switches-") as folder,
    ):
        _map_3389(simulated)
        world = Inside(simulated.connection, Path(folder))
        try:
            mode = "in-place" if case.route == "in place" else "debug-pool"
            nodes = SCENARIOS[case.scenario].debug_nodes
            run = world.start(mode=mode, poll_interval=0.05, debug_nodes=nodes)
            answers = {**_ANSWERS[case.route], **_MORE.get(case.scenario, {})}
            state = world.drive(run, answers, confirm=POOL)
        finally:
            world.bench.close()
        failed = next((each.id for each in state.steps if each.state is StepState.FAILED), "")
        return End(
            state.diagnosis.root_cause,
            state.verified,
            int(exit_code(state)),
            state.question.gate if state.question else failed,
            tuple(f"{each.kind} {each.id}" for each in state.open_changes),
            _account(simulated, world.state()),
            frozenset(each.id for each in state.steps if each.state is StepState.DONE),
        )


def _map_3389(simulated: Simulator) -> None:
    """The original maps RDP, so that the pools made from it map that beside SSH."""
    properties = simulated._scene.world.pools[POOL].properties
    network = properties.setdefault("networkConfiguration", {})
    addresses = network.get("publicIPAddressConfiguration") or {}
    if addresses.get("provision") == "NoPublicIPAddresses":
        return
    ways = network.setdefault("endpointConfiguration", {}).setdefault("inboundNatPools", [])
    ways.append(dict(_RDP))


def _account(simulated: Simulator, state: Any) -> str:
    """What the service has, in whatever form it gives it back."""
    world = simulated._scene.world
    pools = {name: definition({"properties": pool.properties}) for name, pool in world.pools.items()}
    for pool in pools.values():
        pool["properties"] = pool_body.readable(pool["properties"])
    jobs = {job["id"]: job["state"] for job in state["jobs"]}
    users = [user["name"] for pool in state["pools"] for node in pool["nodes"] for user in node["users"]]
    return json.dumps([pools, jobs, users], sort_keys=True)


def forget_sign_in() -> None:
    for name in worlds._OURS:
        os.environ.pop(name, None)
