"""Every answer of the simulated Azure against Microsoft's OpenAPI files."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.contract import digest
from tests.contract.client import Client
from tests.contract.openapi import Description
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.wire import routes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.contract.openapi import Answered
    from troubleshooter.simulator.server import Simulator
    from troubleshooter.simulator.wire.exchange import Route

NAT_POOL = {
    "name": "ssh",
    "protocol": "TCP",
    "backendPort": 22,
    "frontendPortRangeStart": 40000,
    "frontendPortRangeEnd": 40099,
    "networkSecurityGroupRules": [
        {"priority": 150, "access": "Allow", "sourceAddressPrefix": "127.0.0.1/32"},
        {"priority": 4000, "access": "Deny", "sourceAddressPrefix": "*"},
    ],
}

DEVIATIONS = {
    "settings": "described as a map of strings; Key Vault's settings are nested, and samples show them so",
    "odata.metadata": "recorded in every body, and the documented samples have it; the files do not name it",
    "provision": "recorded with capitals, BatchManaged; described without",
    "dynamicVnetAssignmentScope": "recorded of ARM with a capital, None; described without",
    "nodeFillType": "recorded with a capital, Spread; described without",
    "caching": "recorded with a capital, None; described without",
    "ipv6Address": "described as required; recorded only of nodes in pools with both families",
    "lastBootTime": "described as required; not recorded of nodes that do not run yet",
}
"""Names of properties in whose place an answer may differ from the data plane's file, and why."""


@pytest.fixture(scope="session")
def arm() -> Description:
    return Description("batch-arm")


@pytest.fixture(scope="session")
def batch() -> Description:
    return Description("batch-data")


def debug_pool(client: Client) -> dict[str, Any]:
    """The scenario's pool, made again so that its nodes come up and may be signed in to."""
    read = client.arm("GET", client.connection["pool_id"]).body
    body = {key: copy.deepcopy(read[key]) for key in ("properties", "identity", "tags") if key in read}
    machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    for extension in [one for one in machine.get("extensions", []) if "KeyVault" in one["type"]][:1]:
        extension["settings"] = scenarios.working_settings()
        extension["settings"]["secretsManagementSettings"]["requireInitialSync"] = False
    body["properties"].pop("startTask", None)
    body["properties"]["networkConfiguration"]["endpointConfiguration"] = {"inboundNatPools": [NAT_POOL]}
    return body


def walk(client: Client) -> None:
    """Ask everything once, on the scenario's pool and on one made from it, and remove that one."""
    account = client.account_path
    client.arm("GET", account.rpartition("/")[0])
    client.arm("GET", f"{account.partition('/resourceGroups/')[0]}/providers/Microsoft.Batch/batchAccounts")
    client.arm("GET", account)
    client.arm("GET", f"{account}/pools")
    region = f"{account.partition('/resourceGroups/')[0]}/providers/Microsoft.Batch/locations/westeurope"
    client.arm("GET", f"{region}/virtualMachineSkus")
    client.arm("PUT", f"{account}/pools/debug", debug_pool(client), headers={"If-None-Match": "*"})
    client.arm("PATCH", f"{account}/pools/debug", {"properties": {"metadata": [{"name": "a", "value": "b"}]}})
    for _ in range(6):
        client.arm("GET", f"{account}/pools/debug")
        client.batch("GET", "/pools/debug")
    for path in (
        "/supportedimages",
        "/pools",
        "/nodecounts",
        "/jobs",
        "/jobs/nightly-frames",
        "/jobs/proof-frames",
    ):
        client.batch("GET", path)
    walk_jobs(client)
    for pool in (client.connection["pool"], "debug"):
        walk_nodes(client, pool)
    walk_tasks(client, "debug")
    client.batch("DELETE", "/pools/debug", headers={"If-Match": "0x1"})
    client.batch("DELETE", "/pools/debug")
    client.arm("DELETE", f"{account}/pools/debug")
    client.arm("GET", f"{account}/pools/debug")
    client.batch("GET", "/pools/debug/nodes")
    client.arm("DELETE", f"{account}/pools/absent")
    client.arm("PUT", f"{account}/pools/next", debug_pool(client))
    client.arm("DELETE", f"{account}/pools/next")


