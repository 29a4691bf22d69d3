"""What is asked of the data plane, request by request, and what each of its answers comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.doors.scripted import refused
from tests.unit.cloud.scripted_service import Answer
from troubleshooter.errors import GaveUp, NotFound, NotPermitted, Refused, ServiceRefusal, UsageProblem
from troubleshooter.model.facts import ImageFacts, JobFacts, LoginFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doors.scripted import Scripted
    from troubleshooter.cloud.batch import Batch

JOB = JobFacts("night:1", "active", etag="0x8")
SCHEDULE = JobFacts("weekly", "active", schedule=True, etag="0x9")
LATER = datetime(2026, 3, 1, 14, 30, 5, 678901, tzinfo=timezone(timedelta(hours=2)))
ADD, READ = "Azure Batch Data Contributor", "Azure Batch Account Reader"
SUBMIT = "Azure Batch Job Submitter"
OF_JOBS = {"disable_job", "disable a schedule", "enable_job", "enable a schedule"}

SSH_ENDPOINT = {
    "name": "ssh.0",
    "protocol": "tcp",
    "publicIPAddress": "1.2.3.4",
    "frontendPort": 15000,
    "backendPort": 22,
}
LOGIN = {"remoteLoginIPAddress": "1.2.3.4", "remoteLoginPort": 50000}

COUNTS = "targetDedicatedNodes,targetLowPriorityNodes,currentDedicatedNodes,currentLowPriorityNodes"


class Call(NamedTuple):
    """One way to ask, and how it is known: in messages, and on the wire."""

    ask: Callable[[Batch, str], Any]
    method: str
    path: str
    """Escaped where it has to be."""
    doing: str
    missing: str
    found: Any = None
    """The body of a good answer."""


READS = {
    "progress": Call(
        lambda batch, at: batch.progress(at, "p"),
        "GET",
        "/pools/p",
        "looking at pool p",
        "pool p at ENDPOINT",
        {},
    ),
    "nodes": Call(
        lambda batch, at: batch.nodes(at, "p"),
        "GET",
        "/pools/p/nodes",
        "listing the nodes of pool p",
        "pool p at ENDPOINT",
        {"value": []},
    ),
    "images": Call(
        lambda batch, at: batch.images(at),
        "GET",
        "/supportedimages",
        "listing the supported images",
        "account at ENDPOINT",
        {"value": []},
    ),
    "extensions": Call(
        lambda batch, at: batch.extensions(at, "p", "n"),
        "GET",
        "/pools/p/nodes/n/extensions",
        "reading the extensions of node n",
        "node n in pool p",
        {"value": []},
    ),
    "ssh_endpoint": Call(
        lambda batch, at: batch.ssh_endpoint(at, "p", "n", 4),
        "GET",
        "/pools/p/nodes/n",
        "reading the endpoints of node n",
        "node n in pool p",
        {"endpointConfiguration": {"inboundEndpoints": [SSH_ENDPOINT]}},
    ),
    "login": Call(
        lambda batch, at: batch.login(at, "p", "n"),
        "GET",
        "/pools/p/nodes/n/remoteloginsettings",
        "reading the address of node n",
        "node n in pool p",
        LOGIN,
    ),
    "jobs": Call(
        lambda batch, at: batch.jobs(at, "p"),
        "GET",
        "/jobs",
        "listing the jobs of pool p",
        "account at ENDPOINT",
        {"value": []},
    ),
    "schedules": Call(
        lambda batch, at: batch.schedules(at, "p"),
        "GET",
        "/jobschedules",
        "listing the job schedules of pool p",
        "account at ENDPOINT",
        {"value": []},
    ),
    "job": Call(
        lambda batch, at: batch.job(at, "night:1"),
        "GET",
        "/jobs/night%3A1",
        "reading job night:1",
        "job night:1 at ENDPOINT",
        {"id": "night:1", "state": "active"},
    ),
}
CHANGES = {
    "delete_pool_as_read": Call(
        lambda batch, at: batch.delete_pool_as_read(at, "p", "0x7"),
        "DELETE",
        "/pools/p",
        "deleting pool p",
        "pool p at ENDPOINT",
    ),
    "create_user": Call(
        lambda batch, at: batch.create_user(at, "p", "n", "u", "ssh-rsa K", LATER),
        "POST",
        "/pools/p/nodes/n/users",
        "creating user u on node n",
        "node n in pool p",
    ),
    "replace_user": Call(
        lambda batch, at: batch.replace_user(at, "p", "n", "u", "ssh-rsa K", LATER),
        "PUT",
        "/pools/p/nodes/n/users/u",
        "replacing the key of user u on node n",
        "node n in pool p",
    ),
    "disable_job": Call(
        lambda batch, at: batch.disable_job(at, JOB, "requeue"),
        "POST",
        "/jobs/night%3A1/disable",
        "disabling job night:1",
        "job night:1 at ENDPOINT",
    ),
    "disable a schedule": Call(
        lambda batch, at: batch.disable_job(at, SCHEDULE, "requeue"),
        "POST",
        "/jobschedules/weekly/disable",
        "disabling job schedule weekly",
        "job schedule weekly at ENDPOINT",
    ),
    "enable_job": Call(
        lambda batch, at: batch.enable_job(at, JOB),
        "POST",
        "/jobs/night%3A1/enable",
        "enabling job night:1",
        "job night:1 at ENDPOINT",
    ),
    "enable a schedule": Call(
        lambda batch, at: batch.enable_job(at, SCHEDULE),
        "POST",
        "/jobschedules/weekly/enable",
        "enabling job schedule weekly",
        "job schedule weekly at ENDPOINT",
    ),
}
GOOD = {"create_user": 201, "replace_user": 200}


def answered(scripted: Scripted, call: Call, *answers: Answer) -> Any:
    scripted.forget()
    scripted.answer(call.method, call.path, *answers)
    return call.ask(scripted.azure.batch, scripted.endpoint)


def query(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


@pytest.mark.parametrize("name", READS)
def test_a_read_asks_for_one_thing_and_tells_what_came_of_it(scripted: Scripted, name: str) -> None:
    call = READS[name]
    assert answered(scripted, call, Answer(body=call.found)) is not None
    (request,) = scripted.sent("GET")
    assert (urlsplit(request.path).path, query(request.path)["api-version"]) == (call.path, "2025-06-01")

    with pytest.raises(NotFound) as none:
        answered(scripted, call, refused(404))
    assert none.value.what == f"There is no {call.missing}.".replace("ENDPOINT", scripted.endpoint)
    with pytest.raises(NotPermitted) as forbidden:
        answered(scripted, call, refused(403))
    assert (forbidden.value.what, READ in forbidden.value.do) == (f"Azure refused {call.doing}.", True)
    for status in (400, 409, 412):
        with pytest.raises(ServiceRefusal) as refusal:
            answered(scripted, call, refused(status))
        assert refusal.value.status == status
    for first in (Answer(drop=True), refused(429), refused(503)):
        answered(scripted, call, first, Answer(body=call.found))
        assert len(scripted.sent("GET")) == 2
    with pytest.raises(ServiceRefusal) as again:
        answered(scripted, call, refused(503), refused(409))
    assert again.value.unsure is False
    with pytest.raises(GaveUp, match=call.doing):
        answered(scripted, call, refused(500))


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_sent_once_and_tells_what_came_of_it(scripted: Scripted, name: str) -> None:
    call, good = CHANGES[name], Answer(GOOD.get(name, 202))
    answered(scripted, call, good)
    (request,) = scripted.sent(call.method)
    assert (urlsplit(request.path).path, query(request.path)) == (call.path, {"api-version": "2025-06-01"})

    with pytest.raises(NotFound) as none:
        answered(scripted, call, refused(404))
    assert none.value.what == f"There is no {call.missing}.".replace("ENDPOINT", scripted.endpoint)
    with pytest.raises(NotPermitted) as forbidden:
        answered(scripted, call, refused(403))
    role = SUBMIT if name in OF_JOBS else ADD
    assert (forbidden.value.what, role in forbidden.value.do) == (f"Azure refused {call.doing}.", True)
    for status in (400, 409, 412):
        with pytest.raises(ServiceRefusal) as refusal:
            answered(scripted, call, refused(status))
        assert (refusal.value.status, refusal.value.unsure) == (status, False)
    answered(scripted, call, refused(429), good)
    assert len(scripted.sent(call.method)) == 2
    for first in (Answer(drop=True), refused(408), refused(503)):
        with pytest.raises(ServiceRefusal) as met:
            answered(scripted, call, first, refused(409))
        assert met.value.unsure
    with pytest.raises(GaveUp) as lost:
        answered(scripted, call, Answer(302, None, {"Location": scripted.endpoint}))
    assert lost.value.unsure


@pytest.mark.parametrize(
    ("name", "given", "more"),
    [
        ("nodes", {"id": "a", "state": "idle"}, {"id": "b", "state": "running"}),
        ("extensions", {"vmExtension": {"name": "a"}}, {"vmExtension": {"name": "b"}}),
        ("jobs", {"id": "a", "poolInfo": {"poolId": "P"}}, {"id": "b", "executionInfo": {"poolId": "p"}}),
        (
            "schedules",
            {"id": "a", "jobSpecification": {"poolInfo": {"poolId": "p"}}},
            {"id": "b", "jobSpecification": {"poolInfo": {"poolId": "P"}}},
        ),
    ],
)
def test_all_pages_of_a_list_are_read_a_thousand_at_once(
    scripted: Scripted, name: str, given: Any, more: Any
) -> None:
    call = READS[name]
    scripted.answer(
        "GET", call.path, Answer(body={"value": [given], "odata.nextLink": f"{scripted.endpoint}/more"})
    )
    scripted.answer("GET", "/more", Answer(503), Answer(body={"value": [more]}))  # begun again, none twice
    found = call.ask(scripted.azure.batch, scripted.endpoint)
    assert [getattr(each, "id", "") or each.name for each in found] == ["a", "b"]
    assert query(scripted.sent("GET")[0].path)["maxresults"] == "1000"


def test_of_another_pools_nodes_the_first_page_is_all_that_is_asked_for(scripted: Scripted) -> None:
    call = READS["nodes"]
    page = {"value": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "odata.nextLink": f"{scripted.endpoint}/more"}
    scripted.answer("GET", call.path, Answer(body=page))
    found = scripted.azure.batch.nodes(scripted.endpoint, "p", 2)
    assert [each.id for each in found] == ["a", "b"]
    (request,) = scripted.sent("GET")
    assert query(request.path)["maxresults"] == "2"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("progress", f"state,allocationState,{COUNTS},resizeErrors,allocationStateTransitionTime"),
        (
            "nodes",
            (
                "id,state,stateTransitionTime,errors,startTaskInfo,allocationTime,lastBootTime,totalTasksRun,"
                "runningTaskSlotsCount"
            ),
        ),
        ("jobs", "id,eTag,state,poolInfo,executionInfo"),
        ("schedules", "id,eTag,state,jobSpecification"),
        ("job", "id,eTag,state,poolInfo,executionInfo"),
        ("extensions", None),
        ("images", None),
        ("login", None),
    ],
)
def test_only_what_is_read_is_asked_for(scripted: Scripted, name: str, wanted: str | None) -> None:
    answered(scripted, READS[name], Answer(body=READS[name].found))
    (request,) = scripted.sent("GET")
    assert query(request.path).get("$select") == wanted


def test_jobs_and_schedules_of_other_pools_are_left_out(scripted: Scripted) -> None:
    there, else_ = {"poolInfo": {"poolId": "p"}}, {"poolInfo": {"poolId": "q"}}
    jobs = [{"id": "a", "eTag": "1", "state": "Active", **there}, {"id": "b", **else_}]
    made = [
        {"id": "c", "eTag": "2", "state": "disabled", "jobSpecification": there},
        {"id": "d", "jobSpecification": else_},
    ]
    assert answered(scripted, READS["jobs"], Answer(body={"value": jobs})) == (
        JobFacts("a", "active", etag="1"),
    )
    found = answered(scripted, READS["schedules"], Answer(body={"value": made}))
    assert found == (JobFacts("c", "disabled", schedule=True, etag="2"),)


def test_what_is_read_of_one_thing(scripted: Scripted) -> None:
    job = {"id": "night:1", "state": "Disabling", "eTag": "0x1"}
    assert answered(scripted, READS["job"], Answer(body=job)) == JobFacts("night:1", "disabling", etag="0x1")
    assert answered(scripted, READS["login"], Answer(body=LOGIN)) == LoginFacts("1.2.3.4", 50000)
    seen = answered(scripted, READS["progress"], Answer(body={"state": "Active", "targetDedicatedNodes": 3}))
    assert (seen.state, seen.target) == ("active", 3)


def test_the_images_that_batch_takes_are_read_from_all_pages(scripted: Scripted) -> None:
    def image(sku: str, **more: Any) -> dict[str, Any]:
        reference = {"publisher": "Canonical", "offer": "o", "sku": sku, "version": "latest"}
        return {"nodeAgentSKUId": "a", "imageReference": reference, **more}

    ended = image("1", batchSupportEndOfLife="2019-11-01T00:00:00.0Z")
    first = {"value": [ended], "odata.nextLink": f"{scripted.endpoint}/more"}
    scripted.answer("GET", "/supportedimages", Answer(body=first))
    odd = [image("2", batchSupportEndOfLife="never"), {"nodeAgentSKUId": "b"}]
    scripted.answer("GET", "/more", Answer(503), Answer(body={"value": odd}))
    assert scripted.azure.batch.images(scripted.endpoint) == (
        ImageFacts("Canonical", "o", "1", "a", "2019-11-01"),
        ImageFacts("Canonical", "o", "2", "a"),
        ImageFacts("", "", "", "b"),
    )
    assert query(scripted.sent("GET")[0].path)["maxresults"] == "1000"


# The ETag of a pool


@pytest.mark.parametrize(
    ("headers", "body", "etag"),
    [
        ({"ETag": "0x7"}, {}, "0x7"),
        ({"ETag": "0x7"}, {"eTag": "0x8"}, "0x7"),
        ({}, {"eTag": "0x8"}, "0x8"),
        ({"ETag": ""}, {"eTag": "0x8"}, "0x8"),
    ],
)
def test_the_etag_of_a_pool_is_that_of_the_answer(
    scripted: Scripted, headers: dict[str, str], body: dict[str, str], etag: str
) -> None:
    scripted.answer("GET", "/pools/p", Answer(body=body, headers=headers))
    assert scripted.azure.batch.etag(scripted.endpoint, "p") == etag
    (request,) = scripted.sent("GET")
    assert query(request.path) == {"api-version": "2025-06-01"}


@pytest.mark.parametrize("body", [{}, {"eTag": ""}, {"eTag": None}, {"eTag": 5}, {"eTag": ["0x8"]}])
def test_a_pool_without_an_etag_is_left_as_it_is(scripted: Scripted, body: dict[str, Any]) -> None:
    scripted.answer("GET", "/pools/p", Answer(body=body))
    with pytest.raises(Refused) as told:
        scripted.azure.batch.etag(scripted.endpoint, "p")
    assert told.value.what == f"Azure gave no ETag for pool p at {scripted.endpoint}."


def test_a_pool_that_is_not_there_has_none_and_one_that_cannot_be_read_is_told(scripted: Scripted) -> None:
    scripted.answer("GET", "/pools/p", refused(404), refused(403), refused(409), refused(500))
    assert scripted.azure.batch.etag(scripted.endpoint, "p") is None
    for kind in (NotPermitted, ServiceRefusal, GaveUp):
        with pytest.raises(kind, match="reading pool p"):
            scripted.azure.batch.etag(scripted.endpoint, "p")


# What binds a change


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_what_was_read_is_bound_to_it(scripted: Scripted, name: str) -> None:
    bound = {"delete_pool_as_read": "0x7", "disable_job": "0x8", "disable a schedule": "0x9"}
    answered(scripted, CHANGES[name], Answer(GOOD.get(name, 202)))
    (request,) = scripted.sent(CHANGES[name].method)
    assert request.headers.get("If-Match") == bound.get(name)


@pytest.mark.parametrize("job", [replace(JOB, etag=""), replace(SCHEDULE, etag="")])
def test_what_was_not_read_is_not_disabled_but_enabled(scripted: Scripted, job: JobFacts) -> None:
    scripted.answer("POST", "able\\?", Answer(202))
    with pytest.raises(Refused, match=r"no ETag for job( schedule)? (night:1|weekly) at"):
        scripted.azure.batch.disable_job(scripted.endpoint, job, "requeue")
    assert scripted.sent("POST") == []
    scripted.azure.batch.enable_job(scripted.endpoint, job)
    assert len(scripted.sent("POST")) == 1


def test_a_delete_that_is_bound_to_nothing_is_not_sent(scripted: Scripted) -> None:
    with pytest.raises(ValueError, match="without its guard"):
        scripted.azure.batch.delete_pool_as_read(scripted.endpoint, "p", "")
    assert scripted.sent("DELETE") == []


@pytest.mark.parametrize(("job", "body"), [(JOB, {"disableTasks": "wait"}), (SCHEDULE, None)])
def test_only_a_job_has_tasks(scripted: Scripted, job: JobFacts, body: Any) -> None:
    scripted.answer("POST", "/disable", Answer(202))
    scripted.azure.batch.disable_job(scripted.endpoint, job, "wait")
    (request,) = scripted.sent("POST")
    assert (request.body or None) == body


# Users


def test_a_user_is_an_administrator_until_a_whole_second(scripted: Scripted) -> None:
    answered(scripted, CHANGES["create_user"], Answer(201))
    (request,) = scripted.sent("POST")
    assert request.body == {
        "name": "u",
        "isAdmin": True,
        "expiryTime": "2026-03-01T12:30:05Z",
        "sshPublicKey": "ssh-rsa K",
    }


def test_a_users_key_is_replaced_and_no_more(scripted: Scripted) -> None:
    answered(scripted, CHANGES["replace_user"], Answer(200))
    (request,) = scripted.sent("PUT")
    assert request.body == {"expiryTime": "2026-03-01T12:30:05Z", "sshPublicKey": "ssh-rsa K"}


USER = Call(
    lambda batch, at: batch.delete_user(at, "p", "n", "u"),
    "DELETE",
    "/pools/p/nodes/n/users/u",
    "deleting user u on node n",
    "",
)


def test_a_user_that_is_removed_was_there_or_was_not(scripted: Scripted) -> None:
    assert answered(scripted, USER, Answer(200)) is True
    (request,) = scripted.sent("DELETE")
    assert (urlsplit(request.path).path, request.headers.get("If-Match")) == (USER.path, None)
    for code in ("NodeUserNotFound", "NodeNotFound", "PoolNotFound"):
        assert answered(scripted, USER, refused(404, code)) is False
    assert answered(scripted, USER, Answer(drop=True), refused(404)) is False


def test_a_user_that_could_not_be_removed_is_told(scripted: Scripted) -> None:
    with pytest.raises(NotPermitted) as forbidden:
        answered(scripted, USER, refused(403))
    assert (forbidden.value.what, ADD in forbidden.value.do) == (f"Azure refused {USER.doing}.", True)
    for status in (400, 409, 412):
        with pytest.raises(ServiceRefusal) as refusal:
            answered(scripted, USER, refused(status))
        assert (refusal.value.status, refusal.value.unsure) == (status, False)
    with pytest.raises(GaveUp) as lost:
        answered(scripted, USER, Answer(drop=True))
    assert lost.value.unsure
    with pytest.raises(ServiceRefusal) as met:
        answered(scripted, USER, refused(500), refused(409))
    assert met.value.unsure


# Names


BAD = "a/b"


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        ("pool", lambda batch, at: batch.progress(at, BAD)),
        ("pool", lambda batch, at: batch.etag(at, BAD)),
        ("pool", lambda batch, at: batch.delete_pool_as_read(at, BAD, "0x7")),
        ("pool", lambda batch, at: batch.nodes(at, BAD)),
        ("pool", lambda batch, at: batch.extensions(at, BAD, "n")),
        ("node", lambda batch, at: batch.extensions(at, "p", BAD)),
        ("pool", lambda batch, at: batch.login(at, BAD, "n")),
        ("node", lambda batch, at: batch.login(at, "p", BAD)),
        ("user", lambda batch, at: batch.create_user(at, "p", "n", BAD, "", LATER)),
        ("node", lambda batch, at: batch.create_user(at, "p", BAD, "u", "", LATER)),
        ("user", lambda batch, at: batch.replace_user(at, "p", "n", BAD, "", LATER)),
        ("node", lambda batch, at: batch.replace_user(at, "p", BAD, "u", "", LATER)),
        ("user", lambda batch, at: batch.delete_user(at, "p", "n", BAD)),
        ("pool", lambda batch, at: batch.delete_user(at, BAD, "n", "u")),
        ("job", lambda batch, at: batch.job(at, BAD)),
        ("job", lambda batch, at: batch.disable_job(at, replace(JOB, id=BAD), "wait")),
        ("job", lambda batch, at: batch.enable_job(at, replace(SCHEDULE, id=BAD))),
    ],
)
def test_a_name_that_would_change_the_address_is_refused(
    scripted: Scripted, kind: str, ask: Callable[[Batch, str], Any]
) -> None:
    with pytest.raises(UsageProblem, match=f"name of a {kind}"):
        ask(scripted.azure.batch, scripted.endpoint)
    assert scripted.service.requests == []


def test_what_is_read_is_read_although_no_change_is_declared(scripted: Scripted) -> None:
    scripted.declared.__exit__(None, None, None)
    for call in READS.values():
        answered(scripted, call, Answer(body=call.found))
        assert len(scripted.sent("GET")) == 1
    for call in (*CHANGES.values(), USER):
        with pytest.raises(Refused, match="was not sent"):
            answered(scripted, call, Answer(202))
        assert scripted.sent(call.method) == []
