"""What the specification wants of a pool's network: NAT pools, their rules, public addresses, the subnet."""

from __future__ import annotations

import ipaddress
import re
from itertools import combinations
from typing import TYPE_CHECKING

from tests.bodies.definition import addresses, nat_pools, nat_rules, network, properties, same, twice
from tests.bodies.rule import DATA, Rules

if TYPE_CHECKING:
    from tests.bodies.rule import Body

RULES = Rules()
_ENDPOINTS, _NAT, _NSG = "PoolEndpointConfiguration", "InboundNatPool", "NetworkSecurityGroupRule"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,75}[A-Za-z0-9_])?")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)?")
_PORTS = re.compile(r"(\d+)(?:-(\d+))?")
_OF_GROUP = r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers"
_ADDRESS = re.compile(_OF_GROUP + r"/Microsoft\.Network/publicIPAddresses/[^/]+", re.IGNORECASE)
_SUBNET = re.compile(_OF_GROUP + r"/Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+", re.IGNORECASE)


@RULES.rule(
    "five-nat-pools", f"{_ENDPOINTS}.inboundNatPools", "number of inbound NAT pools per Batch pool is 5."
)
def five(body: Body) -> list[object]:
    return nat_pools(body)[5:]


@RULES.rule(
    "nat-needs-addresses",
    f"{_ENDPOINTS}.inboundNatPools",
    "This cannot be specified if the IPAddressProvisioningType is NoPublicIPAddresses.",
)
def without_addresses(body: Body) -> list[object]:
    return nat_pools(body) if same(addresses(body).get("provision"), "NoPublicIPAddresses") else []


@RULES.rule(
    "nat-name",
    f"{_NAT}.name",
    "must start with a letter or number, must end with a letter, number, or underscore, and cannot exceed 77",
)
def nat_name(body: Body) -> list[object]:
    return [pool["name"] for pool in nat_pools(body) if not _NAME.fullmatch(str(pool.get("name")))]


@RULES.rule("nat-name-once", f"{_NAT}.name", "The name must be unique within a Batch pool")
def nat_name_once(body: Body) -> list[object]:
    return twice([pool.get("name") for pool in nat_pools(body)])


@RULES.rule(
    "backend-port",
    f"{_NAT}.backendPort",
    "between 1 and 65535 except for 29876 and 29877 as these are reserved.",
)
def backend_port(body: Body) -> list[object]:
    ports = [pool.get("backendPort") for pool in nat_pools(body)]
    return [port for port in ports if not _within(port, 1, 65535) or port in {29876, 29877}]


@RULES.rule("backend-port-once", f"{_NAT}.backendPort", "This must be unique within a Batch pool.")
def backend_port_once(body: Body) -> list[object]:
    return twice([pool.get("backendPort") for pool in nat_pools(body)])


@RULES.rule(
    "frontend-ports",
    f"{_NAT}.frontendPortRangeStart",
    "range between 1 and 65534 except ports from 50000 to 55000 which are reserved.",
)
def frontend_ports(body: Body) -> list[object]:
    return [
        (start, end)
        for start, end in _ranges(body)
        if not (_within(start, 1, 65534) and _within(end, 1, 65534)) or (start <= 55000 and end >= 50000)
    ]


@RULES.rule(
    "forty-frontend-ports",
    "BatchInboundNatPool.frontendPortRangeEnd",
    "Each range must contain at least 40 ports.",
    DATA,
)
def forty(body: Body) -> list[object]:
    return [(start, end) for start, end in _ranges(body) if end - start + 1 < 40]


@RULES.rule(
    "frontend-ports-once",
    f"{_NAT}.frontendPortRangeEnd",
    "All ranges within a pool must be distinct and cannot overlap.",
)
def overlapping(body: Body) -> list[object]:
    return [pair for pair in combinations(_ranges(body), 2) if _overlap(*pair)]


@RULES.rule(
    "twenty-five-rules",
    f"{_NAT}.networkSecurityGroupRules",
    "number of rules that can be specified across all the endpoints on a Batch pool is 25.",
)
def twenty_five(body: Body) -> list[object]:
    return nat_rules(body)[25:]