def walk_jobs(client: Client) -> None:
    info = {"poolInfo": {"poolId": client.connection["pool"]}}
    client.batch("POST", "/jobs", {"id": "walked", **info})
    client.batch("POST", "/jobs", {"id": "walked", **info})
    client.batch("POST", "/jobs/walked/disable", {"disableTasks": "requeue"})
    for _ in range(3):
        client.batch("GET", "/jobs/walked")
    client.batch("POST", "/jobs/walked/disable", {"disableTasks": "never"})
    client.batch("POST", "/jobs/walked/enable")
    client.batch("POST", "/jobs/walked/terminate")
    for _ in range(3):
        client.batch("GET", "/jobs/walked")
    client.batch("POST", "/jobs/walked/enable")
    client.batch("POST", "/jobschedules", {"id": "hourly", "jobSpecification": info, "schedule": {}})
    client.batch("GET", "/jobschedules")
    client.batch("POST", "/jobschedules/hourly/disable")
    client.batch("GET", "/jobschedules/hourly")
    client.batch("POST", "/jobschedules/hourly/enable")
    client.batch("POST", "/jobschedules/absent/enable")


def walk_tasks(client: Client, pool: str) -> None:
    """One that ends well and one that does not, with what they leave; on a pool whose nodes are idle."""
    job = {
        "id": "tasked",
        "poolInfo": {"poolId": pool},
        "constraints": {"maxWallClockTime": "PT10M", "maxTaskRetryCount": 0},
        "onAllTasksComplete": "noaction",
        "commonEnvironmentSettings": [{"name": "SAID", "value": "hello"}],
        "metadata": [{"name": "a", "value": "b"}],
    }
    client.batch("POST", "/jobs", job)
    client.batch("POST", "/jobs/tasked/tasks", {"id": "well", **_task("printf %s $SAID; touch left")})
    client.batch("POST", "/jobs/tasked/tasks", {"id": "ill", **_task("exit 3")})
    client.batch("POST", "/jobs/tasked/tasks", {"id": "long", **_task("sleep 60")})
    client.batch("POST", "/jobs/tasked/tasks", {"id": "well", **_task("true")})
    client.batch("GET", "/jobs/tasked/tasks/well")
    for _ in range(3):
        client.batch("GET", "/jobs/tasked/tasks")
    client.batch("GET", "/jobs/tasked/tasks/absent")
    for name in ("stdout.txt", "wd%2Fleft", "wd", "..%2Fwell%2Fstdout.txt", "absent"):
        client.batch("HEAD", f"/jobs/tasked/tasks/well/files/{name}")
        client.batch("GET", f"/jobs/tasked/tasks/well/files/{name}", headers={"ocp-range": "bytes=0-3"})
    client.batch("GET", "/jobs/tasked/tasks/well/files", query={"recursive": "true"})
    client.batch("GET", "/jobs/tasked/tasks/well/files")
    client.batch("POST", "/jobs/tasked/tasks/long/terminate")
    client.batch("POST", "/jobs/tasked/tasks/long/terminate")
    client.batch("GET", "/jobs/tasked/tasks/long")
    client.batch("DELETE", "/jobs/tasked/tasks/well")
    client.batch("PATCH", "/jobs/tasked", {"onAllTasksComplete": "terminatejob"})
    client.batch("GET", "/jobs/tasked")
    client.batch("DELETE", "/jobs/tasked")
    for _ in range(4):
        client.batch("GET", "/jobs/tasked")


def _task(command: str) -> dict[str, Any]:
    return {
        "commandLine": f"/bin/sh -c '{command}'",
        "userIdentity": {"autoUser": {"scope": "pool", "elevationLevel": "admin"}},
        "constraints": {"maxWallClockTime": "PT1M", "retentionTime": "PT1H", "maxTaskRetryCount": 0},
    }


def walk_nodes(client: Client, pool: str) -> None:
    listed = client.batch("GET", f"/pools/{pool}/nodes", query={"maxresults": "1"})
    for found in listed.body["value"]:
        walk_node(client, f"/pools/{pool}/nodes/{found['id']}")
    while "odata.nextLink" in listed.body:
        listed = client.batch_link(listed.body["odata.nextLink"])
        for found in listed.body["value"]:
            walk_node(client, f"/pools/{pool}/nodes/{found['id']}")


