"""Inbound NAT pools: what the service accepts, and whom their rules let in."""

from __future__ import annotations

import ipaddress
import itertools
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import invalid, missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.simulator.world.machine import Machine

SSH_PORT = 22
RDP_PORT = 3389
_PATH = "properties.networkConfiguration.endpointConfiguration.inboundNatPools"
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,75}[A-Za-z0-9_])?")
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9.]*")


def pools_of(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    network = properties.get("networkConfiguration") or {}
    endpoints = network.get("endpointConfiguration") or {}
    pools: list[dict[str, Any]] = endpoints.get("inboundNatPools") or []
    return pools


def check(properties: Mapping[str, Any]) -> None:
    """Refuse what the documentation says ends in status 400."""
    pools = pools_of(properties)
    if not pools:
        return
    network = properties["networkConfiguration"]
    provision = (network.get("publicIPAddressConfiguration") or {}).get("provision", "BatchManaged")
    if provision == "NoPublicIPAddresses":
        raise invalid(_PATH, "Inbound NAT pools are not allowed in a pool without public IP addresses")
    if len(pools) > 5:
        raise invalid(_PATH, "At most 5 inbound NAT pools are allowed")
    for pool in pools:
        _check_one(pool)
    _check_unique([pool["name"] for pool in pools], "name")
    _check_unique([pool["backendPort"] for pool in pools], "backendPort")
    ranges = sorted((pool["frontendPortRangeStart"], pool["frontendPortRangeEnd"]) for pool in pools)
    for (_, end), (start, _) in itertools.pairwise(ranges):
        if start <= end:
            raise invalid(f"{_PATH}.frontendPortRangeStart", "Frontend port ranges cannot overlap", start)
    rules = [rule for pool in pools for rule in pool.get("networkSecurityGroupRules") or []]
    if len(rules) > 25:
        raise invalid(f"{_PATH}.networkSecurityGroupRules", "At most 25 rules are allowed in a pool")
    _check_unique([rule["priority"] for rule in rules], "networkSecurityGroupRules.priority")


def _check_unique(values: list[Any], name: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise invalid(f"{_PATH}.{name}", "The value must be unique within the pool", value)


def _check_one(pool: Mapping[str, Any]) -> None:
    for key in ("name", "protocol", "backendPort", "frontendPortRangeStart", "frontendPortRangeEnd"):
        if key not in pool:
            raise missing(f"{_PATH}.{key}")
    if not (isinstance(pool["name"], str) and _NAME.fullmatch(pool["name"])):
        raise invalid(f"{_PATH}.name", "The name is not valid", pool["name"])
    if str(pool["protocol"]).upper() not in {"TCP", "UDP"}:
        raise invalid(f"{_PATH}.protocol", "The protocol is TCP or UDP", pool["protocol"])
    backend, start, end = pool["backendPort"], pool["frontendPortRangeStart"], pool["frontendPortRangeEnd"]
    if not _port(backend, 65535) or backend in {29876, 29877}:
        raise invalid(f"{_PATH}.backendPort", "The port is reserved or out of range", backend)
    if not (_port(start, 65534) and _port(end, 65534)) or (start <= 55000 and end >= 50000):
        raise invalid(f"{_PATH}.frontendPortRangeStart", "The range is reserved or out of range", start)
    if end - start + 1 < 40:
        raise invalid(f"{_PATH}.frontendPortRangeEnd", "The range must hold at least 40 ports", end)
    for rule in pool.get("networkSecurityGroupRules") or []:
        _check_rule(rule)


def _port(value: object, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= highest


def _check_rule(rule: Mapping[str, Any]) -> None:
    path = f"{_PATH}.networkSecurityGroupRules"
    for key in ("priority", "access", "sourceAddressPrefix"):
        if key not in rule:
            raise missing(f"{path}.{key}")
    priority = rule["priority"]
    if not isinstance(priority, int) or not 150 <= priority <= 4096:
        raise invalid(f"{path}.priority", "The priority is between 150 and 4096", priority)
    if str(rule["access"]).lower() not in {"allow", "deny"}:
        raise invalid(f"{path}.access", "The access is Allow or Deny", rule["access"])
    prefix = str(rule["sourceAddressPrefix"])
    if prefix != "*" and not _network(prefix) and not _TAG.fullmatch(prefix):
        raise invalid(f"{path}.sourceAddressPrefix", "Not an address, a subnet, a tag or *", prefix)


def _network(prefix: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """By which one node is reached from outside."""

    name: str
    protocol: str
    address: str
    host: str
    port: int
    backend: int


def endpoints(properties: Mapping[str, Any], machine: Machine) -> list[Endpoint]:
    """One a NAT pool, each node by the next port of its range; with IPv6 too where the pool has both."""
    families = [("", machine.address)]
    if is_dual(properties):
        families.append(("-ipv6", f"2001:db8::{machine.index + 4:x}"))
    return [
        _endpoint(pool, machine, family, address)
        for pool in pools_of(properties)
        for family, address in families
    ]


def _endpoint(pool: Mapping[str, Any], machine: Machine, family: str, address: str) -> Endpoint:
    name = uuid.uuid5(uuid.NAMESPACE_OID, machine.id)
    return Endpoint(
        f"{pool['name']}{family}.{machine.index}",
        str(pool["protocol"]).lower(),
        address,
        f"dns{name}-azurebatch-cloudservice.westeurope.cloudapp.azure.com",
        pool["frontendPortRangeStart"] + machine.index,
        pool["backendPort"],
    )


def is_dual(properties: Mapping[str, Any]) -> bool:
    """Whether its nodes have IPv6 addresses too."""
    network = properties.get("networkConfiguration") or {}
    return "IPv6" in ((network.get("publicIPAddressConfiguration") or {}).get("ipFamilies") or ())


def ssh_pool(properties: Mapping[str, Any]) -> dict[str, Any] | None:
    """The NAT pool that maps SSH. Without one nothing is mapped, as for every pool made after 2025-11-30."""
    return next(
        (
            pool
            for pool in pools_of(properties)
            if pool["backendPort"] == SSH_PORT and str(pool["protocol"]).upper() == "TCP"
        ),
        None,
    )


def lets_in(pool: Mapping[str, Any], address: str) -> bool:
    """Whether the rules let `address` through; the first that matches decides, in order of priority."""
    rules = sorted(pool.get("networkSecurityGroupRules") or [], key=lambda rule: int(rule["priority"]))
    if not rules:
        return True  # documented: without rules everyone may come in
    for prefix, allowed in _decisions(rules):
        network = _network(prefix)
        # A tag stands for addresses out there; on loopback none matches but Internet, taken to be anyone.
        if prefix in {"*", "Internet"} or (network is not None and ipaddress.ip_address(address) in network):
            return allowed
    return False  # assumed: what a network security group does by itself


def _decisions(rules: list[dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    for rule in rules:
        yield str(rule["sourceAddressPrefix"]), str(rule["access"]).lower() == "allow"
