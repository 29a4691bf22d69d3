"""Which rights Batch asks for: of its data plane, and of others' resources that a pool names.

Documented are the actions for pools, and those for jobs and job schedules, which are data actions; that reads
of nodes go by those of their pool, and users by its writes, is assumed. A role may hold either kind (assumed:
Owners and Contributors, who hold no data action, may do it all).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ACCOUNT = "Microsoft.Batch/batchAccounts"
_OWN = {"jobs": "jobs", "jobschedules": "jobSchedules"}
ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
JOIN_ADDRESS = "Microsoft.Network/publicIPAddresses/join/action"


def of_data_plane(method: str, path: str) -> str:
    """The action that a call of the data plane is."""
    parts = path.strip("/").lower().split("/")
    kind = _OWN.get(parts[0], "pools")
    if method == "GET":
        return f"{_ACCOUNT}/{kind}/read"
    whole = method == "DELETE" and len(parts) == 2
    return f"{_ACCOUNT}/{kind}/{'delete' if whole else 'write'}"


def of_pool(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What whoever writes that definition must be allowed to do, and to what."""
    identity = body.get("identity") or {}
    for place in identity.get("userAssignedIdentities") or ():
        yield ASSIGN, place
    network = (body.get("properties") or {}).get("networkConfiguration") or {}
    if subnet := network.get("subnetId"):
        yield JOIN, subnet
    for place in (network.get("publicIPAddressConfiguration") or {}).get("ipAddressIds") or ():
        yield JOIN_ADDRESS, place
