"""The deletion of a pool by ARM: what of its answers is kept, and how its operation is told to be over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.doors.scripted import TARGET, refused
from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer
from troubleshooter.cloud import deletion
from troubleshooter.cloud.deletion import Seen
from troubleshooter.errors import ServiceRefusal

if TYPE_CHECKING:
    from tests.doors.scripted import Scripted

POOL = "/batchAccounts/renderacct/pools/dbg"
OPERATION = "/operation/1"
CHALLENGE = {"WWW-Authenticate": 'Bearer error="insufficient_claims", claims="eyJhIjogMX0="'}
"""Azure wants another token, which the SDK fetches and sends at once, as another request."""


def started(scripted: Scripted, *answers: Answer) -> str:
    scripted.answer("DELETE", POOL, *answers)
    return deletion.start(scripted.session.arm(SUBSCRIPTION), TARGET, "dbg")


@pytest.mark.parametrize(
    ("status", "headers", "operation"),
    [
        (202, {"Azure-AsyncOperation": "/asked", "Location": "/other"}, "/asked"),
        (202, {"Location": "/other"}, "/other"),
        (202, {"Azure-AsyncOperation": "", "Location": "/other"}, "/other"),
        (202, {}, ""),
        (200, {"Location": "/other"}, "/other"),
        (200, {}, ""),
        (204, {}, ""),
        (202, {"Location": "/other", "Retry-After": "Thu, 01 Jan 2099 00:00:00 GMT"}, "/other"),
    ],
)
def test_a_deletion_is_followed_where_its_answer_says(
    scripted: Scripted, status: int, headers: dict[str, str], operation: str
) -> None:
    assert started(scripted, Answer(status, None, headers)) == operation
    assert len(scripted.sent("DELETE")) == 1


def test_the_answer_that_took_the_delete_counts_not_the_one_before_it(scripted: Scripted) -> None:
    taken = Answer(202, None, {"Location": "/taken"})
    assert started(scripted, Answer(401, None, CHALLENGE | {"Location": "/challenge"}), taken) == "/taken"
    assert len(scripted.sent("DELETE")) == 2


def test_nobody_else_follows_it_meanwhile(scripted: Scripted) -> None:
    """The SDK's poller is a thread that cannot be cancelled."""
    scripted.answer("GET", OPERATION, Answer(body={"status": "Succeeded"}))
    started(scripted, Answer(202, None, {"Azure-AsyncOperation": f"{scripted.endpoint}{OPERATION}"}))
    for thread in threading.enumerate():
        if thread.name.startswith("LROPoller"):
            thread.join(10)
    assert scripted.service.seen("GET", OPERATION) == []


@pytest.mark.parametrize("status", [300, 302, 400, 404, 409, 412, 429, 500, 503])
def test_a_delete_that_was_not_taken_is_an_error(scripted: Scripted, status: int) -> None:
    with pytest.raises(HttpResponseError) as told:
        started(scripted, refused(status))
    assert told.value.status_code == status
    assert len(scripted.sent("DELETE")) == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(200, {"status": "Succeeded"}), Seen(200, {"status": "Succeeded"})),
        (Answer(202, {"status": "InProgress"}), Seen(202, {"status": "InProgress"})),
        (Answer(202), Seen(202, {})),
        (Answer(204), Seen(204, {})),
        (Answer(202, None, {"Location": "/next"}), Seen(202, {}, "/next")),
        (Answer(202, None, {"Location": ""}), Seen(202, {})),
        (Answer(202, None, {"Azure-AsyncOperation": "/next"}), Seen(202, {})),
        (Answer(202, None, {"Location": "http://[no/address"}), Seen(202, {})),
        (Answer(204, None, {"Location": "/result"}), Seen(204, {})),
        (Answer(200, None, {"Location": "/result"}), Seen(200, {})),
        (Answer(200, None, {"Location": "/result", "Retry-After": "1"}), Seen(200, {})),
        (
            Answer(200, {"status": "InProgress"}, {"Azure-AsyncOperation": "/next", "Location": "/result"}),
            Seen(200, {"status": "InProgress"}, "/next"),
        ),
        (Answer(202, {"status": "Running"}, {"Location": "/result"}), Seen(202, {"status": "Running"})),
    ],
)
def test_an_operation_is_looked_at_once(scripted: Scripted, answer: Answer, told: Seen) -> None:
    scripted.answer("GET", OPERATION, answer)
    arm = scripted.session.arm(SUBSCRIPTION)
    assert deletion.look(arm, f"{scripted.endpoint}{OPERATION}") == told
    assert len(scripted.sent("GET")) == 1


@pytest.mark.parametrize("status", [400, 404, 409, 412, 429, 500, 503])
def test_an_operation_that_does_not_tell_is_an_error(scripted: Scripted, status: int) -> None:
    scripted.answer("GET", OPERATION, refused(status))
    with pytest.raises(HttpResponseError) as told:
        deletion.look(scripted.session.arm(SUBSCRIPTION), f"{scripted.endpoint}{OPERATION}")
    assert told.value.status_code == status


@pytest.mark.parametrize(
    ("status", "body", "over"),
    [
        (200, {"status": "Succeeded"}, True),
        (202, {"status": "SUCCEEDED"}, True),
        (200, {"status": "InProgress"}, False),
        (204, {"status": "Deleting"}, False),
        (200, {"status": "Updating"}, False),  # after "succeeded" by its letters
        (200, {}, True),
        (201, {}, True),
        (203, {}, True),
        (204, {"status": ""}, True),
        (202, {}, False),
    ],
)
def test_an_operation_is_over_by_its_own_word_or_where_it_has_none_by_its_status(
    status: int, body: dict[str, Any], over: bool
) -> None:
    assert deletion.is_over("dbg", status, body) is over


@pytest.mark.parametrize("state", ["Failed", "failed", "Canceled"])
@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            {"code": "SubnetInUse", "message": "Its subnet is locked."},
            "SubnetInUse",
            "Azure said SubnetInUse: Its subnet is locked.",
        ),
        ({"code": "SubnetInUse"}, "SubnetInUse", "Azure said SubnetInUse."),
        ({"message": "It is locked."}, "", "Azure said It is locked."),
        ({"code": None, "message": None}, "", "Azure gave no reason."),
        ({}, "", "Azure gave no reason."),
        ("odd", "", "Azure gave no reason."),
        (None, "", "Azure gave no reason."),
    ],
)
def test_an_operation_that_failed_says_why_as_far_as_azure_does(
    state: str, error: Any, code: str, said: str
) -> None:
    with pytest.raises(ServiceRefusal) as told:
        deletion.is_over("dbg", 200, {"status": state, "error": error})
    assert (told.value.status, told.value.code) == (200, code)
    assert told.value.what == "Azure did not finish deleting pool dbg."
    assert told.value.why == f"The operation ended as {state.lower()}. {said}"
