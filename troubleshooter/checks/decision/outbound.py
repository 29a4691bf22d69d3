"""Whether a subnet's security group and routes let its nodes out to a service, as documented for Azure."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.reading import objects, properties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

ANYWHERE = frozenset({"*", "internet", "0.0.0.0/0", "any"})


@dataclass(frozen=True, slots=True)
class Service:
    """Where a node must get: a service tag, in its region or not."""

    tag: str
    region: str = ""
    platform: bool = False
    """Of the host itself: only a rule that names its tag bears on it (documented)."""
    port: int = 443
    protocol: str = "tcp"
    address: str = ""
    """Of the private endpoint by which it is reached from within; empty for its public addresses."""
    direct: bool = False
    """A service endpoint of the subnet goes before its routes (documented)."""

    @property
    def own(self) -> frozenset[str]:
        """The names that mean this service and no more than its cloud."""
        named = {self.tag.lower(), f"{self.tag}.{self.region}".lower()}
        return frozenset(named) if self.platform else frozenset(named | _cloud(self.region))

    def meant_by(self, targets: frozenset[str]) -> bool:
        """Whether any of these means the whole of it."""
        if self.address:
            return bool(targets & {"*", "any", "virtualnetwork"}) or holds_address(targets, self.address)
        return bool(targets & (self.own if self.platform else self.own | ANYWHERE))


@dataclass(frozen=True, slots=True)
class Way:
    open: bool | None
    """None where the rules do not tell."""
    by: str
    """The rule or route that decides, in words; empty for those that Azure has by itself."""
    field: str = ""
    forced: bool = False
    """It leads to a network outside of Azure: forced tunnelling."""


def through_rules(group: Mapping[str, Any], service: Service, inside: Sequence[str]) -> Way:
    """The first rule by priority that bears on the way out decides. `inside` are the subnet's own ranges."""
    rules = [*_rules(group, "securityRules"), *_rules(group, "defaultSecurityRules")]
    doubt = ""
    for name, rule in sorted(rules, key=lambda each: _priority(each[1])):
        if str(rule.get("direction", "")).lower() != "outbound" or not _bears(rule, service, inside):
            continue
        target = _targets(rule)
        allows = str(rule.get("access", "")).lower() == "allow"
        if service.meant_by(target):
            told = f"rule {name} ({_priority(rule)}, {rule.get('access')} {', '.join(sorted(target))})"
            return Way(None if doubt and not allows else allows, doubt or told, f"securityRules/{name}")
        if not service.platform and not service.address and allows and _some_public(target):
            doubt = f"rule {name} allows addresses of which it is not told whose they are"
    return Way(True, "")


def through_routes(table: Mapping[str, Any], service: Service) -> Way:
    """A route of the service's own tag goes before that of all addresses (documented)."""
    routes = {
        str(each.get("addressPrefix", "")).lower(): (str(one.get("name", "")), each)
        for one in objects(properties(table).get("routes"))
        if (each := properties(one))
    }
    halves = {"0.0.0.0/1", "128.0.0.0/1"}
    own = next((routes[name] for name in routes if name in service.own), None)
    whole = routes.get("0.0.0.0/0") or (routes.get("0.0.0.0/1") if halves <= routes.keys() else None)
    name, route = own or whole or ("", {})
    hop = str(route.get("nextHopType", "")).lower()
    told = f"route {name} ({route.get('addressPrefix')} to {route.get('nextHopType')})"
    if hop in {"", "internet"}:
        return Way(True, told if own else "")
    return Way(False if hop == "none" else None, told, f"routes/{name}", hop == "virtualnetworkgateway")


def _rules(group: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in objects(properties(group).get(key)):
        yield str(one.get("name", "")), properties(one)


def _priority(rule: Mapping[str, Any]) -> int:
    value = rule.get("priority")
    return value if isinstance(value, int) else 65_500


def _bears(rule: Mapping[str, Any], service: Service, inside: Sequence[str]) -> bool:
    """Whether it is of that port, from all of the subnet."""
    if str(rule.get("protocol", "*")).lower() not in {"*", service.protocol}:
        return False
    sources = _texts(rule, "sourceAddressPrefix", "sourceAddressPrefixes")
    ports = _texts(rule, "destinationPortRange", "destinationPortRanges")
    from_here = sources & {"*", "any", "0.0.0.0/0", "virtualnetwork"} or any(
        holds_address(sources, own) for own in inside
    )
    return bool(from_here) and any(_holds(each, service.port) for each in ports)


def _targets(rule: Mapping[str, Any]) -> frozenset[str]:
    return _texts(rule, "destinationAddressPrefix", "destinationAddressPrefixes")


def _texts(rule: Mapping[str, Any], one: str, several: str) -> frozenset[str]:
    many = rule.get(several)
    values = [rule.get(one), *(many if isinstance(many, list) else ())]
    return frozenset(value.lower() for value in values if isinstance(value, str) and value)


def _holds(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    if ports == "*":
        return True
    low, high = _number(first), _number(last or first)
    return low is not None and high is not None and low <= port <= high


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None  # of a port


def _cloud(region: str) -> set[str]:
    return {"azurecloud", f"azurecloud.{region}".lower()}


def _networks(texts: Collection[str]) -> Iterator[IPv4Network]:
    for text in texts:
        try:
            yield IPv4Network(text, strict=False)
        except ValueError:
            continue


def holds_address(ranges: Collection[str], address: str) -> bool:
    """Whether one of the ranges holds the address, or the whole of a range."""
    return any(own.subnet_of(each) for own in _networks((address,)) for each in _networks(ranges))


def _some_public(targets: frozenset[str]) -> bool:
    return any(not network.is_private for network in _networks(targets))
