"""What the account, the subnet and what stands around it say of the nodes' ways to Batch and to the vault."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import proof
from troubleshooter.checks.decision.outbound import Service, holds_address, through_routes, through_rules
from troubleshooter.checks.decision.seen import Sign, Weight, cannot_fetch, downloads
from troubleshooter.checks.reading import below, objects, properties, subnet_of, text
from troubleshooter.model.decision import Whose
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshooter.checks.decision.seen import Seen
    from troubleshooter.model.reply import Facts, Reply

_NSG_STOPS = "where a security group keeps nodes and Batch apart, Batch sets the nodes unusable (documented)"
_ROUTE_STOPS = (
    "with forced tunnelling the subnet needs a route of the tag BatchNodeManagement to Internet, or the nodes"
    " become unusable (documented)"
)


def signs(seen: Seen) -> Iterator[Sign]:
    """What speaks for the network; it is excluded only where all of it was read and is open."""
    if seen.well:
        names = ", ".join(node.id for node in seen.well[:3])
        said = (
            f"{len(seen.well)} nodes of the same pool ({names}) are in contact with Batch by the same network"
        )
        yield Sign(Whose.NETWORK, Weight.EXCLUDES, said)
        return
    found = [*_account(seen.facts), *_subnet(seen), *_downloads(seen)]
    yield from found
    barred = any(cannot_fetch(view) for node in seen.ill for view in seen.views.get(node.id, ()))
    if not found and not barred:
        where = "the subnet's rules and routes let it through" if subnet_of(seen.facts.pool) else _NOT_OWN
        yield Sign(Whose.NETWORK, Weight.EXCLUDES, f"the way to Batch is open: {where}")


_NOT_OWN = "the pool is in no subnet of its own, and the account takes nodes from everywhere"


def account_of(pool: Mapping[str, Any]) -> str:
    """Id of the account, by that of its pool."""
    return str(pool.get("id", "")).partition("/pools/")[0]


def _account(facts: Facts) -> Iterator[Sign]:
    reply = facts.of(Kind.ACCOUNT, account_of(facts.pool))
    if not reply.known:
        yield _unread(reply, "whether the account lets nodes in")
        return
    if _private_way(facts):
        return
    told = properties(reply.body)
    if text(reply.body, "publicNetworkAccess").lower() == "disabled":
        said = "the account takes private connections only, and the pool has no endpoint for node management"
        yield _decides(said, reply, "properties.publicNetworkAccess", "Disabled")
        return
    access = below(told, "networkProfile", "nodeManagementAccess")
    if str(access.get("defaultAction", "Allow")).lower() != "deny":
        return
    addresses, ranges = _leaves_by(facts), [*_allowed(access)]
    field = "properties.networkProfile.nodeManagementAccess"
    if not ranges:
        yield _decides(
            "the account's rules let no address in to node management", reply, field, "Deny, no rule"
        )
    elif addresses is None:
        said = "the account lets some addresses in to node management; by which the nodes leave is not told"
        yield Sign(
            Whose.NETWORK, Weight.OPEN, said, would="compare the nodes' public addresses with its rules"
        )
    elif not all(any(one in each for each in ranges) for one in addresses):
        named = ", ".join(map(str, addresses))
        yield _decides(f"the account's rules do not let {named} in to node management", reply, field, "Deny")


def _subnet(seen: Seen) -> Iterator[Sign]:
    facts, place = seen.facts, subnet_of(seen.facts.pool)
    if not place:
        return
    subnet = facts.of(Kind.SUBNET, place)
    if not subnet.known:
        yield _unread(subnet, "what the subnet lets through")
        return
    region = text_of(facts.of(Kind.ACCOUNT, account_of(facts.pool)), "location")
    inside = _private_way(facts)
    service = Service("BatchNodeManagement", region, address=inside)
    needed = [service, _NAMES, *(_of_vaults(facts, subnet, region) if seen.waits else ())]
    yield from _rules(facts, subnet, needed)
    yield from _routes(facts, subnet, [one for one in needed if not one.address and not one.platform])
    if not inside:
        yield from _out(facts, subnet)
    yield from _names(facts, place, inside)


def text_of(reply: Reply, key: str) -> str:
    """A text beside the properties of an answer; empty where there is none."""
    value = reply.body.get(key) if reply.known else None
    return value if isinstance(value, str) else ""


def _of_vaults(facts: Facts, subnet: Reply, region: str) -> Iterator[Service]:
    """What an extension needs that is waited for: a token of the machine's own service, and its vaults."""
    yield Service("AzurePlatformIMDS", platform=True, port=80)
    told = objects(properties(subnet.body).get("serviceEndpoints"))
    services = {str(one.get("service", "")).lower() for one in told}
    network = subnet_of(facts.pool).lower().partition("/subnets/")[0]
    for host in dict.fromkeys(one.host for one in facts.wanted):
        vault = facts.of(Kind.VAULT, host)
        inside = _inside(facts, vault_endpoints(vault.body), network) if vault.known else ""
        direct = bool(services & {"microsoft.keyvault", "microsoft.keyvault.global"})
        yield Service("AzureKeyVault", region, address=inside, direct=direct)


