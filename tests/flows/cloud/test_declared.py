"""What declares that it changes nothing cannot: whatever would change something is refused unsent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.rest import HttpRequest

from troubleshooter.cloud.arm import Arm
from troubleshooter.cloud.azure import Azure
from troubleshooter.cloud.batch import Batch
from troubleshooter.cloud.work.jobs import Work
from troubleshooter.cloud.work.new import NewJob, NewTask
from troubleshooter.errors import Refused
from troubleshooter.model.facts import JobFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.cloud.world import World

KEY = "ssh-ed25519 AAAA"
LATER = datetime(2099, 1, 1, tzinfo=UTC)
_OF_ARM = {"account", "pool", "pool_before", "pool_gone", "pools", "sizes", "who"}
_OF_BATCH = {
    "counts",
    "etag",
    "extensions",
    "images",
    "job",
    "jobs",
    "login",
    "nodes",
    "progress",
    "schedules",
    "ssh_endpoint",
}
_OF_WORK = {"tasks", "file_size", "file_part"}
READS = _OF_ARM | _OF_BATCH | _OF_WORK
NO_REQUEST = frozenset({"close", "changing", "contents", "hint", "now", "resources", "signed_in"})


def _writes(azure: Azure, world: World) -> dict[str, Callable[[], Any]]:
    """Every method that changes something, asked for what would otherwise be done."""
    where, target, pool = azure.arm.account(world.target).endpoint, world.target, world.target.pool
    node = azure.batch.nodes(where, pool)[0].id
    job = azure.batch.job(where, "nightly-frames")
    etag = azure.batch.etag(where, pool) or ""
    return {
        "create_pool": lambda: azure.arm.create_pool(target, "another", {"properties": {}}),
        "update_pool": lambda: azure.arm.update_pool(target, pool, {"metadata": []}),
        "delete_pool": lambda: azure.arm.delete_pool(target, pool),
        "delete_pool_as_read": lambda: azure.batch.delete_pool_as_read(where, pool, etag),
        "delete_pool_bound": lambda: azure.batch.delete_pool_bound(where, pool, etag),
        "create_user": lambda: azure.batch.create_user(where, pool, node, "kv-1", KEY, LATER),
        "replace_user": lambda: azure.batch.replace_user(where, pool, node, "kv-1", KEY, LATER),
        "delete_user": lambda: azure.batch.delete_user(where, pool, node, "kv-1"),
        "disable_job": lambda: azure.batch.disable_job(where, job, "requeue"),
        "enable_job": lambda: azure.batch.enable_job(where, job),
        "create_job": lambda: azure.work.create_job(where, NewJob("a", pool, 1, {}, {}), lambda: None),
        "add_task": lambda: azure.work.add_task(where, job.id, NewTask("a", "x", node, 1, 1)),
        "end_with_tasks": lambda: azure.work.end_with_tasks(where, job.id),
        "delete_job": lambda: azure.work.delete_job(where, job.id),
        "a schedule": lambda: azure.batch.enable_job(where, JobFacts("hourly", "disabled", schedule=True)),
    }


def test_nothing_that_changes_something_leaves_the_machine(reading: Azure, world: World) -> None:
    for write in _writes(reading, world).values():
        with pytest.raises(Refused, match="was not sent"):
            write()
    assert world.changes_sent() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "MERGE"])
def test_a_raw_request_through_the_same_session_is_refused(reading: Azure, world: World, method: str) -> None:
    where = reading.arm.account(world.target).endpoint
    arm = reading._session.arm(world.target.subscription)
    with pytest.raises(Refused, match=f"{method} /pools was not sent"):
        reading._session.batch(where).send_request(HttpRequest(method, f"{where}/pools", json={}))
    with pytest.raises(Refused, match="was not sent"):
        arm.send_request(HttpRequest(method, world.connection["pool_id"], json={}))
    assert world.changes_sent() == []


def test_a_declared_change_is_over_with_its_block(reading: Azure, world: World) -> None:
    writes = _writes(reading, world)
    with reading.changing():
        writes["update_pool"]()
    with pytest.raises(Refused, match="was not sent"):
        writes["delete_pool"]()
    with pytest.raises(ZeroDivisionError), reading.changing():
        1 / 0  # noqa: B018 - a block that ends by an error
    with pytest.raises(Refused, match="was not sent"):
        writes["delete_pool"]()


def test_every_method_is_known_as_a_read_or_tried_as_a_write(azure: Azure, world: World) -> None:
    public = {name for each in (Azure, Arm, Batch, Work) for name in vars(each) if not name.startswith("_")}
    assert public == READS | NO_REQUEST | (_writes(azure, world).keys() - {"a schedule"})