@RULES.rule("priority", f"{_NSG}.priority", "Allowed priorities are 150 to 4096.")
def priority(body: Body) -> list[object]:
    return [rule for rule in nat_rules(body) if not _within(rule.get("priority"), 150, 4096)]


@RULES.rule("priority-once", f"{_NSG}.priority", "Priorities within a pool must be unique")
def priority_once(body: Body) -> list[object]:
    return twice([rule.get("priority") for rule in nat_rules(body)])


@RULES.rule(
    "source-address",
    f"{_NSG}.sourceAddressPrefix",
    "a single IP address (i.e. 10.10.10.10), IP subnet (i.e. 192.168.1.0/24), default tag, or *",
)
def source_address(body: Body) -> list[object]:
    sources = [str(rule.get("sourceAddressPrefix")) for rule in nat_rules(body)]
    return [one for one in sources if not (one == "*" or _is_network(one) or _TAG.fullmatch(one))]


@RULES.rule(
    "source-ports",
    f"{_NSG}.sourcePortRanges",
    "in the range of 0 to 65535 and the port ranges or ports can't overlap.",
)
def source_ports(body: Body) -> list[object]:
    return [
        ports
        for rule in nat_rules(body)
        if (ports := rule.get("sourcePortRanges")) and ports != ["*"] and not _are_ports(ports)
    ]


@RULES.rule(
    "ip-families",
    "PublicIPAddressConfiguration.ipFamilies",
    "For single-stack, the expected value is IPv4. For dual-stack, the expected values are IPv4 and IPv6.",
)
def families(body: Body) -> list[object]:
    asked = addresses(body).get("ipFamilies") or ["IPv4"]
    return [] if sorted(asked) in (["IPv4"], ["IPv4", "IPv6"]) else [asked]


@RULES.rule(
    "address-id",
    "PublicIPAddressConfiguration.ipAddressIds",
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/publicIPAddresses/{ip}",
)
def address_id(body: Body) -> list[object]:
    return [one for one in addresses(body).get("ipAddressIds") or [] if not _ADDRESS.fullmatch(str(one))]


@RULES.rule(
    "nodes-an-address",
    "PublicIPAddressConfiguration.ipAddressIds",
    "100 dedicated nodes or 100 Spot/low-priority nodes can be allocated for each public IP.",
)
def nodes_an_address(body: Body) -> list[object]:
    owned = addresses(body).get("ipAddressIds")
    fixed = (properties(body).get("scaleSettings") or {}).get("fixedScale") or {}
    asked = [fixed.get(kind) or 0 for kind in ("targetDedicatedNodes", "targetLowPriorityNodes")]
    return [number for number in asked if owned and number > 100 * len(owned)]


@RULES.rule(
    "subnet-id",
    "NetworkConfiguration.subnetId",
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/virtualNetworks/{network}/subnets/",
    DATA,
)
def subnet_id(body: Body) -> list[object]:
    subnet = network(body).get("subnetId")
    return [subnet] if subnet is not None and not _SUBNET.fullmatch(str(subnet)) else []


@RULES.rule(
    "subnet-a-job",
    "NetworkConfiguration.dynamicVnetAssignmentScope",
    "If this value is set, the network configuration subnet ID must also be set.",
)
def subnet_a_job(body: Body) -> list[object]:
    scope = network(body).get("dynamicVnetAssignmentScope")
    return [scope] if same(scope, "job") and not network(body).get("subnetId") else []


def _within(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and lowest <= value <= highest


def _ranges(body: Body) -> list[tuple[int, int]]:
    return [
        (int(pool.get("frontendPortRangeStart", 0)), int(pool.get("frontendPortRangeEnd", 0)))
        for pool in nat_pools(body)
    ]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _are_ports(texts: list[str]) -> bool:
    found = [_PORTS.fullmatch(str(text)) for text in texts]
    ports = [(int(one[1]), int(one[2] or one[1])) for one in found if one]
    good = all(start <= end <= 65535 for start, end in ports)
    return len(ports) == len(texts) and good and not any(_overlap(*pair) for pair in combinations(ports, 2))