_NAMES = Service("AzurePlatformDNS", platform=True, port=53, protocol="udp")
_WHAT = {
    "AzurePlatformDNS": "to Azure's name servers",
    "AzurePlatformIMDS": "to the machine's own service for tokens",
    "AzureKeyVault": "to the vault",
}


def _what(service: Service) -> str:
    return _WHAT.get(service.tag, f"to Batch ({service.tag}.{service.region or '<region>'}, port 443)")


def _rules(facts: Facts, subnet: Reply, needed: list[Service]) -> Iterator[Sign]:
    group = _linked(facts, subnet, Kind.SECURITY_GROUP, "networkSecurityGroup")
    if group is None:
        return
    if not group.known:
        yield _unread(group, "whether the security group lets nodes out")
        return
    ranges = _ranges_of(subnet)
    for service in dict.fromkeys(needed):
        way = through_rules(group.body, service, ranges)
        if way.open is False:
            said = f"the security group shuts the way {_what(service)}: {way.by}"
            because = f"; {_NSG_STOPS}" if service.tag == needed[0].tag else ""
            yield _decides(f"{said}{because}", group, way.field, way.by)
        elif way.open is None:
            said = f"the way {_what(service)}: {way.by}"
            yield Sign(Whose.NETWORK, Weight.OPEN, said, would=_LOOK_FROM_INSIDE)


_LOOK_FROM_INSIDE = (
    "from a machine in the same subnet: nslookup of the account's nodeManagementEndpoint, and a connection to"
    " its port 443"
)


def _routes(facts: Facts, subnet: Reply, needed: list[Service]) -> Iterator[Sign]:
    table = _linked(facts, subnet, Kind.ROUTES, "routeTable")
    if table is None or not needed:
        return
    if not table.known:
        yield _unread(table, "where the routes lead")
        return
    for service in dict.fromkeys(one for one in needed if not one.direct):
        way = through_routes(table.body, service)
        because = f"; {_ROUTE_STOPS}" if service.tag == "BatchNodeManagement" else ""
        if way.open is False or (way.forced and because):
            done = "drops" if way.open is False else "takes away"
            yield _decides(f"{way.by} {done} what goes {_what(service)}{because}", table, way.field, way.by)
        elif way.open is None:
            said = f"{way.by} leads what goes {_what(service)} through another machine{because}"
            evidence = (proof(table, way.field, way.by),)
            yield Sign(Whose.NETWORK, Weight.LIKELY, said, evidence, would=_LOOK_FROM_INSIDE)


def _out(facts: Facts, subnet: Reply) -> Iterator[Sign]:
    """Of a pool without public addresses: by what it gets out at all."""
    if provision(facts.pool) != "nopublicipaddresses":
        return
    told = properties(subnet.body)
    if below(told, "natGateway").get("id"):
        return
    table = _linked(facts, subnet, Kind.ROUTES, "routeTable")
    if table is not None and (not table.known or through_routes(table.body, Service("-")).by):
        return  # by another machine, of which the routes' own sign tells
    said = (
        "the pool has no public addresses, and its subnet neither a NAT gateway nor a route nor an endpoint"
        " for node management: nothing leads out (documented)"
    )
    sure = told.get("defaultOutboundAccess") is False
    evidence = (proof(subnet, "properties.defaultOutboundAccess", str(told.get("defaultOutboundAccess"))),)
    weight = Weight.DECIDES if sure else Weight.LIKELY
    yield Sign(Whose.NETWORK, weight, said, evidence, would="" if sure else _LOOK_FROM_INSIDE)


