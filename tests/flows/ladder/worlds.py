"""Worlds that differ in which road leads to their nodes; in each the identity has no role on the vault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.around.conditions import Compute, Network

if TYPE_CHECKING:
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.world.world import World

Change = Callable[["World"], object]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    rung: str
    """The last road that led to the node: ssh, task, view."""
    exit: int
    cause: str = "kv-403-rbac"
    scenario: str = "vault-rbac-denied"
    change: Change = lambda _: None
    """Of the world, before anybody looks."""
    faults: tuple[dict[str, Any], ...] = ()
    answers: dict[str, str] = field(default_factory=dict)

    def scene(self) -> Scene:
        scene = scenarios.build(self.scenario, 1, FAST)
        self.change(scene.world)
        return scene


def _properties(world: World) -> dict[str, Any]:
    return world.pools[scenarios.POOL].properties


def _no_addresses(world: World) -> None:
    none = {"provision": "NoPublicIPAddresses"}
    _properties(world)["networkConfiguration"]["publicIPAddressConfiguration"] = none


def _shut(world: World) -> None:
    """Whatever comes for port 22 is dropped by the subnet's own rules."""
    world.conditions = replace(world.conditions, network=Network(lets_ssh_in=False))


def _busy(world: World) -> None:
    """Its nodes are taken at once by tasks that run for days."""
    _no_addresses(world)
    world.conditions = replace(world.conditions, compute=Compute(slots_held=2))


def _never_idle(world: World) -> None:
    world.conditions = replace(world.conditions, network=Network(to_batch=False))


def _kept(**how: Any) -> Change:
    return lambda world: setattr(world, "account", replace(world.account, **how))


def _forbidden(*calls: str) -> tuple[dict[str, Any], ...]:
    return tuple({"match": call, "status": 403, "times": 1000} for call in calls)


USERS, JOBS, DATA = "POST /nodes/[^/]+/users$", "POST /jobs$", "GET ^/pools/"

WINDOWS = "windows-rbac-denied"
ROWS = (
    Row("SSH open", "ssh", 3),
    Row("no port wanted", "task", 3, answers={"allow-from": "none"}),
    Row("shut by NSG", "task", 3, change=_shut),
    Row("no inbound address", "task", 3, change=_no_addresses),
    Row("no user may be made", "task", 3, faults=_forbidden(USERS)),
    Row("no node idle", "view", 3, change=_never_idle),
    Row("busy nodes, no inbound address", "view", 8, change=_busy),
    Row("shared key only", "view", 6, change=_kept(sign_ins=("SharedKey",))),
    Row("data plane 403", "view", 6, faults=_forbidden(DATA)),
    Row("account private alone", "view", 6, cause="batch-way-shut", change=_kept(public=False)),
    Row("all shut", "view", 6, change=_shut, faults=_forbidden(USERS, JOBS)),
    Row("Windows", "task", 3, scenario=WINDOWS),
    Row("Windows, no node idle", "view", 3, scenario=WINDOWS, change=_never_idle),
    Row("Windows, busy nodes", "view", 8, scenario=WINDOWS, change=_busy),
    Row("Windows, no jobs may be made", "view", 6, scenario=WINDOWS, faults=_forbidden(JOBS)),
    Row("Windows, shared key only", "view", 6, scenario=WINDOWS, change=_kept(sign_ins=("SharedKey",))),
    Row("Windows, data plane 403", "view", 6, scenario=WINDOWS, faults=_forbidden(DATA)),
)
