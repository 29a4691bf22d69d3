"""Batch accounts of several subscriptions, each with pools as a test needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.scenarios import POOL, SCENARIOS, SINCE, build, pool_body
from troubleshooter.simulator.scenarios.ground import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.simulator.scenarios import Scene

SECOND = "8c2f6a04-5e91-4d37-a8b3-f0d17c6e2b59"
THIRD = "b1d5e3a7-2c48-4f60-9a7e-5c0d9e8f1a23"


def account(
    name: str,
    scenario: str = "healthy",
    *,
    subscription: str = SUBSCRIPTION,
    pools: tuple[str, ...] = (POOL,),
    nodes: int = 1,
    **account: Any,
) -> Scene:
    """One whose pools are all as that scenario's; `account` is what is special in the account itself."""
    scene = build(scenario, nodes, FAST)
    scene.world.account = replace(scene.world.account, name=name, subscription=subscription, **account)
    del scene.world.pools[POOL]
    for pool in pools:
        scene.world.found_pool(pool, pool_body(SCENARIOS[scenario], nodes), SINCE)
    return scene


def usual() -> tuple[Scene, ...]:
    """Two subscriptions, three accounts, five pools: one well, one whose role is missing, three misspelt."""
    return (
        account("contosobatch", pools=("good",)),
        account("contosoother", "vault-rbac-denied", pools=("etl",)),
        account("fabrikambatch", "polling-interval-number", subscription=SECOND, pools=("a", "b", "etl")),
    )


def many() -> Iterator[Scene]:
    """Sixty pools in three subscriptions, two accounts each; every fourth pool is ill."""
    for number, subscription in enumerate((SUBSCRIPTION, SECOND, THIRD)):
        for scenario, pools in (("healthy", 15), ("vault-rbac-denied", 5)):
            name = f"batch{scenario[:4]}{number}"
            yield account(
                name, scenario, subscription=subscription, pools=tuple(f"{name}-{n:02}" for n in range(pools))
            )
