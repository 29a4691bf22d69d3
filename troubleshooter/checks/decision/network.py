"""What the account, the subnet and what stands around it say of the nodes' ways to Batch and to the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import proof
from troubleshooter.checks.decision.endpoints import (
    NODES,
    inside_of,
    may_be_reached,
    private_way,
    vault_endpoints,
)
from troubleshooter.checks.decision.exits import (
    has_service_endpoint,
    leaves_by,
    let_in,
    linked,
    ranges_of,
    region_of,
)
from troubleshooter.checks.decision.names import LOOK_FROM_INSIDE, account_of, decides, names, unread
from troubleshooter.checks.decision.outbound import Service, through_routes, through_rules
from troubleshooter.checks.decision.seen import Sign, Weight, cannot_fetch, downloads
from troubleshooter.checks.reading import below, network_of, properties, subnet_of, text
from troubleshooter.model.decision import Whose
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    ways = [*to_batch(seen.facts), *(to_vaults(seen.facts) if seen.waits else ())]
    found = [*dict.fromkeys(ways), *_downloads(seen)]
    yield from found
    barred = any(cannot_fetch(view) for node in seen.ill for view in seen.views.get(node.id, ()))
    if not found and not barred:
        where = "the subnet's rules and routes let it through" if subnet_of(seen.facts.pool) else _NOT_OWN
        yield Sign(Whose.NETWORK, Weight.EXCLUDES, f"the way to Batch is open: {where}")


_NOT_OWN = "the pool is in no subnet of its own, and the account takes nodes from everywhere"


def _account(facts: Facts) -> Iterator[Sign]:
    reply = facts.of(Kind.ACCOUNT, account_of(facts.pool))
    if not reply.known:
        yield unread(reply, "whether the account lets nodes in")
        return
    if private_way(facts):
        return
    access = text(reply.body, "publicNetworkAccess")
    if access.lower() == "disabled":
        yield from _private_account(facts, reply)
        return
    if access.lower() not in {"", "enabled"}:  # absent, it is Enabled (the specification's default)
        yield _untold(f"the account's publicNetworkAccess is {access}; whom that lets in is not told")
        return
    yield from _by_its_rules(facts, reply)


def _untold(said: str) -> Sign:
    return Sign(Whose.NETWORK, Weight.OPEN, said, would=LOOK_FROM_INSIDE)


def _private_account(facts: Facts, reply: Reply) -> Iterator[Sign]:
    if may_be_reached(facts, reply.body, NODES):
        said = (
            "the account takes private connections only; whether the pool's network leads to one is not told"
        )
        yield _untold(said)
        return
    said = "the account takes private connections only, and the pool has no endpoint for node management"
    yield decides(said, reply, "properties.publicNetworkAccess", "Disabled")


def _by_its_rules(facts: Facts, reply: Reply) -> Iterator[Sign]:
    """Rules are optional in the specification: an account without any lets in everybody."""
    access = below(reply.body, "properties", "networkProfile", "nodeManagementAccess")
    action = str(access.get("defaultAction") or "").lower()
    if not access or action == "allow":
        return
    if action != "deny":
        yield _untold("the account has rules for node management, and does not say whom they let in")
        return
    addresses, field = leaves_by(facts), "properties.networkProfile.nodeManagementAccess"
    ranges, unread_ones = ranges_of(access.get("ipRules"))
    if not ranges and not unread_ones:
        yield decides(
            "the account's rules let no address in to node management", reply, field, "Deny, no rule"
        )
    elif addresses is None or unread_ones:
        said = "the account lets some addresses in to node management; by which the nodes leave is not told"
        if addresses is not None:
            said = f"the account's rules for node management cannot be read: {', '.join(unread_ones)}"
        yield Sign(
            Whose.NETWORK, Weight.OPEN, said, would="compare the nodes' public addresses with its rules"
        )
    elif not (let := let_in(addresses, ranges)):
        named = ", ".join(map(str, addresses))
        if let is None:
            yield _untold(f"the account lets a part of {named} in to node management, by which nodes leave")
        else:
            said = f"the account's rules do not let {named} in to node management"
            yield decides(said, reply, field, "Deny")


def to_batch(facts: Facts) -> Iterator[Sign]:
    """What stands in the way to node management, or is not known of it."""
    yield from _account(facts)
    place = subnet_of(facts.pool)
    if not place:
        return
    subnet = facts.of(Kind.SUBNET, place)
    if not subnet.known:
        yield unread(subnet, "what the subnet lets through")
        return
    inside = private_way(facts)
    yield from _through(facts, subnet, [Service(_BATCH, _region(facts), address=inside), _NAMES])
    if not inside:
        yield from _out(facts, subnet)
    yield from names(facts, place, inside)


def to_vaults(facts: Facts) -> Iterator[Sign]:
    """What stands in the way to the vaults that the settings name, and to a token for them."""
    place = subnet_of(facts.pool)
    subnet = facts.of(Kind.SUBNET, place)
    if not place:
        return
    if not subnet.known:
        yield unread(subnet, "what the subnet lets through")
        return
    needed = [*_of_vaults(facts, subnet)]
    yield from _through(facts, subnet, needed)
    known = all(facts.of(Kind.VAULT, one.host).known for one in facts.wanted)
    if known and not all(one.address or one.platform for one in needed):
        yield from _out(facts, subnet)


def _through(facts: Facts, subnet: Reply, needed: list[Service]) -> Iterator[Sign]:
    yield from _rules(facts, subnet, needed)
    yield from _routes(facts, subnet, [one for one in needed if not one.address and not one.platform])


def _region(facts: Facts) -> str:
    return region_of(facts.of(Kind.ACCOUNT, account_of(facts.pool)))


def _of_vaults(facts: Facts, subnet: Reply) -> Iterator[Service]:
    """What an extension needs that is waited for: a token of the machine's own service, and its vaults.

    Those may be of another region than the pool, and a tag that names one is for that.
    """
    yield Service("AzurePlatformIMDS", platform=True, port=80)
    network = network_of(subnet_of(facts.pool))
    for host in dict.fromkeys(one.host for one in facts.wanted):
        vault = facts.of(Kind.VAULT, host)
        inside = inside_of(facts, vault_endpoints(vault.body), network) if vault.known else ""
        yield Service(
            "AzureKeyVault",
            region_of(vault),
            address=inside,
            direct=has_service_endpoint(subnet, region_of(vault)),
        )


_BATCH = "BatchNodeManagement"
_NAMES = Service("AzurePlatformDNS", platform=True, port=53, protocol="udp")
_WHAT = {
    "AzurePlatformDNS": "to Azure's name servers",
    "AzurePlatformIMDS": "to the machine's own service for tokens",
    "AzureKeyVault": "to the vault",
}


def _what(service: Service) -> str:
    return _WHAT.get(service.tag, f"to Batch ({service.tag}.{service.region or '<region>'}, port 443)")


def _rules(facts: Facts, subnet: Reply, needed: list[Service]) -> Iterator[Sign]:
    group = linked(facts, subnet, Kind.SECURITY_GROUP, "networkSecurityGroup")
    if group is None:
        return
    if not group.known:
        yield unread(group, "whether the security group lets nodes out")
        return
    ranges = _ranges_of(subnet)
    for service in dict.fromkeys(needed):
        way = through_rules(group.body, service, ranges)
        if way.open is False:
            said = f"the security group shuts the way {_what(service)}: {way.by}"
            because = f"; {_NSG_STOPS}" if service.tag == _BATCH else ""
            yield decides(f"{said}{because}", group, way.field, way.by)
        elif way.open is None:
            said = f"the way {_what(service)}: {way.by}"
            yield Sign(Whose.NETWORK, Weight.OPEN, said, would=LOOK_FROM_INSIDE)


def _routes(facts: Facts, subnet: Reply, needed: list[Service]) -> Iterator[Sign]:
    table = linked(facts, subnet, Kind.ROUTES, "routeTable")
    if table is None or not needed:
        return
    if not table.known:
        yield unread(table, "where the routes lead")
        return
    for service in dict.fromkeys(one for one in needed if not one.direct):
        way = through_routes(table.body, service)
        if service.direct is None and way.open is not True:
            yield _untold(f"{way.by}: whether it is for what goes {_what(service)} is not told")
            continue
        because = f"; {_ROUTE_STOPS}" if service.tag == _BATCH else ""
        if way.open is False or (way.forced and because):
            done = "drops" if way.open is False else "takes away"
            yield decides(f"{way.by} {done} what goes {_what(service)}{because}", table, way.field, way.by)
        elif way.open is None:
            said = (
                f"{way.by} leads what goes {_what(service)} through another machine{because}"
                if way.through
                else f"{way.by}: whether and where it leads what goes {_what(service)} is not told"
            )
            weight, evidence = (
                (Weight.LIKELY if way.through else Weight.OPEN),
                proof(table, way.field, way.by),
            )
            yield Sign(Whose.NETWORK, weight, said, (evidence,), would=LOOK_FROM_INSIDE)


def _out(facts: Facts, subnet: Reply) -> Iterator[Sign]:
    """Of a pool without public addresses: by what it gets out at all."""
    if provision(facts.pool) != "nopublicipaddresses":
        return
    told = properties(subnet.body)
    if below(told, "natGateway").get("id") or _gateway_of_network(facts):
        return
    table = linked(facts, subnet, Kind.ROUTES, "routeTable")
    if table is not None and (not table.known or through_routes(table.body, Service("-")).by):
        return  # by another machine, of which the routes' own sign tells
    said = (
        "the pool has no public addresses, and its subnet neither a NAT gateway nor a route nor an endpoint"
        " for node management: nothing leads out (documented)"
    )
    sure = told.get("defaultOutboundAccess") is False
    evidence = (proof(subnet, "properties.defaultOutboundAccess", str(told.get("defaultOutboundAccess"))),)
    weight = Weight.DECIDES if sure else Weight.LIKELY
    yield Sign(Whose.NETWORK, weight, said, evidence, would="" if sure else LOOK_FROM_INSIDE)


def _gateway_of_network(facts: Facts) -> bool:
    """Whether the network has one for all of its subnets (from API version 2025-05-01 on)."""
    network = facts.of(Kind.NETWORK, network_of(subnet_of(facts.pool)))
    return network.known and bool(below(network.body, "properties", "defaultPublicNatGateway").get("id"))


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
        yield Sign(Whose.NETWORK, Weight.LIKELY, said, (evidence,), would=LOOK_FROM_INSIDE)
        return
    field = "properties.serviceEndpointPolicies"
    also = f"{said}; a service endpoint policy of the subnet names the only storage that it lets through"
    yield Sign(Whose.NETWORK, Weight.DECIDES, also, (evidence, proof(subnet, field, f"{len(policies)}")))


def provision(pool: Mapping[str, Any]) -> str:
    """How the pool gets public addresses, in small letters; empty where it does not say."""
    given = below(pool, "properties", "networkConfiguration", "publicIPAddressConfiguration")
    return str(given.get("provision", "")).lower()


def _ranges_of(subnet: Reply) -> list[str]:
    told = properties(subnet.body)
    several = told.get("addressPrefixes")
    one = [told.get("addressPrefix"), *(several if isinstance(several, list) else ())]
    return [each for each in one if isinstance(each, str)]
