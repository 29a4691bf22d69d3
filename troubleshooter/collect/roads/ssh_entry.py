"""A way in over SSH on a pool body: an inbound NAT pool for port 22, for one address range only.

Rules of the service (data plane and ARM 2025-06-01): at most 5 NAT pools; frontend range of at least 40 ports
within 1-65534, outside 50000-55000, not overlapping; rule priorities 150-4096, lower first, each given once
among the at most 25 of a pool.
"""

from __future__ import annotations

import ipaddress
from itertools import islice
from typing import TYPE_CHECKING, Any

from troubleshooter.engine.gates import address_range
from troubleshooter.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

SSH = 22
_WIDTH = 40
_STARTS = (*range(40000, 49900, 1000), *range(55100, 65000, 1000))
"""Tried first, so that a range is easily told from others."""
_OPEN = ((1, 49999), (55001, 65534))
"""The frontend ports that are not reserved."""
_MOST_POOLS = 5
_MOST_RULES = 25
_OWN_RULES = 2
"""One that allows, one that denies."""
_PRIORITIES = range(150, 4097)
_OWN = {4: 16, 6: 48}
"""Bits of the widest range by IP version that is usually one network's own."""


def checked_range(text: str) -> str:
    """An address or range in CIDR form. Raises UsageProblem for anything else, and for what is too wide."""
    if wrong := address_range(text):
        raise UsageProblem(
            f"The SSH port is not opened for {text!r}.",
            wrong,
            "Give your own public address, e.g. 203.0.113.7/32",
        )
    return str(ipaddress.ip_network(text.strip(), strict=False))


def open_ssh(body: dict[str, Any], allow_from: str, nodes: int) -> list[str]:
    """Add the NAT pool; one that the original has for port 22 is replaced. Returns notes for the plan."""
    network = body["properties"].setdefault("networkConfiguration", {})
    endpoints = network.setdefault("endpointConfiguration", {})
    pools = list(endpoints.get("inboundNatPools") or [])
    kept = [pool for pool in pools if pool.get("backendPort") != SSH]
    if len(kept) >= _MOST_POOLS:
        raise Refused(
            "There is no room for a way in over SSH.",
            f"The pool already has {len(kept)} inbound NAT pools, the most that Batch allows.",
            "Answer allow-from=none: then no port is opened, and tasks read the logs.",
        )
    rules = sum(len(pool.get("networkSecurityGroupRules") or []) for pool in kept)
    if rules + _OWN_RULES > _MOST_RULES:
        raise Refused(
            "There is no room for a way in over SSH.",
            f"The pool's inbound NAT pools already have {rules} network security group rules; the way in"
            f" takes {_OWN_RULES} more, and Batch allows {_MOST_RULES}.",
            "Answer allow-from=none: then no port is opened, and tasks read the logs.",
        )
    notes = [
        f"inbound NAT pool {pool.get('name')} for port 22 is replaced" for pool in pools if pool not in kept
    ]
    endpoints["inboundNatPools"] = [*kept, _nat_pool(kept, allow_from, nodes)]
    return [
        *notes,
        f"SSH (port 22) is opened for {allow_from} and denied to everyone else",
        *_wide(allow_from),
        *_subnet(network, allow_from),
    ]


def _subnet(network: dict[str, Any], allow_from: str) -> list[str]:
    """What the rules of a pool cannot open."""
    subnet = str(network.get("subnetId") or "")
    if not subnet:
        return []
    also = f"its own network security group and route table must let {allow_from} in to port 22 too"
    return [f"the pool lies in subnet {subnet.rpartition('/')[2]}: {also}"]


def _wide(allow_from: str) -> list[str]:
    """A warning where so many could try that hardly all of them are the operator's own."""
    network = ipaddress.ip_network(allow_from)
    if network.prefixlen >= _OWN[network.version]:
        return []
    return [f"that range holds {network.num_addresses:,} addresses, each of which may try to sign in"]


def close_ssh(body: dict[str, Any]) -> None:
    """Leave out every NAT pool for port 22."""
    network = body["properties"].get("networkConfiguration") or {}
    endpoints = network.get("endpointConfiguration") or {}
    kept = [pool for pool in endpoints.get("inboundNatPools") or [] if pool.get("backendPort") != SSH]
    if kept:
        endpoints["inboundNatPools"] = kept
    else:
        network.pop("endpointConfiguration", None)
    if not network:
        body["properties"].pop("networkConfiguration", None)


def ssh_rules(definition: Any) -> list[tuple[str, list[str]]]:
    """The NAT pools for port 22, each with the ranges that it lets in; none named lets everybody in."""
    network = (definition.get("properties") or {}).get("networkConfiguration") or {}
    pools = (network.get("endpointConfiguration") or {}).get("inboundNatPools") or []
    return [
        (
            str(pool.get("name")),
            [
                str(rule.get("sourceAddressPrefix"))
                for rule in pool.get("networkSecurityGroupRules") or []
                if str(rule.get("access", "")).lower() == "allow"
            ],
        )
        for pool in pools
        if pool.get("backendPort") == SSH
    ]


def _nat_pool(others: list[dict[str, Any]], allow_from: str, nodes: int) -> dict[str, Any]:
    width = max(_WIDTH, nodes)
    start = _free_start(others, width)
    allow, deny = islice(_free_priorities(others), 2)
    return {
        "name": "troubleshooter-ssh",
        "protocol": "TCP",
        "backendPort": SSH,
        "frontendPortRangeStart": start,
        "frontendPortRangeEnd": start + width - 1,
        "networkSecurityGroupRules": [
            {"priority": allow, "access": "Allow", "sourceAddressPrefix": allow_from},
            {"priority": deny, "access": "Deny", "sourceAddressPrefix": "*"},
        ],
    }


def _free_start(others: list[dict[str, Any]], width: int) -> int:
    """The first port of so many in a row that no other NAT pool takes. Raises Refused where none are left."""
    taken = [(pool.get("frontendPortRangeStart", 0), pool.get("frontendPortRangeEnd", 0)) for pool in others]
    starts: tuple[int, ...] = (*_STARTS, *(low for low, _ in _OPEN), *(high + 1 for _, high in taken))
    for first in starts:
        last = first + width - 1
        if any(low <= first and last <= high for low, high in _OPEN) and all(
            last < low or first > high for low, high in taken
        ):
            return first
    raise Refused(
        "There is no room for a way in over SSH.",
        f"It takes {width} frontend ports in a row, and the pool's inbound NAT pools leave none such free.",
        "Answer allow-from=none: then no port is opened, and tasks read the logs.",
    )


def _free_priorities(others: list[dict[str, Any]]) -> Iterator[int]:
    """The lowest first. Of all rules of a pool each has its own, whichever NAT pool it is of."""
    taken = [rule.get("priority") for pool in others for rule in pool.get("networkSecurityGroupRules") or []]
    return (priority for priority in _PRIORITIES if priority not in taken)