def _names(facts: Facts, subnet: str, inside: str) -> Iterator[Sign]:
    """Names are resolved by Azure, or by servers of the operator's, of which Azure does not tell."""
    place = subnet.partition("/subnets/")[0]
    network = facts.of(Kind.NETWORK, place)
    if not network.known:
        if inside:
            yield _unread(network, "by whom names are resolved")
        return
    listed = below(network.body, "properties", "dhcpOptions").get("dnsServers")
    servers = [str(one) for one in listed if str(one) != _AZURE_S] if isinstance(listed, list) else []
    if servers:
        yield from _servers(network, servers)
    elif inside and _is_private(facts):
        yield from _zone(facts, place)


_AZURE_S = "168.63.129.16"
"""Azure's own name server."""


def _servers(network: Reply, servers: list[str]) -> Iterator[Sign]:
    told, field = ", ".join(servers[:3]), "properties.dhcpOptions.dnsServers"
    cut = {range_ for range_, state in _peered(network) if state != "connected"}
    joined = {range_ for range_, state in _peered(network) if state == "connected"}
    if all(holds_address(cut, one) and not holds_address(joined, one) for one in servers):
        said = f"names are resolved by {told}, and the peering that leads there is cut"
        yield _decides(said, network, field, told)
        return
    said = f"names are resolved by {told}: whether they know Batch's is not told"
    evidence = (proof(network, field, told),)
    yield Sign(Whose.NETWORK, Weight.OPEN, said, evidence, would=_LOOK_FROM_INSIDE)


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
        yield _unread(links, f"whether the zone {zone} is linked to the pool's network")
        return
    linked = (str(below(properties(one), "virtualNetwork").get("id", "")) for one in objects(links.body))
    if network.lower() not in {one.lower() for one in linked}:
        said = (
            f"the zone {zone} is not linked to the pool's network: the name of node management leads nowhere"
        )
        yield _decides(said, links, "properties.virtualNetwork.id", "not the pool's network")


def zone_of(account: Any) -> str:
    """The private zone for the account's node management; empty where it does not say its name."""
    suffix = text(account, "nodeManagementEndpoint").partition(".service.")[2]
    return f"privatelink.{suffix}" if suffix else ""


def _downloads(seen: Seen) -> Iterator[Sign]:
    """Batch comes onto a node by files of Azure Storage; a blocked way there is documented to cost nodes."""
    failed = next(((node, view) for node, view in seen.own_errors if downloads(view)), None)
    if failed is None:
        return
    node, view = failed
    call = f"GET …/nodes/{node}/extensions"
    shown = f"{view.name}: {view.message}"[:300]
    evidence = Evidence(call, 0, shown, node, source="azure", call=call, field="instanceView.statuses")
    said = f"Batch's own extension could not fetch its files: {view.message}"[:300]
    subnet = seen.facts.of(Kind.SUBNET, subnet_of(seen.facts.pool))
    policies = properties(subnet.body).get("serviceEndpointPolicies") if subnet.known else None
    if not policies:
        yield Sign(Whose.NETWORK, Weight.LIKELY, said, (evidence,), would=_LOOK_FROM_INSIDE)
        return
    field = "properties.serviceEndpointPolicies"
    also = f"{said}; a service endpoint policy of the subnet names the only storage that it lets through"
    yield Sign(Whose.NETWORK, Weight.DECIDES, also, (evidence, proof(subnet, field, f"{len(policies)}")))


def provision(pool: Mapping[str, Any]) -> str:
    """How the pool gets public addresses, in small letters; empty where it does not say."""
    given = below(pool, "properties", "networkConfiguration", "publicIPAddressConfiguration")
    return str(given.get("provision", "")).lower()


