"""Worlds with a lock: at each scope that reaches a debug pool, and at those beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.resource import Resource
from troubleshooter.simulator.scenarios import Scenario
from troubleshooter.simulator.scenarios.ground import ACCOUNT, POOL, PREFIX, SUBNET, SUBSCRIPTION, VAULT, WELL
from troubleshooter.simulator.scenarios.looked_at.networks import having

if TYPE_CHECKING:
    from collections.abc import Callable

_GROUP = ACCOUNT.id.partition("/providers/")[0]
_OTHER = f"{_GROUP}-network"
_OTHER_SUBNET = SUBNET.replace(_GROUP, _OTHER)
_NETWORK = (
    networks.network(networks.network_of(_OTHER_SUBNET), "10.20.0.0/16"),
    networks.subnet(_OTHER_SUBNET, PREFIX),
)


def _in_other_group(body: dict[str, Any]) -> dict[str, Any]:
    body["properties"]["networkConfiguration"]["subnetId"] = _OTHER_SUBNET
    return body


def _world(
    name: str,
    summary: str,
    scope: str,
    level: str,
    *there: Resource,
    body: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
) -> Scenario:
    lock = Resource(f"{scope}/providers/Microsoft.Authorization/locks/keep", {"level": level}, None)
    conditions = having(WELL, *there, lock)
    return Scenario(name, summary, conditions, body=body) if body else Scenario(name, summary, conditions)


READ_ONLY = _world("account-read-only", "A lock on the account lets it be read alone", ACCOUNT.id, "ReadOnly")
NOT_DELETE = _world(
    "account-not-deleted", "A lock on the account keeps it and all in it", ACCOUNT.id, "CanNotDelete"
)
GROUP = _world("group-locked", "A lock lies on the account's group", _GROUP, "CanNotDelete")
SUBSCRIPTION_WIDE = _world(
    "subscription-locked", "A lock lies on the subscription", f"/subscriptions/{SUBSCRIPTION}", "ReadOnly"
)
NETWORK_GROUP = _world(
    "network-group-locked",
    "A lock lies on the group of the pool's network, which is another one",
    _OTHER,
    "ReadOnly",
    *_NETWORK,
    body=_in_other_group,
)
NETWORK_GROUP_UNUSED = _world(
    "network-group-unused",
    "The same group is locked, and the pool is in no network",
    _OTHER,
    "ReadOnly",
    *_NETWORK,
)
POOL_ITSELF = _world("pool-locked", "A lock lies on the pool", f"{ACCOUNT.id}/pools/{POOL}", "CanNotDelete")
ANOTHER_POOL = _world(
    "another-pool-locked", "A lock lies on another pool", f"{ACCOUNT.id}/pools/{POOL}-2", "CanNotDelete"
)
VAULT_ALONE = _world("vault-locked", "A lock lies on the vault", VAULT.id, "CanNotDelete")
ANOTHER_ACCOUNT = _world(
    "another-account-locked",
    "A lock lies on an account whose name begins alike",
    f"{ACCOUNT.id}2",
    "ReadOnly",
)
