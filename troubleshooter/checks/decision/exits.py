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
    """Public addresses of the nodes; None where they are not told.

    A subnet's gateway goes before the pool's own addresses (documented).
    Source: https://learn.microsoft.com/azure/nat-gateway/nat-overview
    """
    places = _own_addresses(facts)
    if subnet_of(facts.pool):
        subnet = facts.of(Kind.SUBNET, subnet_of(facts.pool))
        if not subnet.known:
            return None
        gateway = linked(facts, subnet, Kind.NAT, "natGateway")
        if gateway is not None:
            told = properties(gateway.body) if gateway.known else {}
            if told.get("publicIpPrefixes"):
                return None  # which addresses they are says each prefix alone
            places = [str(one.get("id", "")) for one in objects(told.get("publicIpAddresses"))]
    try:
        found = [ipaddress.ip_address(text(facts.of(Kind.ADDRESS, one).body, "ipAddress")) for one in places]
    except ValueError:
        return None
    return found or None


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
    if gateway is not None and gateway.known:
        for address in objects(properties(gateway.body).get("publicIpAddresses")):
            yield facts.of(Kind.ADDRESS, str(address.get("id", "")))


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
