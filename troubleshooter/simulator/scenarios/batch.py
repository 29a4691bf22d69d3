"""What Batch and the platform below it refuse, whatever the extension does. Codes are documented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Compute, Flaw, Network
from troubleshooter.simulator.scenarios.agent import custom_image, flawed, with_flaws
from troubleshooter.simulator.scenarios.ground import ACCOUNT, WELL, extension_of
from troubleshooter.simulator.scenarios.remedies import clear_network, grant_role, mend, mend_compute
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import UNGRANTED

if TYPE_CHECKING:
    from typing import Any

_PACKAGE = "shaders:0.0.1"


def _with_package(body: dict[str, Any]) -> dict[str, Any]:
    package = {"id": f"{ACCOUNT.id}/applications/shaders", "version": "0.0.1"}
    body["properties"]["applicationPackages"] = [package]
    return body


def _on_spot(body: dict[str, Any]) -> dict[str, Any]:
    fixed = body["properties"]["scaleSettings"]["fixedScale"]
    wanted = fixed["targetDedicatedNodes"] + 1
    fixed |= {"targetDedicatedNodes": 0, "targetLowPriorityNodes": wanted}
    return body


def _version(body: dict[str, Any]) -> dict[str, Any]:
    extension_of(body)["typeHandlerVersion"] = "3.9"
    return body


BATCH_FAULTS = (
    Scenario(
        "node-agent-mismatch",
        "The image is not of the system that nodeAgentSkuId says",
        conditions=with_flaws(system="almalinux-9"),
        body=custom_image,
    ),
    flawed("disk-full", "The image leaves no room on the disk", Flaw.DISK_FULL),
    Scenario(
        "package-missing",
        "The pool names an application package that the account does not have",
        body=_with_package,
        remedy=mend(f"uploaded {_PACKAGE}", lambda conditions: replace(conditions, packages=(_PACKAGE,))),
    ),
    Scenario(
        "batch-unreachable",
        "Batch and the nodes cannot reach each other: unusable, without an error",
        conditions=replace(WELL, network=Network(to_batch=False)),
        remedy=clear_network,
    ),
    Scenario(
        "allocation-locked",
        "A resource lock keeps Batch from making machines",
        conditions=replace(WELL, compute=Compute(locked=True)),
        remedy=mend_compute,
    ),
    Scenario(
        "allocation-slow",
        "Nodes are not allocated before the resize gives up",
        conditions=replace(WELL, compute=Compute(slow=True)),
        remedy=mend_compute,
    ),
    Scenario(
        "spot-quota",
        "The identity has no role; no core is left for one more Spot node",
        UNGRANTED,
        body=_on_spot,
        full=True,
    ),
    Scenario(
        "spot-taken",
        "The identity has no role; Azure takes each new Spot node away once",
        replace(UNGRANTED, compute=Compute(spot_taken=1)),
        body=_on_spot,
        remedy=grant_role,
    ),
    Scenario(
        "spot-taken-late",
        "The identity has no role; Azure takes each new Spot node away once, when it is idle",
        replace(UNGRANTED, compute=Compute(spot_taken=1, spot_taken_late=True)),
        body=_on_spot,
        remedy=grant_role,
    ),
    Scenario(
        "spot-scarce",
        "The identity has no role; Azure takes new Spot nodes away again and again",
        replace(UNGRANTED, compute=Compute(spot_taken=1000)),
        body=_on_spot,
        remedy=grant_role,
    ),
    Scenario(
        "version-unknown", "The pool asks for a version of the extension that does not exist", body=_version
    ),
)

COMPUTE_FAULTS = (
    flawed("vm-agent-absent", "The image has no guest agent, so nobody reports anything", Flaw.AGENT_ABSENT),
)
