"""Parts of a pool's body, empty where it has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bodies.rule import Body

_LENGTH = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def properties(body: Body) -> Body:
    return body.get("properties") or {}


def machine(body: Body) -> Body:
    deployment = properties(body).get("deploymentConfiguration") or {}
    return deployment.get("virtualMachineConfiguration") or {}


def is_windows(body: Body) -> bool:
    """Node agents are named after their systems; each works on its own only."""
    return "windows" in str(machine(body).get("nodeAgentSkuId", "")).lower()


def network(body: Body) -> Body:
    return properties(body).get("networkConfiguration") or {}


def addresses(body: Body) -> Body:
    return network(body).get("publicIPAddressConfiguration") or {}


def nat_pools(body: Body) -> list[Any]:
    return (network(body).get("endpointConfiguration") or {}).get("inboundNatPools") or []


def nat_rules(body: Body) -> list[Any]:
    """Of all NAT pools together."""
    return [rule for pool in nat_pools(body) for rule in pool.get("networkSecurityGroupRules") or []]


def start_task(body: Body) -> Body:
    return properties(body).get("startTask") or {}


def each(body: Body, name: str) -> list[Any]:
    """The entries of a list among the pool's properties."""
    return properties(body).get(name) or []


def same(one: object, other: object) -> bool:
    """Names of values are taken in any case: ARM was recorded to write ConfidentialVM for confidentialVM."""
    return str(one).lower() == str(other).lower()


def named(value: Any, name: str) -> Iterator[Any]:
    """All that stands under this name, however deep; what an extension is told is its own affair."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name and inner is not None:
                yield inner
            if key not in {"settings", "protectedSettings"}:
                yield from named(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner, name)


def twice(values: list[Any]) -> list[Any]:
    return [value for number, value in enumerate(values) if value in values[:number]]


def minutes(length: object) -> float:
    """An ISO 8601 duration; below every minimum where it is none."""
    found = _LENGTH.fullmatch(str(length))
    if not found or not any(found.groups()):
        return -1
    days, hours, some, seconds = (float(part or 0) for part in found.groups())
    return days * 24 * 60 + hours * 60 + some + seconds / 60
