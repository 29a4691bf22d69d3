"""What the product reads of each recording, through its own calls; one row a recording.

Calls that the product never makes are no rows here: `unasked.py` has those.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.recordings.recording import recording
from troubleshooter.errors import NotFound, ServiceRefusal
from troubleshooter.model.facts import (
    AccountFacts,
    ExtensionStatus,
    JobFacts,
    LoginFacts,
    NodeState,
    PoolProgress,
)
from troubleshooter.pooldef.compare import differences, same
from troubleshooter.pooldef.pool_body import creatable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recordings.replay import Replay

NODE = f"tvmps_{'0123456789abcdef' * 4}_d"
KEY = "ssh-rsa AAAA somebody"
EXPIRY = datetime(2026, 1, 23, 12, 30, 15, 500, tzinfo=UTC)
_CHANGED = "2026-01-21T19:31:31.4454836Z"


def account(replay: Replay) -> None:
    assert replay.arm.account(replay.target) == AccountFacts(
        name="acct1",
        endpoint="https://acct1.eastus.batch.azure.com",
        location="eastus",
        allocation_mode="BatchService",
        dedicated_cores=None,
        spot_cores=500,
        family_cores={"standardepsv6family": 0},
        sign_ins=("SharedKey", "AAD"),
        public_access="Enabled",
    )


def pool(replay: Replay) -> None:
    """Nothing of the definition is lost, and a copy of it asks for no field that only the service sets."""
    found = replay.arm.pool(replay.target)
    assert (found.body, found.etag) == (replay.body, replay.recording.headers["ETag"])
    copy = creatable(found.body)
    assert same(copy, creatable(copy))
    assert set(copy["properties"]) == {
        "displayName", "vmSize", "interNodeCommunication", "taskSlotsPerNode", "taskSchedulingPolicy",
        "deploymentConfiguration", "scaleSettings",
    }  # fmt: skip


def pools(replay: Replay) -> None:
    (found,) = replay.arm.pools(replay.target)
    assert found == replay.body["value"][0]
    assert replay.troubles() == []


def pool_created(replay: Replay) -> None:
    """Sent as it was asked for, if there is none of the name; what ARM fills in is no difference."""
    asked = replay.recording.asked or creatable(replay.body)
    made = replay.arm.create_pool(replay.target, replay.pool, asked)
    assert (made.body, made.etag) == (replay.body, replay.recording.headers["ETag"])
    assert (replay.sent().body, replay.sent().headers["If-None-Match"]) == (asked, "*")
    assert differences(asked, made.body) == ()


def pool_changed(replay: Replay) -> None:
    asked = replay.recording.asked
    changed = replay.arm.update_pool(replay.target, replay.pool, asked["properties"])
    assert (changed.body, changed.etag) == (replay.body, replay.recording.headers["ETag"])
    assert replay.sent().body == asked
    assert differences(asked, changed.body) == ()


def pool_deleted(replay: Replay) -> None:
    """The operation that the answer names is asked, with the whole of its signature."""
    replay.arm.delete_pool(replay.target, replay.pool)
    location = replay.recording.headers["Location"]
    replay.play(recording("arm-pool-delete-operation-202"), also="/poolOperationResults/")
    assert not replay.arm.pool_gone(replay.target, replay.pool)
    assert [request.path for request in replay.gets()] == [location.partition(".com")[2]]
    assert replay.hint == 15


def deletion_goes_on(replay: Replay) -> None:
    """Whichever of its addresses is asked then: each answer names another."""
    _deleting(replay)
    replay.play(replay.recording, also="/poolOperationResults/")
    assert [replay.arm.pool_gone(replay.target, "p1") for _ in range(2)] == [False, False]
    assert ["/poolOperationResults/delete-" in request.path for request in replay.gets()] == [True, True]


def deletion_is_over(replay: Replay) -> None:
    """Over for the operation: the pool itself is asked too before it is said to be gone."""
    _deleting(replay)
    replay.play(replay.recording, also="/poolOperationResults/")
    replay.missing("PoolNotFound", r"/pools/p1\?")
    assert replay.arm.pool_gone(replay.target, "p1")
    assert [request.path.partition("?")[0].rsplit("/", 2)[1] for request in replay.gets()] == [
        "poolOperationResults", "pools"
    ]  # fmt: skip


def _deleting(replay: Replay) -> None:
    replay.play(recording("arm-pool-delete-202"), also=r"/pools/p1\?")
    replay.arm.delete_pool(replay.target, "p1")


def pool_put_refused(code: str, *told: str) -> Callable[[Replay], None]:
    """Azure's code, what of its text helps and its request id are told; its RequestId and Time lines not."""

    def read(replay: Replay) -> None:
        with pytest.raises(ServiceRefusal) as caught:
            replay.arm.create_pool(replay.target, replay.pool, {"properties": {}})
        refused = caught.value
        assert (refused.status, refused.code) == (400, code)
        wanted = (*told, code, replay.recording.headers["x-ms-request-id"])
        assert [part for part in wanted if part not in refused.why] == []
        assert "RequestId:" not in refused.why

    return read


def progress(state: str, allocation: str, target: int, current: int) -> Callable[[Replay], None]:
    """How far it has come, and the ETag that a deletion would be bound to, bare as it came."""

    def read(replay: Replay) -> None:
        found = replay.batch.progress(replay.endpoint, replay.pool)
        moved = replay.body.get("allocationStateTransitionTime", "")
        assert found == PoolProgress(state, allocation, target, current, moved=moved)
        replay.forget()
        assert replay.batch.etag(replay.endpoint, replay.pool) == replay.recording.headers["ETag"]

    return read


