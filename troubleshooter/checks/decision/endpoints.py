"""Private endpoints of an account or of a vault: which are approved, and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.decision.outbound import UNSHOWN
from troubleshooter.checks.reading import below, network_of, objects, properties, subnet_of
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshooter.model.reply import Facts

NODES = "nodeManagement"
"""The part of an account that nodes speak to; it has endpoints of its own."""
_NOT_APPROVED = frozenset({"pending", "rejected", "disconnected"})
"""Of the specification's states those that let nothing through."""


def node_endpoints(account: Any) -> Iterator[str]:
    """Ids of the approved private endpoints for node management."""
    yield from _approved(account, NODES)


def vault_endpoints(vault: Any) -> Iterator[str]:
    """Ids of a vault's approved private endpoints."""
    yield from _approved(vault, "")


def untold(body: Any, group: str = "") -> bool:
    """Whether a connection does not show its state, what it is for, or which endpoint it is of.

    A list that is not there has none: the specification's examples leave it out of what has no connection.
    """
    for connection in objects(properties(body).get("privateEndpointConnections")):
        told = properties(connection)
        if _status(told) in _NOT_APPROVED or _is_for(told, group) is False:
            continue
        if _status(told) != "approved" or _is_for(told, group) is None or not _place(told):
            return True
    return False


def private_way(facts: Facts) -> str:
    """Address of an endpoint for node management in the pool's own network; empty where there is none."""
    network = network_of(subnet_of(facts.pool))
    return inside_of(facts, node_endpoints(facts.of(Kind.ACCOUNT, account_of(facts.pool)).body), network)


def inside_of(facts: Facts, endpoints: Iterable[str], network: str) -> str:
    """Address of the first of the endpoints that lies in the network; empty for none."""
    for place in endpoints:
        reply = facts.of(Kind.ENDPOINT, place)
        inside = str(below(reply.body, "properties", "subnet").get("id", "")) if reply.known else ""
        if network and network_of(inside).lower() == network.lower():
            return next(addresses_of(reply.body), UNSHOWN)
    return ""


def may_be_reached(facts: Facts, body: Any, group: str = "") -> bool:
    """Whether an endpoint outside of the pool's own network may be reached from there all the same."""
    place = subnet_of(facts.pool)
    if not place:
        return False
    network = facts.of(Kind.NETWORK, network_of(place))
    joined = not network.known or bool([*connected(network.body)])
    unread = any(not facts.of(Kind.ENDPOINT, one).known for one in _approved(body, group))
    return untold(body, group) or unread or (joined and any(_approved(body, group)))


def connected(network: Any, *, whole: bool = False) -> Iterator[str]:
    """Ids of the networks that it is joined with by a peering, in small letters; `whole` with all subnets."""
    for peering in objects(properties(network).get("virtualNetworkPeerings")):
        told = properties(peering)
        if whole and told.get("peerCompleteVnets") is False:
            continue
        lets_in = told.get("allowVirtualNetworkAccess") is not False
        if lets_in and str(told.get("peeringState", "")).lower() == "connected":
            yield str(below(told, "remoteVirtualNetwork").get("id", "")).lower()


def addresses_of(endpoint: Any) -> Iterator[str]:
    """Private addresses of an endpoint, as far as it shows them itself; its interface would show all."""
    told = properties(endpoint)
    for each in objects(told.get("customDnsConfigs")):
        numbers = each.get("ipAddresses")
        yield from (str(one) for one in (numbers if isinstance(numbers, list) else ()))
    for each in objects(told.get("ipConfigurations")):
        if isinstance(number := properties(each).get("privateIPAddress"), str):
            yield number


def _approved(body: Any, group: str) -> Iterator[str]:
    for connection in objects(properties(body).get("privateEndpointConnections")):
        told = properties(connection)
        if _status(told) == "approved" and _is_for(told, group) and _place(told):
            yield _place(told)


def _status(told: Mapping[str, Any]) -> str:
    return str(below(told, "privateLinkServiceConnectionState").get("status") or "").lower()


def _is_for(told: Mapping[str, Any], group: str) -> bool | None:
    """None where it does not show its groups; a vault's connections have none, and are for all of it."""
    groups = told.get("groupIds")
    if not group:
        return True
    return group.lower() in {str(one).lower() for one in groups} if isinstance(groups, list) else None


def _place(told: Mapping[str, Any]) -> str:
    place = below(told, "privateEndpoint").get("id")
    return place if isinstance(place, str) else ""
