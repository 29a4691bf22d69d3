"""A pool that names all that a right is needed for, and an operator who holds just what a route uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.simulator.around.conditions import Image
from troubleshooter.simulator.around.roles.operations import operation
from troubleshooter.simulator.around.scopes import needed
from troubleshooter.simulator.scenarios.agent import IMAGE
from troubleshooter.simulator.scenarios.ground import ADDRESS, SUBNET, WELL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.flows.inside import Inside  # noqa: TC004 - annotations only; importing it would start the product
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

BATCH = "Microsoft.Batch/batchAccounts"
ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
JOIN_ADDRESS = "Microsoft.Network/publicIPAddresses/join/action"
VERSION = "Microsoft.Compute/galleries/images/versions/read"
OWN = "Microsoft.Authorization/*/read"
"""With it the caller's own permissions and deny assignments are read."""
BESIDE = (f"{BATCH}/read", f"{BATCH}/pools/read", f"{BATCH}/pools/write", f"{BATCH}/pools/delete")
NAMED = (ASSIGN, JOIN, VERSION)
JOBS = (
    f"{BATCH}/jobs/read",
    f"{BATCH}/jobs/write",
    f"{BATCH}/jobSchedules/read",
    f"{BATCH}/jobSchedules/write",
)
MORE = {"in-place": {"route": "in-place"}, "by tasks": {"allow-from": "none"}}
"""What a route's own questions are answered with."""
ANSWERS = {"jobs": "requeue", "outside-fix": "done"}


@dataclass
class World:
    """A run's Azure, in which the operator holds what a test says."""

    inside: Inside
    pool: str = "named-pool"

    def hold(self, actions: Iterable[str], data: Iterable[str] = ()) -> None:
        told = {"actions": [*actions], "dataActions": [*data]}
        assert "error" not in self.inside.client.control("POST", "/operator", told)

    def everything(self) -> None:
        self.inside.client.control("POST", "/operator", {"lacks": []})

    def run(self, route: str, *, until: str = "") -> RunState:
        """To its end, with every consent."""
        self.inside.client.control("DELETE", "/calls")
        target = replace(self.inside.target, pool=self.pool)
        run = self.inside.start(target, mode="in-place" if route == "in-place" else "debug-pool")
        answers = {**ANSWERS, **MORE.get(route, {})}
        return self.inside.drive(run, answers, confirm=self.pool, until=until)

    def calls(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self.inside.client.control("GET", "/calls")["calls"]
        return told

    def refusals(self) -> list[str]:
        """The action of each call that was refused for want of a right, in order."""
        return [
            _action(one["method"], one["path"])
            for one in self.calls()
            if one["status"] == 403 and "/providers/Microsoft.Authorization/" not in one["path"]
        ]

    def changes(self) -> list[str]:
        """Calls that would change something."""
        asked = ("GET", "HEAD")
        return [
            f"{one['method']} {one['path']}"
            for one in self.calls()
            if one["method"] not in asked and "oauth2" not in one["path"]
        ]


def _action(method: str, path: str) -> str:
    """By the simulated Azure's table of the data plane, else by the path as Resource Manager names it."""
    known = operation(method, path)
    return known.action if known else needed(method, path)[0]


@pytest.fixture
def named(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> World:
    """With a pool in a subnet, with a public address of its own, of a gallery's image, with active jobs."""
    conditions = replace(WELL, images=(Image(IMAGE),))
    world = inside(simulator("wrong-client-id", conditions=conditions))
    found = World(world)

    def change(properties: dict[str, Any]) -> None:
        network = properties.setdefault("networkConfiguration", {})
        network["subnetId"] = SUBNET
        network["publicIPAddressConfiguration"] = {"provision": "UserManaged", "ipAddressIds": [ADDRESS]}
        machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
        machine["imageReference"] = {"id": IMAGE}

    world.make_pool(found.pool, change)
    on = {"poolInfo": {"poolId": found.pool}}
    assert world.client.batch("POST", "/jobs", {"id": "frames", **on}).status == 201
    schedule = {"id": "hourly", "schedule": {}, "jobSpecification": on}
    assert world.client.batch("POST", "/jobschedules", schedule).status == 201
    return found
