"""How the real service was recorded to answer, where documents say otherwise or nothing: each held by itself.

The recordings themselves are not part of the repository: tests/recordings compares every field with them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.client import Client
from troubleshooter.simulator.around.clock import REAL
from troubleshooter.simulator.scenarios import POOL, build
from troubleshooter.simulator.wire import batch_api
from troubleshooter.simulator.world.filled_in import filled_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator

RULE = {"priority": 150, "access": "Allow", "sourceAddressPrefix": "*"}


def nat_pool(name: str, port: int, start: int, protocol: str = "TCP") -> dict[str, Any]:
    return {
        "name": name,
        "protocol": protocol,
        "backendPort": port,
        "frontendPortRangeStart": start,
        "frontendPortRangeEnd": start + 100,
    }


@pytest.fixture
def client(simulator: Callable[..., Simulator]) -> Client:
    return Client(simulator("healthy", nodes=1).connection)


def make(client: Client, *nat_pools: dict[str, Any], **network: Any) -> str:
    """A pool like the scenario's own, with other ways in; the path of its node, which is idle."""
    body = client.arm("GET", client.connection["pool_id"]).body
    endpoints = {"endpointConfiguration": {"inboundNatPools": list(nat_pools)}} if nat_pools else {}
    body["properties"]["networkConfiguration"] = {**endpoints, **network}
    made = client.arm("PUT", f"{client.account_path}/pools/made", body)
    assert made.status == 200, made.body
    for _ in range(4):
        nodes = client.batch("GET", "/pools/made/nodes").body["value"]
    return f"/pools/made/nodes/{nodes[0]['id']}"


def test_each_poll_of_a_deletion_names_another_signed_address_and_the_last_is_an_empty_200(
    client: Client,
) -> None:
    started = client.arm("DELETE", client.connection["pool_id"])
    location = started.headers["Location"]
    answers = [client.arm_link(location) for _ in range(6)]
    locations = [location, *(each.headers["Location"] for each in answers if each.status == 202)]
    assert len(set(locations)) == len(locations) > 1
    for each in locations:
        assert urlsplit(each).path.endswith(f"/poolOperationResults/delete-{POOL}")
        query = parse_qs(urlsplit(each).query)
        assert [len(query[name][0]) for name in ("t", "c", "s", "h")] == [18, 2700, 342, 43]
    assert (answers[-1].status, answers[-1].body) == (200, None)


def test_under_the_real_clock_no_read_says_when_to_ask_again() -> None:
    world = build("healthy", 1, REAL).world
    assert batch_api.hint(world, moving=True) == {}


def test_the_real_clock_is_silent_of_a_pool_that_is_being_made(simulator: Callable[..., Simulator]) -> None:
    client = Client(simulator("healthy", nodes=1, speed="real").connection)
    body = client.arm("GET", client.connection["pool_id"]).body
    made = client.arm("PUT", f"{client.account_path}/pools/made", body)
    reads = [
        made,
        client.arm("GET", f"{client.account_path}/pools/made"),
        client.batch("GET", "/pools/made"),
        client.batch("GET", "/pools/made/nodes"),
    ]
    assert made.body["properties"]["allocationState"] == "Resizing"
    reads.append(client.batch("DELETE", f"/pools/{POOL}"))
    assert [each.headers.get("Retry-After") for each in reads] == [None] * 5
    assert "Retry-After" in client.arm("DELETE", f"{client.account_path}/pools/made").headers


def test_a_node_has_an_ipv6_address_only_in_a_pool_with_both_families(client: Client) -> None:
    assert "ipv6Address" not in client.batch("GET", make(client)).body
    both = {"publicIPAddressConfiguration": {"ipFamilies": ["IPv6", "IPv4"]}}
    client.arm("DELETE", f"{client.account_path}/pools/made")
    for _ in range(4):
        client.batch("GET", "/pools/made")
    node = make(client, nat_pool("ssh", 22, 15000), **both)
    found = client.batch("GET", node).body
    assert found["ipv6Address"].startswith("fd00::")
    assert [each["name"] for each in found["endpointConfiguration"]["inboundEndpoints"]] == [
        "ssh.0", "ssh-ipv6.0"
    ]  # fmt: skip
    assert "ipv6RemoteLoginPort" in client.batch("GET", f"{node}/remoteloginsettings").body


