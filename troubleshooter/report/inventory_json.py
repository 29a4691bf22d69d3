"""The list of pools as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from troubleshooter.errors import ExitCode
    from troubleshooter.model.inventory import Inventory, PoolHealth, Unread


def inventory_json(inventory: Inventory, code: ExitCode) -> dict[str, Any]:
    """`code` is what the command ends with."""
    return {
        "version": 1,
        "exit": int(code),
        "subscriptions": [
            {
                "id": one.id,
                "name": one.name,
                "state": one.state,
                "accounts": [
                    {"id": account.id, "name": account.name, "location": account.location}
                    for account in inventory.accounts
                    if account.subscription == one.id
                ],
            }
            for one in inventory.subscriptions
        ],
        "pools": [_pool(inventory, pool) for pool in inventory.pools],
        "unread": [_unread(one) for one in inventory.unread],
    }


def _pool(inventory: Inventory, pool: PoolHealth) -> dict[str, Any]:
    target, seen = pool.target, pool.extension
    return {
        "id": target.resource_id,
        "pool": target.pool,
        "account": target.account,
        "resource_group": target.resource_group,
        "subscription": target.subscription,
        "subscription_name": inventory.named(target.subscription),
        "health": pool.health.value,
        "why": pool.why,
        "nodes": dict(pool.nodes),
        "wanted_nodes": pool.wanted,
        "since": pool.since or None,
        "has_extension": pool.has_extension,
        "extension": {
            "name": seen.name,
            "status": seen.status.value,
            "message": seen.message,
            "node": seen.node,
        }
        if seen
        else None,
        "unread": pool.unread or None,
    }


def _unread(one: Unread) -> dict[str, Any]:
    return {"id": one.place or None, "what": one.what, "why": one.why, "do": one.do}
