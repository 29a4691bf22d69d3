"""What deletes or disables is bound to what was read, and says how a deletion ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cloud.scripted_service import Answer
from troubleshooter.cloud import data_plane
from troubleshooter.errors import Refused, ServiceRefusal
from troubleshooter.model.facts import JobFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cloud.scripted_service import Service
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target

JOB = JobFacts("night-1", "active", etag="0x8")
POOL = {"name": "dbg", "properties": {"provisioningState": "Deleting"}}
OPERATION = "/operation/1"


def test_a_delete_says_which_pool_was_read(service: Service, azure: Azure) -> None:
    service.answer("DELETE", "/pools/p", Answer(202))
    azure.batch.delete_pool_as_read(service.endpoint, "p", "0x7")
    (sent,) = service.seen("DELETE", "/pools/p")
    assert sent.headers["If-Match"] == "0x7"


def test_a_delete_that_is_bound_to_nothing_is_not_sent(service: Service, azure: Azure) -> None:
    with pytest.raises(ValueError, match="without its guard"):
        azure.batch.delete_pool_as_read(service.endpoint, "p", "")
    assert service.seen("DELETE", "") == []


def test_a_job_is_disabled_as_it_was_read(service: Service, azure: Azure) -> None:
    service.answer("POST", "/disable", Answer(202))
    azure.batch.disable_job(service.endpoint, JOB, "requeue")
    (sent,) = service.seen("POST", "/disable")
    assert (sent.headers["If-Match"], sent.body) == ("0x8", {"disableTasks": "requeue"})
    assert "/jobs/night-1/disable" in sent.path


def test_a_schedule_is_disabled_without_a_word_about_tasks(service: Service, azure: Azure) -> None:
    service.answer("POST", "/disable", Answer(204))
    azure.batch.disable_job(service.endpoint, replace(JOB, schedule=True), "requeue")
    (sent,) = service.seen("POST", "/disable")
    assert "/jobschedules/night-1/disable" in sent.path
    assert not sent.body


def test_a_job_that_was_not_read_is_not_disabled(service: Service, azure: Azure) -> None:
    with pytest.raises(Refused, match="no ETag"):
        azure.batch.disable_job(service.endpoint, replace(JOB, etag=""), "requeue")
    assert service.seen("POST", "/disable") == []


def test_a_deletion_that_goes_on_and_one_whose_result_is_no_longer_kept(
    service: Service, azure: Azure, target: Target
) -> None:
    link = {"Azure-AsyncOperation": f"{service.endpoint}{OPERATION}"}
    service.answer("DELETE", "/pools/dbg", Answer(202, None, link))
    service.answer("GET", OPERATION, Answer(body={"status": "InProgress"}), Answer(404, {"error": {}}))
    service.answer("GET", "/pools/dbg", Answer(body=POOL), Answer(404, {"error": {"code": "PoolNotFound"}}))
    azure.arm.delete_pool(target, "dbg")

    assert not azure.arm.pool_gone(target, "dbg")  # the operation goes on
    assert not azure.arm.pool_gone(target, "dbg")  # it is forgotten, and the pool is still there
    assert azure.arm.pool_gone(target, "dbg")


def test_a_deletion_that_failed_says_why(service: Service, azure: Azure, target: Target) -> None:
    link = {"Azure-AsyncOperation": f"{service.endpoint}{OPERATION}"}
    service.answer("DELETE", "/pools/dbg", Answer(202, None, link))
    failed = {"status": "Failed", "error": {"code": "SubnetInUse", "message": "Its subnet is locked."}}
    service.answer("GET", OPERATION, Answer(body=failed))
    azure.arm.delete_pool(target, "dbg")

    with pytest.raises(ServiceRefusal) as told:
        azure.arm.pool_gone(target, "dbg")
    assert told.value.code == "SubnetInUse"
    assert "Its subnet is locked." in told.value.why


@pytest.mark.parametrize("then", [Answer(body=POOL), Answer(404, {"error": {"code": "PoolNotFound"}})])
def test_a_conflict_with_a_deletion_under_way_is_fine(
    service: Service, azure: Azure, target: Target, then: Answer
) -> None:
    service.answer("DELETE", "/pools/dbg", Answer(409, {"error": {"code": "Conflict", "message": "busy"}}))
    service.answer("GET", "/pools/dbg", then)
    azure.arm.delete_pool(target, "dbg")
    assert len(service.seen("GET", "/pools/dbg")) == 1


def test_a_conflict_with_anything_else_is_told(service: Service, azure: Azure, target: Target) -> None:
    service.answer("DELETE", "/pools/dbg", Answer(409, {"error": {"code": "Conflict", "message": "busy"}}))
    stays = {"name": "dbg", "properties": {"provisioningState": "Succeeded"}}
    service.answer("GET", "/pools/dbg", Answer(body=stays))
    with pytest.raises(ServiceRefusal):
        azure.arm.delete_pool(target, "dbg")


@pytest.mark.parametrize(
    "change",
    [
        lambda client: data_plane.delete_pool(client, "https://there", "p", ""),
        lambda client: data_plane.disable(client, "https://there", replace(JOB, etag=""), "requeue"),
    ],
    ids=["delete", "disable"],
)
def test_without_its_condition_nothing_is_even_sent(service: Service, change: Callable[[Any], None]) -> None:
    """The last door: whoever comes here without one has a bug."""
    with pytest.raises(ValueError, match="without its guard"):
        change(None)
    assert service.seen("DELETE", "/pools/p") == []