def walk_node(client: Client, node: str) -> None:
    key = {"sshPublicKey": "ssh-ed25519 AAAA somebody"}
    client.batch("GET", node)
    client.batch("GET", f"{node}/extensions")
    client.batch("GET", f"{node}/extensions/KeyVaultForLinux")
    client.batch("GET", f"{node}/extensions/none")
    client.batch("POST", f"{node}/users", {"name": "somebody", "isAdmin": True, **key})
    client.batch("POST", f"{node}/users", {"name": "somebody", **key})
    client.batch("POST", f"{node}/users", {"name": "other", "sshPublicKey": "nonsense"})
    client.batch("PUT", f"{node}/users/somebody", key)
    client.batch("PUT", f"{node}/users/nobody", key)
    client.batch("GET", f"{node}/remoteloginsettings")
    client.batch("DELETE", f"{node}/users/somebody")
    client.batch("DELETE", f"{node}/users/somebody")


def unexplained(description: Description, answers: list[Answered]) -> list[str]:
    """What the description does not allow and no named deviation explains."""
    return [
        f"{answered.method} {answered.url.partition('?')[0]} {answered.status} at /{place}: {why}"
        for answered in answers
        for place, why in description.problems(answered)
        if not any(_explains(name, place, why) for name in DEVIATIONS)
    ]


def _explains(name: str, place: str, why: str) -> bool:
    told = (f"('{name}' was unexpected)", f"'{name}' is a required property")
    return name in place.split("/") or any(each in why for each in told)


def never_answered(routes: tuple[Route, ...], answers: list[Answered]) -> list[str]:
    """Routes for which no answer was a success."""
    good = [(answered.method, urlsplit(answered.url).path) for answered in answers if answered.status < 400]
    return [
        f"{route.method} {route.pattern.pattern}"
        for route in routes
        if not any(route.method == method and route.pattern.fullmatch(path) for method, path in good)
    ]


SHAPES = {scenario.name for scenario in scenarios.FIRST} | {
    "dependent-extension",
    "node-extension-failed",
    "package-missing",
    "settings-as-text",
    "spot-quota",
    "start-task-failed",
    "var-noexec",
    "version-unknown",
    "vm-agent-absent",
    "windows-healthy",
}
"""Scenarios of which each has answers of a shape that the others lack."""
KEPT_OUT = {"account-without-entra": 401, "private-account": 403}
"""Those whose data plane lets nobody in: there is nothing on it to walk through. With what it refuses."""


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(name, marks=() if name in SHAPES else pytest.mark.slow)
        for name in sorted(set(scenarios.SCENARIOS) - {"odd-shapes"} - KEPT_OUT.keys())
    ],
)
def test_every_answer_is_as_described(
    scenario: str,
    simulator: Callable[..., Simulator],
    arm: Description,
    batch: Description,
) -> None:
    client = Client(simulator(scenario).connection)
    walk(client)
    assert unexplained(arm, client.arm_answers) == []
    assert unexplained(batch, client.batch_answers) == []
    assert {answered.status for answered in client.batch_answers} >= {200, 404}


@pytest.mark.parametrize(("scenario", "status"), KEPT_OUT.items())
def test_a_data_plane_that_lets_nobody_in_refuses_as_described(
    scenario: str, status: int, simulator: Callable[..., Simulator], arm: Description, batch: Description
) -> None:
    client = Client(simulator(scenario).connection)
    client.arm("GET", client.account_path)
    for path in ("/supportedimages", "/pools", f"/pools/{client.connection['pool']}/nodes", "/jobs"):
        client.batch("GET", path)
    assert unexplained(arm, client.arm_answers) == []
    assert unexplained(batch, client.batch_answers) == []
    assert {answered.status for answered in client.batch_answers} == {status}


def test_the_walk_leaves_no_route_out(simulator: Callable[..., Simulator]) -> None:
    client = Client(simulator("vault-rbac-denied").connection)
    walk(client)
    client.arm("DELETE", client.connection["pool_id"])
    client.arm("GET", f"{client.account_path}/poolOperationResults/delete-render-pool-1")
    assert never_answered(routes.ARM, client.arm_answers) == []
    assert never_answered(routes.BATCH, client.batch_answers) == []


