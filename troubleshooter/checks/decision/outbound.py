"""Whether a subnet's security group and routes let its nodes out to a service, as documented for Azure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.reading import objects, properties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

ANYWHERE = frozenset({"*", "internet", "0.0.0.0/0", "any"})
ALL_ADDRESSES = ("0.0.0.0/1", "128.0.0.0/1")
"""The two halves of them."""
WIDEST = frozenset({"0.0.0.0/0", *ALL_ADDRESSES})


UNSHOWN = "an address that is not shown"
"""Of a private endpoint that does not show its own."""


class Part(IntEnum):
    """How much of what is asked about a rule or a route is for."""

    NONE = 0
    SOME = 1
    """A part, or all of it where more were shown: it decides nothing alone."""
    ALL = 2


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
    direct: bool | None = False
    """A service endpoint of the subnet goes before its routes (documented); None where it may not."""

    @property
    def own(self) -> frozenset[str]:
        """The names that mean this service and no more than its cloud."""
        named = {self.tag.lower(), f"{self.tag}.{self.region}".lower()}
        return frozenset(named) if self.platform else frozenset(named | _cloud(self.region))

    @property
    def names(self) -> frozenset[str]:
        """Where its region is not known: beginnings of what may mean it there."""
        whole = self.region or self.platform
        return frozenset() if whole else frozenset({f"{self.tag}.".lower(), "azurecloud."})

    def meant_by(self, targets: frozenset[str]) -> Part:
        """How much of it these mean."""
        if self.address:
            return _of_address(targets, self.address)
        if targets & (self.own if self.platform else self.own | ANYWHERE):
            return Part.ALL
        if self.platform:
            return Part.NONE
        if _holds_all(targets, ALL_ADDRESSES):
            return Part.ALL
        may = any(each.startswith(name) for each in targets for name in self.names)
        return Part.SOME if may or _some_public(targets) else Part.NONE


@dataclass(frozen=True, slots=True)
class Way:
    open: bool | None
    """None where the rules do not tell."""
    by: str
    """The rule or route that decides, in words; empty for those that Azure has by itself."""
    field: str = ""
    forced: bool = False
    """It leads to a network outside of Azure: forced tunnelling."""
    through: bool = False
    """It leads through another machine; where it is open to nobody knows where, it does not."""


def through_rules(group: Mapping[str, Any], service: Service, inside: Sequence[str]) -> Way:
    """The first rule by priority that bears on the way out decides. `inside` are the subnet's own ranges.

    One before it that is for a part leaves it open where it says otherwise.
    """
    rules = [*_rules(group, "securityRules"), *_rules(group, "defaultSecurityRules")]
    before: dict[bool | None, str] = {}
    for name, rule in sorted(rules, key=lambda each: _priority(each[1])):
        part = _bears(rule, service, inside)
        if part is Part.NONE:
            continue
        allows = {"allow": True, "deny": False}.get(str(rule.get("access", "")).lower())
        if part is Part.ALL and allows is not None:
            told = (
                f"rule {name} ({_priority(rule)}, {rule.get('access')} {', '.join(sorted(_targets(rule)))})"
            )
            return _unless(before, allows=allows, by=told, field=f"securityRules/{name}")
        before.setdefault(allows, f"rule {name} {_in_part(rule, service)}")
    return _unless(before, allows=True, by="")


def _unless(before: Mapping[bool | None, str], *, allows: bool, by: str, field: str = "") -> Way:
    """What decides, or the first of those before it that says otherwise of a part."""
    other = next((said for told, said in before.items() if told is not allows), "")
    return Way(None, other, field) if other else Way(allows, by, field)


def _in_part(rule: Mapping[str, Any], service: Service) -> str:
    does = {"allow": "allows", "deny": "denies"}.get(str(rule.get("access", "")).lower(), "is about")
    if service.address or service.meant_by(_targets(rule)) is not Part.SOME:
        return f"{does} a part of what goes there"
    return f"{does} addresses of which it is not told whose they are"


def through_routes(table: Mapping[str, Any], service: Service) -> Way:
    """A route of the service's own tag goes before that of all addresses, and the narrower before the wider.

    Source: https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview#how-azure-selects-a-route
    """
    routes = {
        str(each.get("addressPrefix", "")).lower(): (str(one.get("name", "")), each)
        for one in objects(properties(table).get("routes"))
        if (each := properties(one))
    }
    own = next((routes[name] for name in routes if name in service.own), None)
    if own is not None:
        return _led(*own, told=True)
    halves = [routes[each] for each in ALL_ADDRESSES if each in routes]
    whole = [routes["0.0.0.0/0"]] if "0.0.0.0/0" in routes else []
    widest = [_led(*one) for one in (halves if len(halves) == len(ALL_ADDRESSES) else (*halves, *whole))]
    if len(widest) == 0 or (len(halves) == 1 and not whole):
        widest.append(Way(True, ""))
    narrow = [_led(*routes[each]) for each in routes if each not in WIDEST and _may_lead(each, service)]
    return _of_several(widest, narrow)


def _of_several(widest: Sequence[Way], narrow: Sequence[Way]) -> Way:
    """Where they differ, or a narrower one leads elsewhere, that is not told."""
    first = next((way for way in widest if way.open is not True), widest[0])
    if any(way.open is not first.open or way.forced is not first.forced for way in widest):
        return Way(None, first.by, first.field)
    other = next((way for way in narrow if way.open is not first.open), None)
    return first if other is None else Way(None, other.by or first.by, other.field or first.field)


def _led(name: str, route: Mapping[str, Any], *, told: bool = False) -> Way:
    """By one route; where its next hop is none that is known here, it is not told where that leads."""
    hop = str(route.get("nextHopType") or "").lower()
    to = route.get("nextHopType") or "a hop that is not shown"
    by = f"route {name} ({route.get('addressPrefix')} to {to})"
    if hop == "internet":
        return Way(True, by if told else "")
    forced, through = hop == "virtualnetworkgateway", hop in {"virtualnetworkgateway", "virtualappliance"}
    return Way(False if hop == "none" else None, by, f"routes/{name}", forced, through)


def _may_lead(prefix: str, service: Service) -> bool:
    """Whether a route may be for some of its addresses."""
    if any(prefix.startswith(name) for name in service.names):
        return True
    return not service.platform and _some_public({prefix})


def _rules(group: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in objects(properties(group).get(key)):
        yield str(one.get("name", "")), properties(one)


def _priority(rule: Mapping[str, Any]) -> int:
    value = rule.get("priority")
    return value if isinstance(value, int) else 65_500


def _bears(rule: Mapping[str, Any], service: Service, inside: Sequence[str]) -> Part:
    """How much of the way out it is for: of that port, from the subnet, to the service."""
    if str(rule.get("direction", "")).lower() != "outbound":
        return Part.NONE
    if str(rule.get("protocol", "*")).lower() not in {"*", service.protocol}:
        return Part.NONE
    ports = _texts(rule, "destinationPortRange", "destinationPortRanges")
    if not any(_holds(each, service.port) for each in ports):
        return Part.NONE
    target = service.meant_by(_targets(rule))
    if service.address and target is Part.NONE and rule.get("destinationApplicationSecurityGroups"):
        target = Part.SOME  # an endpoint may be in such a group
    return min(target, _from_here(rule, inside), _from_any_port(rule))


def _from_here(rule: Mapping[str, Any], inside: Sequence[str]) -> Part:
    """How much of the subnet it is for; nodes of Batch are in no application security group."""
    sources = _texts(rule, "sourceAddressPrefix", "sourceAddressPrefixes")
    if sources & {"*", "any", "0.0.0.0/0", "virtualnetwork"}:
        return Part.ALL
    own, named = [*_networks(inside)], [*_networks(sources)]
    if own and all(any(each.subnet_of(one) for one in named) for each in own):
        return Part.ALL
    beside = own and not any(each.overlaps(one) for each in own for one in named)
    return Part.NONE if beside or not named else Part.SOME


_CHOSEN = (1024, 65_535)
"""Ports that a machine leaves by: where it chooses none of the lower ones (RFC 6056)."""


def _from_any_port(rule: Mapping[str, Any]) -> Part:
    """How many of the ports that a node leaves by; what does not say any is for all."""
    ports = [_ends(each) for each in _texts(rule, "sourcePortRange", "sourcePortRanges")]
    low, high = _CHOSEN
    if not ports or any(each is not None and each[0] <= low and each[1] >= high for each in ports):
        return Part.ALL
    some = any(each is None or (each[0] <= high and each[1] >= low) for each in ports)
    return Part.SOME if some else Part.NONE


def _targets(rule: Mapping[str, Any]) -> frozenset[str]:
    return _texts(rule, "destinationAddressPrefix", "destinationAddressPrefixes")


def _texts(rule: Mapping[str, Any], one: str, several: str) -> frozenset[str]:
    many = rule.get(several)
    values = [rule.get(one), *(many if isinstance(many, list) else ())]
    return frozenset(value.lower() for value in values if isinstance(value, str) and value)


def _holds(ports: str, port: int) -> bool:
    ends = _ends(ports)
    return ends is not None and ends[0] <= port <= ends[1]


def _ends(ports: str) -> tuple[int, int] | None:
    """The first and the last of a range; None where it is none."""
    if ports == "*":
        return 0, 65_535
    first, _, last = ports.partition("-")
    low, high = _number(first.strip()), _number((last or first).strip())
    return None if low is None or high is None else (low, high)


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


def _holds_all(ranges: Collection[str], wanted: Collection[str]) -> bool:
    return all(holds_address(ranges, each) for each in wanted)


def _of_address(targets: frozenset[str], address: str) -> Part:
    """How much of a private endpoint's address."""
    if targets & {"*", "any", "virtualnetwork"} or _holds_all(targets, ALL_ADDRESSES):
        return Part.ALL
    if address == UNSHOWN:
        return Part.SOME if any(_networks(targets)) else Part.NONE
    return Part.ALL if holds_address(targets, address) else Part.NONE


_NOBODYS = (IPv4Network("168.63.129.16/32"), IPv4Network("100.64.0.0/10"))
"""Addresses that no service has for all to reach: that of the machine's own host, and those of carriers."""


def _some_public(targets: Collection[str]) -> bool:
    return any(
        not network.is_private and not any(network.subnet_of(one) for one in _NOBODYS)
        for network in _networks(targets)
    )
