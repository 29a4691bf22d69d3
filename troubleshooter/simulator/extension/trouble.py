"""What Batch itself finds wrong with nodes, from their pool's definition and the world around.

Codes and messages of node errors are documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around import systems
from troubleshooter.simulator.around.conditions import Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.simulator.around.conditions import Conditions


@dataclass(frozen=True, slots=True)
class NodeError:
    code: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)


def of_nodes(definition: Mapping[str, Any], conditions: Conditions) -> tuple[NodeError, ...]:
    """The errors of every node of a pool with those properties."""
    return tuple(_errors(definition, conditions))


def _errors(definition: Mapping[str, Any], conditions: Conditions) -> Iterator[NodeError]:
    configuration = definition["deploymentConfiguration"]["virtualMachineConfiguration"]
    image = systems.image_of(configuration, conditions)
    if image is not None and configuration["nodeAgentSkuId"] != systems.SYSTEMS[image.system].node_agent:
        message = "The batch agent extension provisioning has failed on compute node"
        yield NodeError("BatchAgentInstallationFailure", message)
    if image is not None and Flaw.DISK_FULL in image.flaws:
        advice = (
            "The VM disk is full. Delete job, tasks, or file on the node to free up spaces and then restart"
            " the node."
        )
        yield NodeError("DiskFull", "There is not enough disk space on the node", {"Message": advice})
    for package in definition.get("applicationPackages") or ():
        name = f"{package['id'].rpartition('/')[2]}:{package.get('version', '')}"
        if name not in conditions.packages:
            yield NodeError(
                "ApplicationPackageError",
                "One or more application packages specified for the pool are invalid",
                {"ApplicationPackageReference": name, "Message": "Resource download failed"},
            )
