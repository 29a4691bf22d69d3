"""By whom a subnet's nodes have names resolved, and what a sign of their network is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import proof
from troubleshooter.checks.decision.outbound import holds_address
from troubleshooter.checks.decision.seen import Sign, Weight
from troubleshooter.checks.reading import before, below, network_of, objects, properties, text
from troubleshooter.model.decision import Whose
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.reply import Facts, Reply

LOOK_FROM_INSIDE = (
    "from a machine in the same subnet: nslookup of the account's nodeManagementEndpoint, and a connection to"
    " its port 443"
)


def account_of(pool: Mapping[str, Any]) -> str:
    """Id of the account, by that of its pool."""
    return before(str(pool.get("id", "")), "/pools/")


def names(facts: Facts, subnet: str, inside: str) -> Iterator[Sign]:
    """Names are resolved by Azure, or by servers of the operator's, of which Azure does not tell."""
    place = network_of(subnet)
    network = facts.of(Kind.NETWORK, place)
    if not network.known:
        if inside:
            yield unread(network, "by whom names are resolved")
        return
    servers = servers_of(network)
    if servers:
        yield from _servers(network, servers)
    elif inside and _is_private(facts):
        yield from _zone(facts, place)


_AZURE_S = "168.63.129.16"
"""Azure's own name server."""


def servers_of(network: Reply) -> list[str]:
    """The name servers of a network that are not Azure's own."""
    listed = below(network.body, "properties", "dhcpOptions").get("dnsServers")
    return [str(one) for one in listed if str(one) != _AZURE_S] if isinstance(listed, list) else []


def _servers(network: Reply, servers: list[str]) -> Iterator[Sign]:
    told, field = ", ".join(servers[:3]), "properties.dhcpOptions.dnsServers"
    cut = {range_ for range_, state in _peered(network) if state != "connected"}
    joined = {range_ for range_, state in _peered(network) if state == "connected"}
    if all(holds_address(cut, one) and not holds_address(joined, one) for one in servers):
        said = f"names are resolved by {told}, and the peering that leads there is cut"
        yield decides(said, network, field, told)
        return
    said = f"names are resolved by {told}: whether they know Batch's is not told"
    evidence = (proof(network, field, told),)
    yield Sign(Whose.NETWORK, Weight.OPEN, said, evidence, would=LOOK_FROM_INSIDE)


def _peered(network: Reply) -> Iterator[tuple[str, str]]:
    """Ranges of the networks that it is peered with, each with the peering's state."""
    for peering in objects(properties(network.body).get("virtualNetworkPeerings")):
        told = properties(peering)
        space = below(told, "remoteAddressSpace").get("addressPrefixes")
        for each in space if isinstance(space, list) else ():
            yield str(each), str(told.get("peeringState", "")).lower()


def _is_private(facts: Facts) -> bool:
    account = facts.of(Kind.ACCOUNT, account_of(facts.pool))
    return account.known and text(account.body, "publicNetworkAccess").lower() == "disabled"


def _zone(facts: Facts, network: str) -> Iterator[Sign]:
    """By the private zone alone the name leads to the endpoint (documented); its links make it known."""
    zone = zone_of(facts.of(Kind.ACCOUNT, account_of(facts.pool)).body)
    links = facts.of(Kind.ZONE_LINKS, zone)
    if not links.known:
        yield unread(links, f"whether the zone {zone} is linked to the pool's network")
        return
    linked = (str(below(properties(one), "virtualNetwork").get("id", "")) for one in objects(links.body))
    if network.lower() not in {one.lower() for one in linked}:
        said = (
            f"no zone {zone} of this subscription is linked to the pool's network: unless one of another is,"
            " the name of node management leads nowhere"
        )
        evidence = (proof(links, "properties.virtualNetwork.id", "not the pool's network"),)
        yield Sign(Whose.NETWORK, Weight.LIKELY, said, evidence, would=LOOK_FROM_INSIDE)


def zone_of(account: Any) -> str:
    """The private zone for the account's node management; empty where it does not say its name."""
    suffix = text(account, "nodeManagementEndpoint").partition(".service.")[2]
    return f"privatelink.{suffix}" if suffix else ""


def decides(said: str, reply: Reply, field: str, value: str) -> Sign:
    return Sign(Whose.NETWORK, Weight.DECIDES, said, (proof(reply, field, value),))


def unread(reply: Reply, what: str) -> Sign:
    asked = reply.name or "it"
    why = f"{asked} was not answered: {reply.why or reply.heard.value}"
    right = f"read it with the role {reply.role} ({reply.right})" if reply.right else f"read {asked}"
    return Sign(Whose.NETWORK, Weight.OPEN, f"{what} is not known; {why}", would=right)
