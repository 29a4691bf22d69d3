"""Every method of Azure against the simulated one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.cloud.wait import poll
from troubleshooter.errors import NotFound, NotPermitted, Refused, ServiceRefusal
from troubleshooter.model.facts import ExtensionStatus, JobFacts, NodeState

if TYPE_CHECKING:
    import threading

    from tests.flows.cloud.world import World
    from troubleshooter.cloud.azure import Azure

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Z9p8Qm1rN6bX0m0y7o1v7b3c0V5r1o2p3q4s5t6u7 run"
READ_ONLY = {
    "provisioningState",
    "allocationState",
    "creationTime",
    "lastModified",
    "provisioningStateTransitionTime",
    "allocationStateTransitionTime",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
    "resizeOperationStatus",
}


def debug_body(azure: Azure, world: World) -> dict[str, Any]:
    """The pool's definition with requireInitialSync off, one node and a way in."""
    body = dict(azure.arm.pool(world.target).body)
    properties = {key: value for key, value in body["properties"].items() if key not in READ_ONLY}
    properties["scaleSettings"] = {"fixedScale": {"targetDedicatedNodes": 1}}
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["settings"]["secretsManagementSettings"]["requireInitialSync"] = False
    rules = [
        {"priority": 150, "access": "Allow", "sourceAddressPrefix": "127.0.0.1/32"},
        {"priority": 160, "access": "Deny", "sourceAddressPrefix": "*"},
    ]
    properties["networkConfiguration"] = {
        "endpointConfiguration": {
            "inboundNatPools": [
                {
                    "name": "ssh",
                    "protocol": "TCP",
                    "backendPort": 22,
                    "frontendPortRangeStart": 40000,
                    "frontendPortRangeEnd": 40100,
                    "networkSecurityGroupRules": rules,
                }
            ]
        }
    }
    identities: dict[str, Any] = {name: {} for name in body["identity"]["userAssignedIdentities"]}
    identity = {"type": "UserAssigned", "userAssignedIdentities": identities}
    return {"properties": properties, "identity": identity}


def idle_node(azure: Azure, endpoint: str, pool: str, cancel: threading.Event) -> str:
    def look() -> str | None:
        nodes = azure.batch.nodes(endpoint, pool)
        return next((node.id for node in nodes if node.state is NodeState.IDLE), None)

    return poll(
        look,
        subject="an idle node",
        cancel=cancel,
        clock=time.monotonic,
        limit=30,
        start=0.05,
        hint=lambda: azure.hint,
    )


def test_account_and_pool(azure: Azure, world: World) -> None:
    account = azure.arm.account(world.target)
    assert account.endpoint == world.connection["batch_endpoint"]
    definition = azure.arm.pool(world.target)
    assert definition.body["name"] == world.target.pool
    assert definition.etag
    assert azure.who()


