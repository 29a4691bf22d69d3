"""Faults planted in the simulated Azure: what the product makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.flows.cloud.test_methods import KEY, debug_body, idle_node
from troubleshooter.errors import Interrupted, NotPermitted, ServiceRefusal

if TYPE_CHECKING:
    import threading

    from tests.flows.cloud.world import World
    from troubleshooter.cloud.azure import Azure


def test_throttling_and_outages_are_waited_out(azure: Azure, world: World, troubles: list[str]) -> None:
    world.plant("GET /pools/[^/]+$", status=429, times=2, retry_after=0)
    world.plant("GET /batchAccounts/[^/]+$", status=503, times=1, retry_after=0)
    azure.arm.account(world.target)
    azure.arm.pool(world.target)
    assert troubles == [
        "ARM answered 503; trying again in 0.05 s (1 of 6)",
        "ARM answered 429; trying again in 0.05 s (1 of 6)",
        "ARM answered 429; trying again in 0.05 s (2 of 6)",
    ]


def test_an_expired_token_is_renewed_on_both_planes(azure: Azure, world: World, troubles: list[str]) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    world.plant("GET /pools/[^/]+$", status=401)
    world.plant("GET /nodes$", status=401)
    azure.arm.pool(world.target)
    assert len(azure.batch.nodes(endpoint, world.target.pool)) == 2
    assert troubles == []


def test_a_token_that_stays_refused(azure: Azure, world: World) -> None:
    world.plant("GET /pools/[^/]+$", status=401, times=2)
    with pytest.raises(NotPermitted):
        azure.arm.pool(world.target)


def test_a_missing_role(azure: Azure, world: World) -> None:
    world.plant("PUT /pools/dbg$", status=403)
    body = debug_body(azure, world)
    with pytest.raises(NotPermitted, match="Azure Batch Data Contributor"):
        azure.arm.create_pool(world.target, "dbg", body)


def test_a_create_whose_answer_was_lost(azure: Azure, world: World) -> None:
    body = debug_body(azure, world)
    world.plant("PUT /pools/dbg$", status=503, after_effect=True, retry_after=0)
    with pytest.raises(ServiceRefusal) as met:
        azure.arm.create_pool(world.target, "dbg", body)
    assert met.value.unsure
    assert azure.arm.pool(world.target, "dbg").body["name"] == "dbg"


def test_a_user_and_a_deletion_whose_answers_were_lost(
    azure: Azure, world: World, cancel: threading.Event
) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    azure.arm.create_pool(world.target, "dbg", debug_body(azure, world))
    node = idle_node(azure, endpoint, "dbg", cancel)
    expiry = datetime.now(UTC) + timedelta(hours=1)
    world.plant("POST /users$", status=500, after_effect=True, retry_after=0)
    with pytest.raises(ServiceRefusal) as met:
        azure.batch.create_user(endpoint, "dbg", node, "tsuser", KEY, expiry)
    assert met.value.unsure
    azure.batch.replace_user(endpoint, "dbg", node, "tsuser", KEY, expiry)
    world.plant("DELETE /users/tsuser$", status=500, after_effect=True, retry_after=0)
    azure.batch.delete_user(endpoint, "dbg", node, "tsuser")
    world.plant("DELETE /pools/dbg$", status=500, after_effect=True, retry_after=0)
    azure.arm.delete_pool(world.target, "dbg")


def test_cancel_is_heard_between_tries(azure: Azure, world: World, cancel: threading.Event) -> None:
    world.plant("GET /pools/[^/]+$", status=503, times=6, retry_after=200)
    azure._caller._on_trouble = lambda _: cancel.set()
    with pytest.raises(Interrupted):
        azure.arm.pool(world.target)
