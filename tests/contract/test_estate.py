"""Several Batch accounts in several subscriptions, behind one ARM; and rights that end."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import BATCH_SCOPE, Client
from tests.contract.test_openapi import arm, unexplained  # noqa: F401 - a fixture
from tests.contract.test_resources import skeleton
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.scenarios import POOL, SCENARIOS, SINCE, build, pool_body
from troubleshooter.simulator.scenarios.ground import SUBNET, SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.contract.openapi import Description
    from troubleshooter.simulator.scenarios import Scene
    from troubleshooter.simulator.server import Simulator

SECOND = "8c2f6a04-5e91-4d37-a8b3-f0d17c6e2b59"
BATCH = "providers/Microsoft.Batch/batchAccounts"


def account(name: str, subscription: str, scenario: str, pools: int = 1) -> Scene:
    scene = build(scenario, 1, FAST)
    scene.world.account = replace(scene.world.account, name=name, subscription=subscription)
    for number in range(1, pools):
        scene.world.found_pool(f"{POOL}-{number}", pool_body(SCENARIOS[scenario], 1), SINCE)
    return scene


@pytest.fixture
def client(simulator: Callable[..., Simulator]) -> Client:
    scenes = (
        build("healthy", 1, FAST),
        account("contosoother", SUBSCRIPTION, "vault-rbac-denied"),
        account("fabrikambatch", SECOND, "polling-interval-number", pools=3),
    )
    return Client(simulator(scenes).connection)


def listed(client: Client, path: str, version: str = "2025-06-01") -> list[Any]:
    answered = client.arm("GET", path, query={"api-version": version})
    assert answered.status == 200
    found: list[Any] = answered.body["value"]
    return found


def test_each_subscription_has_its_accounts_and_each_account_its_pools(
    client: Client,
    arm: Description,  # noqa: F811
) -> None:
    shown = [one["subscriptionId"] for one in listed(client, "/subscriptions", "2022-12-01")]
    assert sorted(shown) == sorted([SUBSCRIPTION, SECOND])
    client.arm_answers.clear()
    own, other = (listed(client, f"/subscriptions/{one}/{BATCH}") for one in (SUBSCRIPTION, SECOND))
    assert [one["name"] for one in own] == ["contosobatch", "contosoother"]
    assert [one["name"] for one in other] == ["fabrikambatch"]
    assert [len(listed(client, f"{one['id']}/pools")) for one in (*own, *other)] == [1, 1, 3]
    assert unexplained(arm, client.arm_answers) == []


def test_each_account_has_a_data_plane_of_its_own(client: Client) -> None:
    token = client.token(BATCH_SCOPE).body["access_token"]
    states = {}
    for one in (SUBSCRIPTION, SECOND):
        for account in listed(client, f"/subscriptions/{one}/{BATCH}"):
            url = f"https://{account['properties']['accountEndpoint']}/pools/{POOL}/nodes?api-version=2025-06-01"
            body = client.send("GET", url, None, {"Authorization": f"Bearer {token}"}).body
            states[account["name"]] = {node["state"] for node in body["value"]}
    assert states == {"contosobatch": {"idle"}, "contosoother": {"unusable"}, "fabrikambatch": {"unusable"}}


def test_what_is_nowhere_is_found_nowhere(client: Client) -> None:
    absent = f"/subscriptions/{SECOND}/resourceGroups/rg-contoso-batch/{BATCH}/contosobatch"
    assert client.arm("GET", absent).body["error"]["code"] == "ResourceNotFound"
    unknown = client.arm("GET", f"/subscriptions/00000000-0000-0000-0000-000000000009/{BATCH}")
    assert unknown.body["error"]["code"] == "SubscriptionNotFound"


def test_a_right_can_end_in_the_middle(client: Client) -> None:
    place = client.connection["pool_id"]
    assert client.arm("GET", place).status == 200
    client.control("POST", "/operator", {"lacks": ["Microsoft.Batch/batchAccounts/pools/read"]})
    refused = client.arm("GET", place)
    assert refused.status == 403
    assert "'Microsoft.Batch/batchAccounts/pools/read'" in refused.body["error"]["message"]
    assert client.arm("GET", client.account_path).status == 200
    told = client.arm(
        "GET",
        f"{client.account_path}/providers/Microsoft.Authorization/permissions",
        query={"api-version": "2022-04-01"},
    )
    assert told.body["value"][0]["notActions"] == ["Microsoft.Batch/batchAccounts/pools/read"]
    client.control("POST", "/operator", {"lacks": []})
    assert client.arm("GET", place).status == 200
    assert "code" in client.control("POST", "/operator", {"lacks": "all"})["error"]


BATCH_RIGHTS = "Microsoft.Batch/batchAccounts"
REFUSED = (
    ("GET", "/pools", f"{BATCH_RIGHTS}/pools/read"),
    ("GET", f"/pools/{POOL}/nodes", f"{BATCH_RIGHTS}/pools/read"),
    ("DELETE", f"/pools/{POOL}", f"{BATCH_RIGHTS}/pools/delete"),
    ("GET", "/jobs", f"{BATCH_RIGHTS}/jobs/read"),
    ("POST", "/jobs/nightly-frames/disable", f"{BATCH_RIGHTS}/jobs/write"),
    ("GET", "/jobschedules", f"{BATCH_RIGHTS}/jobSchedules/read"),
)
"""Calls of the data plane, and the right that each needs."""


@pytest.mark.parametrize(("method", "path", "action"), REFUSED)
def test_the_data_plane_refuses_whoever_lacks_a_right(
    method: str, path: str, action: str, client: Client
) -> None:
    body = {"disableTasks": "requeue"} if method == "POST" else None
    by_account = [f"{BATCH_RIGHTS}/read", f"{BATCH_RIGHTS}/listKeys/action"]  # which let more, as documented
    client.control("POST", "/operator", {"lacks": [action, *by_account]})
    refused = client.batch(method, path, body)
    assert (refused.status, refused.body["code"]) == (403, "InsufficientAccountPermissions")
    client.control("POST", "/operator", {"lacks": ["Microsoft.KeyVault/*"]})
    assert client.batch(method, path, body).status < 300


@pytest.mark.parametrize(
    "action",
    [
        "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
    ],
)
def test_whoever_may_write_a_pool_and_not_what_it_names_is_refused_as_quoted(
    action: str, client: Client, ground_truth: Path
) -> None:
    errors = json.loads((ground_truth / "spec/quoted-errors/errors.json").read_text(encoding="utf-8"))[
        "errors"
    ]
    known = next(one for one in errors if one["id"] == "arm-403-LinkedAuthorizationFailed-permission")
    body = client.arm("GET", client.connection["pool_id"]).body
    body["properties"]["networkConfiguration"]["subnetId"] = SUBNET
    body = {key: body[key] for key in ("properties", "identity")}
    client.control("POST", "/operator", {"lacks": [action]})
    refused = client.arm("PUT", f"{client.account_path}/pools/another", body)
    assert (refused.status, skeleton(refused.body)) == (known["status"], skeleton(known["body"]))
    assert f"'{action}' on the linked scope(s)" in refused.body["error"]["message"]
    client.control("POST", "/operator", {"lacks": []})
    assert client.arm("PUT", f"{client.account_path}/pools/another", body).status == 200