def test_nodes_and_their_extension(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    nodes = azure.batch.nodes(endpoint, world.target.pool)
    assert sorted(node.id for node in nodes) == sorted(world.connection["nodes"])
    view, of_batch = azure.batch.extensions(endpoint, world.target.pool, nodes[0].id)
    assert of_batch.name == "batchNodeExtension"
    assert view.publisher == "Microsoft.Azure.KeyVault"
    assert view.status is ExtensionStatus.TRANSITIONING
    assert isinstance(view.raw["vmExtension"]["settings"]["secretsManagementSettings"], dict)


@pytest.mark.parametrize("scenario", ["odd-shapes"])
def test_odd_shapes_are_read(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    view, _ = azure.batch.extensions(endpoint, world.target.pool, world.connection["nodes"][0])
    assert isinstance(view.raw["vmExtension"]["settings"], str)
    assert view.status is not ExtensionStatus.UNKNOWN


def test_a_debug_pool_from_create_to_gone(azure: Azure, world: World, cancel: threading.Event) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    made = azure.arm.create_pool(world.target, "dbg", debug_body(azure, world))
    assert made.body["name"] == "dbg"
    with pytest.raises(ServiceRefusal) as caught:
        azure.arm.create_pool(world.target, "dbg", debug_body(azure, world))
    assert caught.value.status in {409, 412}

    node = idle_node(azure, endpoint, "dbg", cancel)
    progress = azure.batch.progress(endpoint, "dbg")
    assert (progress.state, progress.target, progress.current) == ("active", 1, 1)

    expiry = datetime.now(UTC) + timedelta(hours=2)
    azure.batch.create_user(endpoint, "dbg", node, "tsuser", KEY, expiry)
    with pytest.raises(ServiceRefusal) as caught:
        azure.batch.create_user(endpoint, "dbg", node, "tsuser", KEY, expiry)
    assert caught.value.status == 409
    azure.batch.replace_user(endpoint, "dbg", node, "tsuser", KEY, expiry)
    login = azure.batch.login(endpoint, "dbg", node)
    assert azure.batch.ssh_endpoint(endpoint, "dbg", node, 4) == login
    assert login.host == "127.0.0.1"
    assert login.port > 0
    azure.batch.delete_user(endpoint, "dbg", node, "tsuser")
    azure.batch.delete_user(endpoint, "dbg", node, "tsuser")

    azure.arm.delete_pool(world.target, "dbg")
    azure.arm.delete_pool(world.target, "dbg")
    assert poll(
        lambda: azure.arm.pool_gone(world.target, "dbg") or None,
        subject="the pool to go",
        cancel=cancel,
        clock=time.monotonic,
        limit=30,
        hint=lambda: azure.hint,
    )
    with pytest.raises(NotFound):
        azure.batch.progress(endpoint, "dbg")
    assert "dbg" not in str(world.state()["pools"])


def test_jobs(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    assert azure.batch.jobs(endpoint, world.target.pool)
    assert azure.batch.jobs(endpoint, "no-such-pool") == ()


def test_unknown_things_are_named(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    with pytest.raises(NotFound, match="no pool nope"):
        azure.arm.pool(world.target, "nope")
    with pytest.raises(NotFound, match="no node tvm-x in pool"):
        azure.batch.extensions(endpoint, world.target.pool, "tvm-x")


def test_a_wrong_secret_is_not_permitted(azure: Azure, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "another")
    azure._session.sign_in.renew()
    with pytest.raises(NotPermitted, match="AADSTS7000215"):
        azure.arm.account(world.target)


def test_a_job_is_disabled_and_enabled(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    read = azure.batch.job(endpoint, "nightly-frames")
    azure.batch.disable_job(endpoint, read, "requeue")
    states = [azure.batch.job(endpoint, "nightly-frames").state for _ in range(2)]
    azure.batch.enable_job(endpoint, read)
    states += [azure.batch.job(endpoint, "nightly-frames").state for _ in range(2)]
    assert states == ["disabling", "disabled", "enabling", "active"]
    assert azure.batch.schedules(endpoint, world.target.pool) == ()
    with pytest.raises(ServiceRefusal) as caught:
        azure.batch.disable_job(endpoint, azure.batch.job(endpoint, "proof-frames"), "requeue")
    assert caught.value.status == 409
    with pytest.raises(NotFound, match="no job schedule nope"):
        azure.batch.enable_job(endpoint, JobFacts("nope", "disabled", schedule=True))


def test_a_job_that_moved_on_since_it_was_read_is_not_disabled(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    read = azure.batch.job(endpoint, "nightly-frames")
    azure.batch.disable_job(endpoint, read, "requeue")
    azure.batch.enable_job(endpoint, read)
    with pytest.raises(ServiceRefusal) as caught:
        azure.batch.disable_job(endpoint, read, "requeue")
    assert caught.value.status == 412
    assert azure.batch.job(endpoint, "nightly-frames").state in {"enabling", "active"}


def test_a_job_without_an_etag_is_left_as_it_is(azure: Azure, world: World) -> None:
    endpoint = azure.arm.account(world.target).endpoint
    with pytest.raises(Refused, match="no ETag for job nightly-frames"):
        azure.batch.disable_job(endpoint, JobFacts("nightly-frames", "active"), "requeue")
    assert azure.batch.job(endpoint, "nightly-frames").state == "active"


def test_a_pool_that_changed_since_it_was_read_is_not_deleted(azure: Azure, world: World) -> None:
    endpoint, pool = azure.arm.account(world.target).endpoint, world.target.pool
    read = azure.batch.etag(endpoint, pool)
    assert read
    changed = azure.arm.update_pool(world.target, pool, {"metadata": [{"name": "a", "value": "b"}]})
    with pytest.raises(ServiceRefusal) as caught:
        azure.batch.delete_pool_as_read(endpoint, pool, read)
    assert caught.value.status == 412
    assert changed.body["properties"]["metadata"] == [{"name": "a", "value": "b"}]
    azure.batch.delete_pool_as_read(endpoint, pool, azure.batch.etag(endpoint, pool) or "")
    assert azure.batch.etag(endpoint, "nope") is None