def nodes(*states: NodeState) -> Callable[[Replay], None]:
    def read(replay: Replay) -> None:
        found = replay.batch.nodes(replay.endpoint, replay.pool)
        assert [(one.id, one.state, one.since) for one in found] == [
            (NODE, state, _CHANGED) for state in states
        ]
        assert [one.allocated for one in found] == [
            one.get("allocationTime", "") for one in replay.body["value"]
        ]
        assert replay.troubles() == []

    return read


def extensions_of_a_creating_node(replay: Replay) -> None:
    found = replay.batch.extensions(replay.endpoint, replay.pool, replay.recording.node)
    assert [(each.name, each.publisher, each.type, each.version) for each in found] == [
        ("secretext", "Microsoft.Azure.KeyVault", "KeyVaultForLinux", "1.0"),
        ("batchNodeExtension", "Microsoft.Azure.Extensions", "CustomScript", "2.0"),
    ]
    assert {(each.status, each.message) for each in found} == {(ExtensionStatus.TRANSITIONING, "")}


def login(host: str, port: int) -> Callable[[Replay], None]:
    def read(replay: Replay) -> None:
        found = replay.batch.login(replay.endpoint, replay.pool, replay.recording.node)
        assert found == LoginFacts(host, port)

    return read


def user_created(replay: Replay) -> None:
    replay.batch.create_user(replay.endpoint, "p1", NODE, "user1", KEY, EXPIRY)
    sent = replay.sent().body
    assert (sent["name"], sent["isAdmin"], sent["sshPublicKey"]) == ("user1", True, KEY)


def user_replaced(replay: Replay) -> None:
    replay.batch.replace_user(replay.endpoint, "p1", NODE, "user1", KEY, EXPIRY)
    assert replay.sent().body["sshPublicKey"] == KEY


def user_deleted(replay: Replay) -> None:
    assert replay.batch.delete_user(replay.endpoint, "p1", NODE, "user1")


def pool_deleted_as_read(replay: Replay) -> None:
    replay.batch.delete_pool_as_read(replay.endpoint, "v6", "0x8DE62B73941D12C")
    assert replay.sent().headers["If-Match"].strip('"') == "0x8DE62B73941D12C"


def no_pool(replay: Replay) -> None:
    with pytest.raises(NotFound) as caught:
        replay.batch.progress(replay.endpoint, replay.pool)
    assert replay.pool in caught.value.what
    assert replay.batch.etag(replay.endpoint, replay.pool) is None


def job_disabled(replay: Replay) -> None:
    job = JobFacts("job1", "active", etag="0x8DE62B7380ACE50")
    replay.batch.disable_job(replay.endpoint, job, "requeue")
    assert replay.sent().body == replay.recording.asked


def job_enabled(replay: Replay) -> None:
    replay.batch.enable_job(replay.endpoint, JobFacts("job1", "disabled"))
    assert not replay.sent().body


def jobs(replay: Replay) -> None:
    (found,) = replay.batch.jobs(replay.endpoint, "p1")
    assert found == JobFacts("job1", "active", etag="0x8DE62B7380ACE50")
    assert replay.batch.jobs(replay.endpoint, "another") == ()


def schedules(replay: Replay) -> None:
    (found,) = replay.batch.schedules(replay.endpoint, "p1")
    assert found == JobFacts("sched1", "active", schedule=True, etag="0x8DE62B73977BE4C")


READINGS: dict[str, Callable[[Replay], None]] = {
    "arm-400-message-object": pool_put_refused(
        "InvalidQueryParameterValue", "one of the query parameters specified in the request URI is invalid"
    ),
    "arm-400-property-cannot-be-updated": pool_put_refused(
        "PropertyCannotBeUpdated", "properties.networkConfiguration"
    ),
    "arm-account-get": account,
    "arm-pool-delete-202": pool_deleted,
    "arm-pool-delete-operation-200": deletion_is_over,
    "arm-pool-delete-operation-202": deletion_goes_on,
    "arm-pool-get-autoscale": pool,
    "arm-pool-list-useraccount": pools,
    "arm-pool-patch-autoscale": pool_changed,
    "arm-pool-put-confidentialvm": pool_created,
    "arm-pool-put-minimal": pool_created,
    "arm-pool-put-publicip-starttask": pool_created,
    "data-404-pool": no_pool,
    "data-extensions-creating": extensions_of_a_creating_node,
    "data-job-disable-202": job_disabled,
    "data-job-enable-202": job_enabled,
    "data-jobs-list": jobs,
    "data-jobschedules-list": schedules,
    "data-login": login("203.0.113.40", 15000),
    "data-login-ipv6": login("203.0.113.40", 15000),
    "data-login-linux-only-3389-mapped": login("203.0.113.46", 15000),
    "data-nodes-creating": nodes(NodeState.CREATING),
    "data-nodes-empty": nodes(),
    "data-nodes-idle-ssh": nodes(NodeState.IDLE),
    "data-nodes-ipv6": nodes(NodeState.CREATING),
    "data-nodes-starting": nodes(NodeState.STARTING),
    "data-pool-delete-202": pool_deleted_as_read,
    "data-pool-get-cmk": progress("active", "resizing", 0, 0),
    "data-pool-get-confidentialvm-msp": progress("active", "resizing", 0, 0),
    "data-pool-get-deleting": progress("deleting", "resizing", 0, 1),
    "data-pool-get-ipv6": progress("active", "resizing", 1, 0),
    "data-pool-get-kv-resizing": progress("active", "resizing", 1, 0),
    "data-pool-get-kv-steady": progress("active", "steady", 1, 1),
    "data-pool-get-linux-useraccount": progress("active", "steady", 1, 1),
    "data-user-create-201": user_created,
    "data-user-delete-200": user_deleted,
    "data-user-replace-200": user_replaced,
}
