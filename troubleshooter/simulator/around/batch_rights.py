"""Which rights Batch asks for: of its data plane, and of others' resources that a pool names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.roles.operations import ACCOUNT_READ, ACTIONS, KEYS, operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.simulator.around.conditions import Conditions

ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
JOIN_ADDRESS = "Microsoft.Network/publicIPAddresses/join/action"
READ_VERSION = "Microsoft.Compute/galleries/images/versions/read"


def let_in(conditions: Conditions, account: str, method: str, path: str, *, by_account: bool) -> bool:
    """Whether whoever is signed in may make that call of the data plane.

    With `by_account` the account's own rights let more: `batchAccounts/read` any read, and
    `batchAccounts/listKeys/action` any operation, as documented for custom roles. Without it a role may hold
    the action itself as either kind (assumed: Owners and Contributors, without data actions, may do it all).
    """
    asked = operation(method, path)
    if asked is None:  # no such operation: that is told before any right
        return True
    own = conditions.may(asked.action, account, data=ACTIONS[asked.action])
    if not by_account:
        return own or conditions.may(asked.action, account, data=not ACTIONS[asked.action])
    read = asked.reads and conditions.may(ACCOUNT_READ, account)
    return own or read or conditions.may(KEYS, account)


def of_pool(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What whoever writes that definition must be allowed to do, and to what: as ARM's linked scopes."""
    identity = body.get("identity") or {}
    for place in identity.get("userAssignedIdentities") or ():
        yield ASSIGN, place
    network = (body.get("properties") or {}).get("networkConfiguration") or {}
    if subnet := network.get("subnetId"):
        yield JOIN, subnet
    for place in (network.get("publicIPAddressConfiguration") or {}).get("ipAddressIds") or ():
        yield JOIN_ADDRESS, place


def image_of(body: Mapping[str, Any]) -> str:
    """Id of the gallery's image that a definition names; empty where it names none."""
    deployment = (body.get("properties") or {}).get("deploymentConfiguration") or {}
    reference = (deployment.get("virtualMachineConfiguration") or {}).get("imageReference") or {}
    return str(reference.get("id") or "")
