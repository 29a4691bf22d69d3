"""The body of a pool of one small node, for questions about Azure: the image and network of another pool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshooter.collect.roads.ssh_entry import open_ssh
from troubleshooter.pooldef.mark import BESIDE_TO_DEBUG, Mark, put_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.model.facts import SizeFacts
    from troubleshooter.model.run import RunState

_RDP = {
    "name": "troubleshooter-rdp",
    "protocol": "TCP",
    "backendPort": 3389,
    "frontendPortRangeStart": 20000,
    "frontendPortRangeEnd": 20039,
    "networkSecurityGroupRules": [{"priority": 150, "access": "Deny", "sourceAddressPrefix": "*"}],
}
"""Mapped beside SSH and open to nobody: which of both the login settings name is one of the questions."""


def smallest(definition: Any, sizes: Iterable[SizeFacts]) -> str:
    """The size with the fewest cores of the other pool's family, on which its image runs; else its own."""
    own = str(definition["properties"].get("vmSize", ""))
    known = tuple(sizes)
    family = next((each.family for each in known if each.name.lower() == own.lower()), None)
    found = [(each.cores, each.name) for each in known if each.family == family]
    return min(found)[1] if found else own


def small_pool(definition: Any, state: RunState, allow_from: str, size: str) -> dict[str, Any]:
    """Without what nodes of the other pool carry: extensions, start task, mounts, users, identities."""
    machine, network = _machine(definition), definition["properties"].get("networkConfiguration") or {}
    kept = {key: machine[key] for key in ("imageReference", "nodeAgentSkuId") if key in machine}
    body: dict[str, Any] = {
        "properties": {
            "vmSize": size,
            "deploymentConfiguration": {"virtualMachineConfiguration": kept},
            "scaleSettings": {"fixedScale": {"targetDedicatedNodes": 1, "targetLowPriorityNodes": 0}},
            "networkConfiguration": {
                **({"subnetId": network["subnetId"]} if network.get("subnetId") else {}),
                "endpointConfiguration": {"inboundNatPools": [_RDP]},
            },
        }
    }
    body = json.loads(json.dumps(body))
    put_mark(body, Mark(state.id, BESIDE_TO_DEBUG, "live", state.created))
    open_ssh(body, allow_from, 1)
    return body


def _machine(definition: Mapping[str, Any]) -> dict[str, Any]:
    deployment = definition["properties"].get("deploymentConfiguration") or {}
    machine: dict[str, Any] = deployment.get("virtualMachineConfiguration") or {}
    return machine
