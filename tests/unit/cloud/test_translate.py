"""The wire's documented shapes, and its odd ones, as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cloud.scripted_service import Answer
from troubleshooter.cloud import translate
from troubleshooter.errors import GaveUp
from troubleshooter.model.facts import ExtensionStatus, LoginFacts, NodeState, ServiceProblem

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Service
    from troubleshooter.cloud.azure import Azure

NESTED = {"secretsManagementSettings": {"pollingIntervalInS": "3600", "observedCertificates": [{"url": "u"}]}}


def extension(provisioning: str | None = None, *statuses: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"vmExtension": {"name": "kv"}, "instanceView": {"statuses": list(statuses)}}
    return body | ({"provisioningState": provisioning} if provisioning else {})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (extension("Succeeded", {"code": "ProvisioningState/succeeded", "level": "Info"}), "success"),
        (extension(None, {"code": "ProvisioningState/succeeded", "level": 0}), "success"),
        (extension(None, {"code": "ProvisioningState/transitioning", "level": 0}), "transitioning"),
        (extension("Succeeded", {"code": "ProvisioningState/transitioning"}), "transitioning"),
        (extension(None, {"code": "ProvisioningState/failed/3", "level": "Error"}), "error"),
        (extension(None, {"code": "ProvisioningState/succeeded", "level": 2}), "error"),
        (extension("Failed", {"code": "ProvisioningState/succeeded"}), "error"),
        (extension("Creating"), "transitioning"),
        (
            extension(None, {"code": "ProvisioningState/succeeded"}, {"code": "ProvisioningState/failed"}),
            "error",
        ),
        (
            extension(
                "Succeeded",
                {"code": "ProvisioningState/succeeded"},
                {"code": "ProvisioningState/transitioning"},
            ),
            "transitioning",
        ),
        (extension("Failed"), "error"),
        (extension(None, {"code": "Component/x", "level": 1}), "unknown"),
        ({"vmExtension": None, "instanceView": "odd"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_an_extensions_status(body: dict[str, Any], status: str) -> None:
    assert translate.extension(body).status is ExtensionStatus(status)


@pytest.mark.parametrize("settings", [NESTED, '{"secretsManagementSettings": {}}', None])
def test_settings_stay_as_they_came(service: Service, azure: Azure, settings: object) -> None:
    item = {
        "vmExtension": {"name": "KVExtensions", "type": "KeyVaultForLinux", "settings": settings},
        "instanceView": {
            "name": "secretext",
            "statuses": [{"level": 0, "message": "first"}],
            "subStatuses": [],
        },
    }
    service.answer("GET", "/extensions", Answer(body={"value": [item]}))
    (found,) = azure.batch.extensions(service.endpoint, "p", "tvm-1_1-x")
    assert found.raw == item
    assert (found.name, found.message) == ("KVExtensions", "first")


def test_a_nodes_state_and_errors() -> None:
    errors = [{"code": "DiskFull", "message": "Full", "errorDetails": [{"name": "a", "value": "b"}]}]
    node = translate.node({"id": "n", "state": "Unusable", "errors": errors})
    assert node.state is NodeState.UNUSABLE
    assert node.problems == (ServiceProblem("DiskFull", "Full", ("a: b",)),)
    assert translate.node({"id": "n", "state": "brandnew"}).state is NodeState.UNKNOWN


def test_progress_counts_both_kinds_of_nodes() -> None:
    resize = [
        {"code": "AccountCoreQuotaReached", "message": "m", "values": [{"name": "Reason", "value": "r"}]}
    ]
    found = translate.progress(
        {
            "state": "active",
            "allocationState": "steady",
            "targetDedicatedNodes": 2,
            "targetLowPriorityNodes": 3,
            "currentDedicatedNodes": 1,
            "resizeErrors": resize,
        }
    )
    assert (found.target, found.current, found.allocation_state) == (5, 1, "steady")
    assert found.resize_problems == (ServiceProblem("AccountCoreQuotaReached", "m", ("Reason: r",)),)


def test_login_settings() -> None:
    wire = {"remoteLoginIPAddress": "1.2.3.4", "remoteLoginPort": 50000}
    assert translate.login(wire, "n") == LoginFacts("1.2.3.4", 50000)
    only_six = {"ipv6RemoteLoginIPAddress": "::1", "ipv6RemoteLoginPort": 22}
    assert translate.login(only_six, "n") == LoginFacts("::1", 22)
    with pytest.raises(GaveUp, match="no address to sign in to node n"):
        translate.login({}, "n")


def test_an_accounts_endpoint_gets_its_scheme() -> None:
    body = {"name": "a", "location": "westus", "properties": {"accountEndpoint": "a.westus.batch.azure.com"}}
    assert translate.account(body).endpoint == "https://a.westus.batch.azure.com"
    with pytest.raises(GaveUp):
        translate.account({"name": "a"})


def test_jobs_of_other_pools_are_left_out(service: Service, azure: Azure) -> None:
    wire = [
        {"id": "mine", "state": "active", "poolInfo": {"poolId": "P"}},
        {
            "id": "auto",
            "state": "disabled",
            "poolInfo": {"autoPoolSpecification": {}},
            "executionInfo": {"poolId": "p"},
        },
        {"id": "other", "state": "active", "poolInfo": {"poolId": "q"}},
    ]
    service.answer("GET", "/jobs", Answer(body={"value": wire}))
    assert [job.id for job in azure.batch.jobs(service.endpoint, "p")] == ["mine", "auto"]


def test_rows_of_an_odd_shape_are_left_out(service: Service, azure: Azure) -> None:
    service.answer("GET", "/nodes", Answer(body={"value": [1, "x", {"id": "n", "state": 3}]}))
    assert [node.id for node in azure.batch.nodes(service.endpoint, "p")] == ["n"]


@pytest.mark.parametrize("value", [None, {"a": 1}, "text"])
def test_a_list_that_is_none_is_given_up(service: Service, azure: Azure, value: object) -> None:
    service.answer("GET", "/nodes", Answer(body={"value": value}))
    with pytest.raises(GaveUp, match="could not be read"):
        azure.batch.nodes(service.endpoint, "p")


def inbound(name: str, backend: int, host: str, port: int, protocol: str = "tcp") -> dict[str, Any]:
    """As the service gives it."""
    return {
        "name": name,
        "protocol": protocol,
        "publicIPAddress": host,
        "publicFQDN": "dns0-azurebatch-cloudservice.eastus2.cloudapp.azure.com",
        "frontendPort": port,
        "backendPort": backend,
    }


FOUR, SIX = inbound("ssh.0", 22, "203.0.113.40", 15000), inbound("ssh-ipv6.0", 22, "2001:db8::1", 15001)
RDP = inbound("RDP.0", 3389, "203.0.113.40", 14000)


@pytest.mark.parametrize(
    ("endpoints", "version", "reached"),
    [
        ([RDP, FOUR], 4, LoginFacts("203.0.113.40", 15000)),
        ([SIX, FOUR], 4, LoginFacts("203.0.113.40", 15000)),
        ([FOUR, SIX], 6, LoginFacts("2001:db8::1", 15001)),
        ([SIX], 4, LoginFacts("2001:db8::1", 15001)),
        ([inbound("u.0", 22, "203.0.113.40", 9, "udp"), FOUR], 4, LoginFacts("203.0.113.40", 15000)),
        ([{**FOUR, "protocol": "TCP"}], 4, LoginFacts("203.0.113.40", 15000)),
        ([RDP], 4, None),
        ([{**FOUR, "publicIPAddress": ""}], 4, None),
        ([], 4, None),
    ],
)
def test_ssh_is_reached_where_the_node_says_that_its_port_22_is(
    endpoints: list[dict[str, Any]], version: int, reached: LoginFacts | None
) -> None:
    node = {"id": "n", "endpointConfiguration": {"inboundEndpoints": endpoints}}
    assert translate.ssh_endpoint(node, version) == reached


@pytest.mark.parametrize("node", [{}, {"endpointConfiguration": None}, {"endpointConfiguration": {}}])
def test_a_node_need_not_say_where_it_is_reached(node: dict[str, Any]) -> None:
    assert translate.ssh_endpoint(node, 4) is None
