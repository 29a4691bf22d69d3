"""Worlds of a pool with version 4.x: what is wrong in each, what the run is answered, and how it must end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.pooldef import bodies
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.around.conditions import Image, Road
from troubleshooter.simulator.scenarios import remedies
from troubleshooter.simulator.scenarios.agent import IMAGE
from troubleshooter.simulator.scenarios.ground import WELL, extension_of, machine_of
from troubleshooter.simulator.scenarios.network import along
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import UNGRANTED, at_vault, guarded
from troubleshooter.simulator.scenarios.windows import on_version_4, on_windows

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.scenarios.scene import Remedy

FREE = "crp-provisioning-error"
"""All that is found where the way is free: that the extension of the pool's own nodes failed."""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    scenario: Scenario
    cause: str | None
    exit: int
    verified: bool = False
    free: bool = False
    variant: str = bodies.BARE
    """As what the debug pool was made."""
    answers: Mapping[str, str] = field(default_factory=dict)
    cured_at: str = ""
    """The gate at which the world comes right by itself, while the run goes on."""
    well_by_now: int = 0
    in_place: bool = False

    def scene(self) -> Scene:
        return scenarios.staged(self.scenario, 2, FAST)


def on_rhel(body: dict[str, Any]) -> dict[str, Any]:
    """An image of the owner's, of a system that 4.x is for and no list of 3.x has."""
    body = on_version_4("server")(body)
    machine_of(body).update(imageReference={"id": IMAGE}, nodeAgentSkuId="batch.node.el 9")
    return body


def on_windows_4(body: dict[str, Any]) -> dict[str, Any]:
    body = on_windows("4.0")(body)
    del extension_of(body)["settings"]["secretsManagementSettings"]["requireInitialSync"]
    return body


def _four(conditions: Conditions, remedy: Remedy = remedies.clear_network, **changed: Any) -> Scenario:
    return Scenario("four", "", conditions, **{"body": on_version_4("server"), "remedy": remedy, **changed})


RHEL = replace(along(Road.UNRESOLVED), images=(Image(IMAGE, "rhel-9"),))
IMAGE_WORLD = _four(RHEL, body=on_rhel)
DNS = _four(along(Road.UNRESOLVED))
FIREWALL = _four(guarded(()), remedies.open_firewall)
SECRET = _four(at_vault(secrets=()), remedies.create_secret)
RBAC = _four(UNGRANTED, remedies.grant_role)
FREE_WORLD = scenarios.SCENARIOS["v4-way-free"]
FREE_WINDOWS, RBAC_WINDOWS, DNS_WINDOWS = (
    replace(each, body=on_windows_4) for each in (FREE_WORLD, RBAC, DNS)
)
DONE = {"outside-fix": "done"}
IN_PLACE = {"route": "in-place", "jobs": "requeue"}
OLDER = {"extension": "older"}

ROWS = (
    Row("no role", RBAC, "kv-403-rbac", 0, verified=True, answers=DONE),
    Row("no role, nobody gives it", RBAC, "kv-403-rbac", 3),
    Row("firewall", FIREWALL, "kv-403-firewall", 0, verified=True, answers=DONE),
    Row("no secret", SECRET, "kv-404-secret-not-found", 0, verified=True, answers=DONE),
    Row("DNS", DNS, "net-dns", 3),
    Row("DNS, by 3.x", DNS, "net-dns", 3, variant=bodies.OLDER, answers=OLDER),
    Row("no role, by 3.x", RBAC, "kv-403-rbac", 0, verified=True, variant=bodies.OLDER, answers=DONE | OLDER),
    Row("no 3.x for the image", IMAGE_WORLD, "net-dns", 3),
    Row("nothing wrong any more", FREE_WORLD, FREE, 3, free=True),
    Row("the same, by tasks", FREE_WORLD, FREE, 3, free=True, answers={"allow-from": "none"}),
    Row("the same, by 3.x", FREE_WORLD, FREE, 3, free=True, variant=bodies.OLDER, answers=OLDER),
    Row("the same, in place", FREE_WORLD, FREE, 3, free=True, in_place=True, answers=IN_PLACE),
    Row("the same, Windows", FREE_WINDOWS, FREE, 3, free=True),
    Row("no role, Windows", RBAC_WINDOWS, "kv-403-rbac", 0, verified=True, answers=DONE),
    Row("DNS, Windows by 3.x", DNS_WINDOWS, "net-dns", 3, variant=bodies.OLDER, answers=OLDER),
    Row("comes right meanwhile", DNS, None, 3, free=True, cured_at="plan", well_by_now=2),
    Row("healthy", _four(WELL), None, 0, variant="-"),
)  # fmt: skip