def test_a_node_says_by_which_ports_it_is_reached(client: Client) -> None:
    found = client.batch(
        "GET", make(client, nat_pool("odd", 6000, 60000, "UDP"), nat_pool("ssh", 22, 15000))
    ).body
    endpoints = found["endpointConfiguration"]["inboundEndpoints"]
    assert [
        (each["name"], each["protocol"], each["frontendPort"], each["backendPort"]) for each in endpoints
    ] == [
        ("odd.0", "udp", 60000, 6000),
        ("ssh.0", "tcp", endpoints[1]["frontendPort"], 22),
    ]
    odd, ssh = endpoints
    assert odd["publicFQDN"].endswith(".cloudapp.azure.com")
    assert (ssh["publicIPAddress"], ssh["publicFQDN"]) == ("127.0.0.1", "localhost")  # reached here


def test_a_node_that_does_not_run_yet_has_not_booted(client: Client) -> None:
    body = client.arm("GET", client.connection["pool_id"]).body
    client.arm("PUT", f"{client.account_path}/pools/made", body)
    looks = [client.batch("GET", "/pools/made/nodes").body["value"][0] for _ in range(4)]
    booted = [(each["state"], "lastBootTime" in each, "nodeAgentInfo" in each) for each in looks]
    assert booted == [
        ("creating", False, False), ("starting", False, False), ("idle", True, True), ("idle", True, True)
    ]  # fmt: skip


def test_batchs_own_extension_is_among_a_nodes_and_one_that_has_not_reported_has_an_empty_view(
    client: Client,
) -> None:
    body = client.arm("GET", client.connection["pool_id"]).body
    client.arm("PUT", f"{client.account_path}/pools/made", body)
    node = client.batch("GET", "/pools/made/nodes").body["value"][0]
    found = client.batch("GET", f"/pools/made/nodes/{node['id']}/extensions").body["value"]
    assert [each["vmExtension"]["name"] for each in found] == ["KeyVaultForLinux", "batchNodeExtension"]
    assert [each["instanceView"] for each in found] == [{}, {}]
    assert [each["vmExtension"]["enableAutomaticUpgrade"] for each in found] == [False, False]


def test_arm_fills_in_what_was_not_asked_for() -> None:
    asked = {
        "vmSize": "Standard_d4s_v3",
        "scaleSettings": {"fixedScale": {"targetDedicatedNodes": 3}},
        "networkConfiguration": {
            "publicIPAddressConfiguration": {"ipFamilies": ["IPv6", "IPv4"]},
            "endpointConfiguration": {
                "inboundNatPools": [{**nat_pool("ssh", 22, 15000), "networkSecurityGroupRules": [RULE]}]
            },
        },
        "startTask": {"commandLine": "true", "userIdentity": {"autoUser": {"elevationLevel": "Admin"}}},
        "deploymentConfiguration": {"virtualMachineConfiguration": {"osDisk": {"managedDisk": {}}}},
    }
    got = filled_in(asked)
    assert got["vmSize"] == "STANDARD_D4S_V3"
    assert (got["interNodeCommunication"], got["taskSlotsPerNode"]) == ("Disabled", 1)
    assert got["taskSchedulingPolicy"] == {"nodeFillType": "Spread", "jobDefaultOrder": "None"}
    assert got["scaleSettings"]["fixedScale"] == {
        "targetDedicatedNodes": 3,
        "targetLowPriorityNodes": 0,
        "resizeTimeout": "PT15M",
    }
    network = got["networkConfiguration"]
    assert (network["dynamicVnetAssignmentScope"], network["enableAcceleratedNetworking"]) == ("None", False)
    assert network["publicIPAddressConfiguration"]["ipFamilies"] == ["IPv4", "IPv6"]
    (ssh,) = network["endpointConfiguration"]["inboundNatPools"]
    assert ssh["networkSecurityGroupRules"] == [{**RULE, "sourcePortRanges": ["*"]}]
    start = got["startTask"]
    assert (start["maxTaskRetryCount"], start["waitForSuccess"]) == (0, True)
    assert start["userIdentity"]["autoUser"] == {"elevationLevel": "Admin", "scope": "Pool"}
    disk = got["deploymentConfiguration"]["virtualMachineConfiguration"]["osDisk"]
    assert disk == {"caching": "None", "managedDisk": {"storageAccountType": "Standard_LRS"}}
    assert "startTask" not in filled_in({"vmSize": "x"})
    assert "sourcePortRanges" not in RULE, "what was asked for is left as it was"