def node_endpoints(account: Any) -> Iterator[str]:
    """Ids of the approved private endpoints for node management."""
    for connection in objects(properties(account).get("privateEndpointConnections")):
        told = properties(connection)
        groups = told.get("groupIds")
        state = below(told, "privateLinkServiceConnectionState").get("status", "")
        place = below(told, "privateEndpoint").get("id")
        named = {str(one).lower() for one in groups} if isinstance(groups, list) else set()
        if isinstance(place, str) and "nodemanagement" in named and str(state).lower() == "approved":
            yield place


def vault_endpoints(vault: Any) -> Iterator[str]:
    """Ids of a vault's approved private endpoints."""
    for connection in objects(properties(vault).get("privateEndpointConnections")):
        told = properties(connection)
        state = below(told, "privateLinkServiceConnectionState").get("status", "")
        place = below(told, "privateEndpoint").get("id")
        if isinstance(place, str) and str(state).lower() == "approved":
            yield place


def _private_way(facts: Facts) -> str:
    """Address of an endpoint for node management in the pool's own network; empty where there is none."""
    network = subnet_of(facts.pool).lower().partition("/subnets/")[0]
    return _inside(facts, node_endpoints(facts.of(Kind.ACCOUNT, account_of(facts.pool)).body), network)


def _inside(facts: Facts, endpoints: Iterable[str], network: str) -> str:
    """Address of the first of the endpoints that lies in the network; empty for none."""
    for place in endpoints:
        reply = facts.of(Kind.ENDPOINT, place)
        inside = str(below(reply.body, "properties", "subnet").get("id", "")) if reply.known else ""
        if network and inside.lower().startswith(f"{network}/subnets/"):
            return next(_addresses(reply.body), "10.0.0.0")
    return ""


def _addresses(endpoint: Any) -> Iterator[str]:
    for each in objects(properties(endpoint).get("customDnsConfigs")):
        numbers = each.get("ipAddresses")
        yield from (str(one) for one in (numbers if isinstance(numbers, list) else ()))


def _leaves_by(facts: Facts) -> list[Any] | None:
    """Public addresses of the nodes; None where they are not told."""
    given = below(facts.pool, "properties", "networkConfiguration", "publicIPAddressConfiguration")
    ids = given.get("ipAddressIds")
    places = [str(one) for one in ids] if isinstance(ids, list) else []
    if not places and (subnet := facts.of(Kind.SUBNET, subnet_of(facts.pool))).known:
        gateway = _linked(facts, subnet, Kind.NAT, "natGateway")
        if gateway is not None and gateway.known:
            told = objects(properties(gateway.body).get("publicIpAddresses"))
            places = [str(one.get("id", "")) for one in told]
    try:
        found = [ipaddress.ip_address(text(facts.of(Kind.ADDRESS, one).body, "ipAddress")) for one in places]
    except ValueError:
        return None
    return found or None


def _allowed(access: Mapping[str, Any]) -> Iterator[Any]:
    for rule in objects(access.get("ipRules")):
        try:
            yield ipaddress.ip_network(str(rule.get("value")), strict=False)
        except ValueError:
            continue


def _linked(facts: Facts, subnet: Reply, kind: Kind, key: str) -> Reply | None:
    """The answer on what the subnet names; None where it names none."""
    place = below(subnet.body, "properties", key).get("id")
    return facts.of(kind, place) if isinstance(place, str) else None


def _ranges_of(subnet: Reply) -> list[str]:
    told = properties(subnet.body)
    several = told.get("addressPrefixes")
    one = [told.get("addressPrefix"), *(several if isinstance(several, list) else ())]
    return [each for each in one if isinstance(each, str)]


def _decides(said: str, reply: Reply, field: str, value: str) -> Sign:
    return Sign(Whose.NETWORK, Weight.DECIDES, said, (proof(reply, field, value),))


def _unread(reply: Reply, what: str) -> Sign:
    asked = reply.name or "it"
    why = f"{asked} was not answered: {reply.why or reply.heard.value}"
    right = f"read it with the role {reply.role} ({reply.right})" if reply.right else f"read {asked}"
    return Sign(Whose.NETWORK, Weight.OPEN, f"{what} is not known; {why}", would=right)
