"""The requests that we make ourselves to the data plane: each as it has to be on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.doors.scripted import refused
from tests.unit.cloud.scripted_service import Answer
from troubleshooter.cloud import data_plane
from troubleshooter.errors import Refused
from troubleshooter.model.facts import JobFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.batch import BatchClient

    from tests.doors.scripted import Scripted

JOB = JobFacts("night:1", "active", etag="0x8")
SCHEDULE = JobFacts("weekly", "active", schedule=True, etag="0x9")
CONTENT = "application/json; odata=minimalmetadata"

ACTS: dict[str, Callable[[BatchClient, str], None]] = {
    "delete": lambda client, endpoint: data_plane.delete_pool(client, endpoint, "dbg", "0x7"),
    "enable a job": lambda client, endpoint: data_plane.enable(client, endpoint, JOB),
    "enable a schedule": lambda client, endpoint: data_plane.enable(client, endpoint, SCHEDULE),
    "disable a job": lambda client, endpoint: data_plane.disable(client, endpoint, JOB, "terminate"),
    "disable a schedule": lambda client, endpoint: data_plane.disable(
        client, endpoint, SCHEDULE, "terminate"
    ),
}


@pytest.mark.parametrize(
    ("act", "method", "path", "guard", "body"),
    [
        ("delete", "DELETE", "/pools/dbg", "0x7", None),
        ("enable a job", "POST", "/jobs/night%3A1/enable", None, None),
        ("enable a schedule", "POST", "/jobschedules/weekly/enable", None, None),
        ("disable a job", "POST", "/jobs/night%3A1/disable", "0x8", {"disableTasks": "terminate"}),
        ("disable a schedule", "POST", "/jobschedules/weekly/disable", "0x9", None),
    ],
)
def test_a_request_says_what_is_meant_and_no_more(
    scripted: Scripted, act: str, method: str, path: str, guard: str | None, body: Any
) -> None:
    scripted.answer(method, path, Answer(202))
    ACTS[act](scripted.session.batch(scripted.endpoint), scripted.endpoint)

    (request,) = scripted.sent(method)
    assert request.path == f"{path}?api-version=2025-06-01"
    assert (request.headers["Accept"], request.headers.get("If-Match")) == ("application/json", guard)
    assert request.headers.get("Content-Type") == (CONTENT if body else None)
    assert (request.body or None) == body


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", [300, 302, 400, 404, 409, 412, 429, 500, 503])
def test_what_was_not_done_is_an_error(scripted: Scripted, act: str, status: int) -> None:
    """A proxy's page to sign in at is not: what comes of it would be written down as done."""
    for method in ("DELETE", "POST"):
        scripted.answer(method, "/(pools|jobs|jobschedules)/", refused(status))
    with pytest.raises(HttpResponseError) as told:
        ACTS[act](scripted.session.batch(scripted.endpoint), scripted.endpoint)
    assert told.value.status_code == status


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_what_was_taken_is_none(scripted: Scripted, status: int) -> None:
    scripted.answer("DELETE", "/pools/dbg", Answer(status))
    ACTS["delete"](scripted.session.batch(scripted.endpoint), scripted.endpoint)
    assert len(scripted.sent("DELETE")) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda client: data_plane.delete_pool(client, "https://nowhere.example", "dbg", ""),
        lambda client: data_plane.disable(client, "https://nowhere.example", JobFacts("a", ""), "requeue"),
        lambda client: data_plane.disable(
            client, "https://nowhere.example", JobFacts("a", "", schedule=True), "requeue"
        ),
    ],
    ids=["delete", "a job", "a schedule"],
)
def test_a_change_that_is_bound_to_nothing_is_not_sent(
    scripted: Scripted, act: Callable[[BatchClient], None]
) -> None:
    with pytest.raises(ValueError, match="without its guard"):
        act(scripted.session.batch(scripted.endpoint))
    assert scripted.service.requests == []


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_sent_while_no_change_is_declared(scripted: Scripted, act: str) -> None:
    scripted.declared.__exit__(None, None, None)
    with pytest.raises(Refused, match="was not sent"):
        ACTS[act](scripted.session.batch(scripted.endpoint), scripted.endpoint)
    assert scripted.service.requests == []