def test_what_was_asked_for_comes_back_filled_in(client: Client) -> None:
    body = client.arm("GET", client.connection["pool_id"]).body
    for name in ("interNodeCommunication", "taskSlotsPerNode", "taskSchedulingPolicy"):
        body["properties"].pop(name, None)
    body["properties"]["scaleSettings"] = {"autoScale": {"formula": "$TargetDedicatedNodes = 1;"}}
    path = f"{client.account_path}/pools/made"
    made = client.arm("PUT", path, body).body["properties"]
    assert made["interNodeCommunication"] == "Disabled"
    assert made["scaleSettings"]["autoScale"]["evaluationInterval"] == "PT15M"
    kept = ("interNodeCommunication", "taskSlotsPerNode", "taskSchedulingPolicy", "scaleSettings")
    read = client.arm("GET", path).body["properties"]
    assert {name: read[name] for name in kept} == {name: made[name] for name in kept}


def test_what_was_asked_for_is_not_filled_over() -> None:
    policy = {"nodeFillType": "Pack", "jobDefaultOrder": "CreationTime"}
    asked = {"vmSize": "X", "taskSlotsPerNode": 4, "taskSchedulingPolicy": policy}
    got = filled_in(asked)
    assert {name: got[name] for name in asked} == asked


@pytest.mark.parametrize("option", ["Requeue", "Terminate"])
def test_a_resize_tells_the_deallocation_option_that_the_definition_hides(
    client: Client, option: str
) -> None:
    body = client.arm("GET", client.connection["pool_id"]).body
    scale = body["properties"]["scaleSettings"]["fixedScale"]
    scale["resizeTimeout"] = "PT25M"
    if option != "Requeue":
        scale["nodeDeallocationOption"] = option
    shown = client.arm("PUT", f"{client.account_path}/pools/made", body).body["properties"]
    status = shown["resizeOperationStatus"]
    assert list(status) == ["targetDedicatedNodes", "nodeDeallocationOption", "resizeTimeout", "startTime"]
    assert (status["nodeDeallocationOption"], status["resizeTimeout"]) == (option, "PT25M")
    assert "nodeDeallocationOption" not in shown["scaleSettings"]["fixedScale"]


@pytest.mark.parametrize(("method", "kind"), [("GET", "reads"), ("PUT", "writes"), ("DELETE", "deletes")])
def test_arm_says_how_many_such_requests_are_left(client: Client, method: str, kind: str) -> None:
    headers = client.arm(method, client.connection["pool_id"], {} if method == "PUT" else None).headers
    left = {name for name in headers if name.startswith("x-ms-ratelimit-remaining-subscription-")}
    assert {name.rpartition("subscription-")[2] for name in left} == {kind, f"global-{kind}"}


def test_arms_answers_are_not_to_be_kept_and_name_their_way(client: Client) -> None:
    headers = client.arm("GET", client.connection["pool_id"]).headers
    assert (headers["Cache-Control"], headers["Expires"], headers["X-Cache"]) == (
        "no-cache", "-1", "CONFIG_NOCACHE"
    )  # fmt: skip
    assert headers["x-ms-request-id"] in headers["x-ms-routing-request-id"]
    assert headers["ETag"].startswith('W/"')


