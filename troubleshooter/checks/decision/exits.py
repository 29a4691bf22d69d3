"""By what and by which addresses a pool's nodes leave for services outside of their network."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.decision.outbound import Service, through_routes
from troubleshooter.checks.reading import below, objects, properties, subnet_of, text
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.reply import Facts, Reply

_OF_VAULTS = frozenset({"microsoft.keyvault", "microsoft.keyvault.global"})


def has_service_endpoint(subnet: Reply, region: str) -> bool | None:
    """Whether what goes from the subnet to a vault goes as the subnet, not by a public address.

    None where the endpoint is not in place, or is for other regions than the vault's.
    """
    told = objects(properties(subnet.body).get("serviceEndpoints"))
    found = [one for one in told if str(one.get("service", "")).lower() in _OF_VAULTS]
    if not found:
        return False
    return True if any(_in_place(one) and _covers(one, region) for one in found) else None


def _in_place(endpoint: Any) -> bool:
    return str(endpoint.get("provisioningState") or "Succeeded").lower() == "succeeded"


def _covers(endpoint: Any, region: str) -> bool:
    """Azure writes a star for every region; where none is named it is for all."""
    named = endpoint.get("locations")
    places = {_plain(str(one)) for one in named} if isinstance(named, list) else set()
    return not places or "*" in places or region in places


def region_of(reply: Reply) -> str:
    """Of an account or a vault, as tags write it: answers have it with spaces as well. Empty if not told."""
    value = reply.body.get("location") if reply.known else None
    return _plain(value) if isinstance(value, str) else ""


def _plain(region: str) -> str:
    return region.lower().replace(" ", "")


def leaves_by(facts: Facts) -> list[Any] | None:
    """Public addresses of the nodes, and prefixes of them; None where they are not told.

    A subnet's gateway goes before the pool's own addresses (documented).
    Source: https://learn.microsoft.com/azure/nat-gateway/nat-overview
    """
    places, prefixes = _own_addresses(facts), list[str]()
    if subnet_of(facts.pool):
        subnet = facts.of(Kind.SUBNET, subnet_of(facts.pool))
        if not subnet.known:
            return None
        gateway = linked(facts, subnet, Kind.NAT, "natGateway")
        if gateway is not None:
            places, prefixes = ([*named_by(gateway, key)] for key in (ADDRESSES, PREFIXES))
    try:
        return [
            *(ipaddress.ip_address(text(facts.of(Kind.ADDRESS, one).body, "ipAddress")) for one in places),
            *(ipaddress.ip_network(text(facts.of(Kind.PREFIX, one).body, "ipPrefix")) for one in prefixes),
        ] or None
    except ValueError:
        return None


ADDRESSES, PREFIXES = "publicIpAddresses", "publicIpPrefixes"


def named_by(gateway: Reply, key: str) -> Iterator[str]:
    """Ids of the addresses, or of the prefixes, of a gateway."""
    for one in objects(properties(gateway.body).get(key)) if gateway.known else ():
        place = one.get("id")
        yield place if isinstance(place, str) else ""


def let_in(leaving: list[Any], ranges: list[Any]) -> bool | None:
    """Whether the ranges hold all of it; None for a part: by which of it a node leaves is not told."""
    own = [ipaddress.ip_network(one) for one in leaving]
    listed = {
        number: [*ipaddress.collapse_addresses(one for one in ranges if one.version == number)]
        for number in (4, 6)
    }
    if all(any(one.subnet_of(each) for each in listed[one.version]) for one in own):
        return True
    return None if any(one.overlaps(each) for one in own for each in listed[one.version]) else False


def names_exit(facts: Facts) -> bool:
    """Whether something is named that nodes leave by: addresses of the pool's own, or a gateway."""
    subnet = facts.of(Kind.SUBNET, subnet_of(facts.pool))
    gateway = linked(facts, subnet, Kind.NAT, "natGateway") if subnet.known else None
    return bool(_own_addresses(facts)) or gateway is not None


def _own_addresses(facts: Facts) -> list[str]:
    given = below(facts.pool, "properties", "networkConfiguration", "publicIPAddressConfiguration")
    ids = given.get("ipAddressIds")
    return [str(one) for one in ids] if isinstance(ids, list) else []


def exits(facts: Facts) -> Iterator[Reply]:
    """What was answered of all that decides by which addresses the subnet's nodes leave."""
    subnet = facts.of(Kind.SUBNET, subnet_of(facts.pool))
    named = ((Kind.ROUTES, "routeTable"), (Kind.NAT, "natGateway"))
    yield from (one for kind, key in named if (one := linked(facts, subnet, kind, key)) is not None)
    gateway = linked(facts, subnet, Kind.NAT, "natGateway")
    if gateway is not None:
        yield from (facts.of(Kind.ADDRESS, one) for one in named_by(gateway, ADDRESSES))
        yield from (facts.of(Kind.PREFIX, one) for one in named_by(gateway, PREFIXES))


def led_by(facts: Facts, vault: Reply) -> str:
    """The route that takes what goes to a vault elsewhere, in words; empty for none."""
    table = linked(facts, facts.of(Kind.SUBNET, subnet_of(facts.pool)), Kind.ROUTES, "routeTable")
    if table is None or not table.known:
        return ""
    way = through_routes(table.body, Service("AzureKeyVault", region_of(vault)))
    return way.by if way.open is None else ""


def ranges_of(rules: Any) -> tuple[list[Any], list[str]]:
    """The networks that address rules name, and the values of those that cannot be read."""
    found, strange = [], []
    for rule in objects(rules):
        value = rule.get("value")
        try:
            found.append(ipaddress.ip_network(str(value).strip(" '\""), strict=False))
        except ValueError:
            strange.append(str(value))
    return found, strange


def linked(facts: Facts, subnet: Reply, kind: Kind, key: str) -> Reply | None:
    """The answer on what the subnet names; None where it names none."""
    place = below(subnet.body, "properties", key).get("id")
    return facts.of(kind, place) if isinstance(place, str) else None