def test_odd_shapes_differ_where_the_documentation_shows_them_odd_and_nowhere_else(
    simulator: Callable[..., Simulator],
    arm: Description,
    batch: Description,
) -> None:
    client = Client(simulator("odd-shapes").connection)
    walk(client)
    assert unexplained(arm, client.arm_answers) == []
    odd = {line.partition(" at /")[2].partition(":")[0] for line in unexplained(batch, client.batch_answers)}
    assert {place.rpartition("/")[2] for place in odd} == {"level"}
    shown = [
        a.body
        for a in client.batch_answers
        if a.url.partition("?")[0].endswith("/extensions/KeyVaultForLinux")
    ]
    assert all(isinstance(body["vmExtension"]["settings"], str) for body in shown)
    assert all("provisioningState" not in body for body in shown)
    assert all(body["instanceView"]["name"] != body["vmExtension"]["name"] for body in shown)


def test_refusals_have_the_shape_of_their_plane(
    simulator: Callable[..., Simulator],
    arm: Description,
    batch: Description,
) -> None:
    client = Client(simulator("healthy").connection)
    pool, account = client.connection["pool_id"], client.account_path
    body = debug_pool(client)
    wrong = client.token("https://batch.core.windows.net//.default").body["access_token"]
    refused = [
        client.arm("GET", pool, token="nonsense"),
        client.arm("GET", pool, token=""),
        client.arm("GET", pool, token=wrong),
        client.arm("GET", pool, query={"api-version": "2010-01-01"}),
        client.arm("GET", pool, query={"api-version": ""}),
        client.arm("GET", f"{account}/pools/absent"),
        client.arm("GET", f"{account}absent"),
        client.arm("GET", pool.replace("rg-contoso-batch", "absent")),
        client.arm("PUT", pool, body, headers={"If-None-Match": "*"}),
        client.arm("PUT", pool, body, headers={"If-Match": '"0x1"'}),
        client.arm("PUT", pool, body),
        client.arm("PUT", f"{account}/pools/other", b"{"),
        client.arm("PUT", f"{account}/pools/other", {"properties": {}}),
        client.batch("GET", "/pools", token="nonsense"),
        client.batch("GET", "/pools", query={"api-version": "2010-01-01"}),
        client.batch("GET", "/pools/absent"),
        client.batch("GET", "/jobs/absent"),
        client.batch("GET", "/pools", query={"maxresults": "0"}),
        client.batch("GET", "/pools", query={"$filter": "nonsense"}),
    ]
    for status in (401, 403, 429, 500, 503):
        client.control("POST", "/fault", {"match": "GET .*", "status": status, "times": 2, "retry_after": 0})
        refused += [client.arm("GET", pool), client.batch("GET", "/pools")]
    assert [answered.status for answered in refused if answered.status < 400] == []
    assert unexplained(arm, client.arm_answers) == []
    assert unexplained(batch, client.batch_answers) == []


def test_the_description_finds_a_made_up_field(
    simulator: Callable[..., Simulator],
    arm: Description,
) -> None:
    client = Client(simulator("healthy").connection)
    answered = client.arm("GET", client.connection["pool_id"])
    answered.body["properties"]["madeUp"] = 1
    answered.body["properties"]["vmSize"] = 2
    assert {place for place, _ in arm.problems(answered)} == {"properties", "properties/vmSize"}


@pytest.mark.parametrize("plane", digest.SOURCES)
def test_the_digest_is_what_the_official_file_gives(plane: str, ground_truth: Path) -> None:
    assert digest.kept(plane) == digest.digest(ground_truth / "spec", plane)


def test_the_documented_example_pools_are_taken_and_shown_as_described(
    simulator: Callable[..., Simulator],
    ground_truth: Path,
    arm: Description,
    batch: Description,
) -> None:
    client = Client(simulator("healthy").connection)
    examples = sorted((ground_truth / "spec/batch-arm/2025-06-01/examples").glob("PoolCreate_*.json"))
    for example in examples:
        body = json.loads(example.read_text(encoding="utf-8"))["parameters"]["parameters"]
        if "identity" in body:
            known = client.arm("GET", client.connection["pool_id"]).body["identity"]
            body["identity"] = known
        name = example.stem[:60]
        made = client.arm("PUT", f"{client.account_path}/pools/{name}", body)
        shown = client.batch("GET", f"/pools/{name}")
        assert (example.stem, made.status, shown.status) == (example.stem, 200, 200)
    assert len(examples) > 10
    assert unexplained(arm, client.arm_answers) == []
    assert unexplained(batch, client.batch_answers) == []