def test_every_answer_of_the_data_plane_says_what_it_is_of(client: Client) -> None:
    told = {
        path: client.batch("GET", path).body["odata.metadata"].partition("$metadata#")[2]
        for path in ("/pools", f"/pools/{POOL}", f"/pools/{POOL}/nodes", "/jobs", "/pools/absent")
    }
    assert list(told.values()) == [
        "pools",
        "pools/@Element",
        "nodes",
        "jobs",
        "Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element",
    ]
    headers = client.batch("GET", "/pools").headers
    assert headers["Content-Type"] == "application/json; odata=minimalmetadata"
    assert headers["Server"] == "Microsoft-HTTPAPI/2.0"


def test_an_etag_is_weak_and_quoted_in_arm_and_bare_in_the_data_plane(client: Client) -> None:
    of_arm = client.arm("GET", client.connection["pool_id"])
    of_batch = client.batch("GET", f"/pools/{POOL}")
    bare = of_batch.headers["ETag"]
    assert bare.startswith("0x")
    assert of_batch.body["eTag"] == bare
    assert of_arm.headers["ETag"] == of_arm.body["etag"] == f'W/"{bare}"'


def test_a_pool_without_identities_names_none(client: Client) -> None:
    body = client.arm("GET", client.connection["pool_id"]).body
    del body["identity"]
    client.arm("PUT", f"{client.account_path}/pools/made", body)
    assert "identity" not in client.batch("GET", "/pools/made").body
    assert client.batch("GET", f"/pools/{POOL}").body["identity"]["type"] == "UserAssigned"


def test_with_only_another_port_mapped_its_address_is_given_for_signing_in(client: Client) -> None:
    found = client.batch("GET", f"{make(client, nat_pool('rdp', 3389, 15000))}/remoteloginsettings")
    assert found.status == 200
    assert found.body["remoteLoginIPAddress"].startswith("203.0.113.")
    assert found.body["remoteLoginPort"] == 15000


def test_with_no_port_mapped_there_is_no_address(client: Client) -> None:
    assert client.batch("GET", f"{make(client)}/remoteloginsettings").status == 409


def test_a_change_of_a_job_says_of_which_job_and_how_it_is_now(client: Client) -> None:
    for change, body in (("disable", {"disableTasks": "requeue"}), ("enable", None)):
        answered = client.batch("POST", f"/jobs/nightly-frames/{change}", body)
        assert answered.headers["DataServiceId"].endswith(f"/jobs/nightly-frames/{change}")
        assert answered.headers["ETag"].startswith("0x")
        assert "Last-Modified" in answered.headers


def test_a_refused_change_gives_its_reason_before_the_property(client: Client) -> None:
    body = client.arm("GET", client.connection["pool_id"]).body
    body["properties"]["displayName"] = "another"
    error = client.arm("PUT", client.connection["pool_id"], body).body["error"]
    assert [each["code"] for each in error["details"]] == ["Reason", "PropertyName", "PropertyPath"]
    assert error["details"][0]["message"] == error["message"]


def test_node_ids_have_the_recorded_form_follow_from_what_was_done_and_never_come_again(
    simulator: Callable[..., Simulator],
) -> None:
    made = []
    for _ in range(2):
        client = Client(simulator("healthy", nodes=12).connection)
        first = client.connection["nodes"]
        body = client.arm("GET", client.connection["pool_id"]).body
        client.arm("DELETE", client.connection["pool_id"])
        while client.batch("GET", f"/pools/{POOL}").status == 200:
            pass
        client.arm("PUT", client.connection["pool_id"], body)
        for _ in range(4):
            nodes = client.batch("GET", f"/pools/{POOL}/nodes").body["value"]
        made.append([*first, *(each["id"] for each in nodes)])
    assert made[0] == made[1]
    assert len(set(made[0])) == 24
    assert all(re.fullmatch("tvmps_[0-9a-f]{64}_d", each) and len(each) == 72 for each in made[0])
