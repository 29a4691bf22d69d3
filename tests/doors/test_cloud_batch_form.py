"""A change is bound to an ETag bare, and in quotes where that was not met although the ETag is the same."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.doors.scripted import Scripted, refused
from tests.unit.cloud.scripted_service import Answer
from troubleshooter.errors import Interrupted, NotPermitted, ServiceRefusal
from troubleshooter.model.facts import JobFacts

JOB = JobFacts("night:1", "active", etag="0x7")
SCHEDULE = JobFacts("weekly", "active", schedule=True, etag="0x7")
BARE, QUOTED = "0x7", '"0x7"'
STILL = Answer(body={"eTag": BARE}, headers={"ETag": BARE})
NOT_MET = refused(412, "ConditionNotMet")
NOT_UNDERSTOOD = refused(400, "InvalidHeaderValue")
TAKEN = Answer(202)


@dataclass
class Change:
    """One of those that are bound to what was read."""

    scripted: Scripted
    method: str
    path: str
    read: str
    """Where it is read again."""
    bound: list[str] = field(default_factory=list)
    """What each try was bound to."""

    def send(self, *answers: Answer, now: Answer = STILL) -> None:
        self.scripted.answer("GET", f"{self.read}\\?", now)
        self.scripted.answer(self.method, f"{self.path}\\?", *answers)
        batch, at = self.scripted.azure.batch, self.scripted.endpoint
        try:
            if self.method == "DELETE":
                batch.delete_pool_as_read(at, "p", BARE)
            else:
                batch.disable_job(at, SCHEDULE if "schedules" in self.path else JOB, "requeue")
        finally:
            self.bound = [each.headers["If-Match"] for each in self.scripted.sent(self.method)]

    @property
    def reads(self) -> int:
        return len(self.scripted.sent("GET"))


@pytest.fixture(
    params=["/pools/p", "/jobs/night%3A1", "/jobschedules/weekly"], ids=["pool", "job", "schedule"]
)
def change(scripted: Scripted, request: pytest.FixtureRequest) -> Change:
    of_pool = request.param == "/pools/p"
    return Change(
        scripted, "DELETE" if of_pool else "POST", request.param + "/disable" * (not of_pool), request.param
    )


@pytest.mark.parametrize("first", [NOT_MET, NOT_UNDERSTOOD], ids=["not met", "not understood"])
def test_where_the_same_etag_is_read_again_it_was_the_form(change: Change, first: Answer) -> None:
    change.send(first, TAKEN)
    assert (change.bound, change.reads) == ([BARE, QUOTED], 1)


def test_the_form_that_is_taken_is_not_followed_by_another(change: Change) -> None:
    change.send(TAKEN)
    assert (change.bound, change.reads) == ([BARE], 0)


@pytest.mark.parametrize(
    "now",
    [Answer(body={"eTag": "0x6"}), Answer(body={"eTag": "0xF"}), refused(404)],
    ids=["lower", "higher", "gone"],
)
def test_what_moved_meets_no_other_form(change: Change, now: Answer) -> None:
    with pytest.raises(ServiceRefusal) as told:
        change.send(NOT_MET, TAKEN, now=now)
    assert (told.value.status, change.bound) == (412, [BARE])


@pytest.mark.parametrize("lost", [Answer(drop=True), refused(503), refused(408)])
@pytest.mark.parametrize("then", [NOT_MET, NOT_UNDERSTOOD], ids=["not met", "not understood"])
def test_after_a_lost_answer_no_other_form_is_tried(change: Change, lost: Answer, then: Answer) -> None:
    """What the first try may still do would be taken for the second's."""
    with pytest.raises(ServiceRefusal) as told:
        change.send(lost, then, TAKEN)
    assert (told.value.status, told.value.unsure) == (then.status, True)
    assert (change.bound, change.reads) == ([BARE, BARE], 0)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "InvalidRequestBody"),
        (400, "AccountIsDisabled"),
        (409, "PoolBeingDeleted"),
        (411, "X"),
        (413, "X"),
    ],
)
def test_no_other_refusal_is_about_the_form(change: Change, status: int, code: str) -> None:
    with pytest.raises(ServiceRefusal) as told:
        change.send(refused(status, code), TAKEN)
    assert (told.value.code, change.bound, change.reads) == (code, [BARE], 0)


def test_the_other_form_is_tried_once(change: Change) -> None:
    with pytest.raises(ServiceRefusal) as told:
        change.send(NOT_MET)
    assert (told.value.status, told.value.unsure, change.bound) == (412, False, [BARE, QUOTED])


def test_a_lost_answer_in_the_other_form_is_unsure(change: Change) -> None:
    with pytest.raises(ServiceRefusal) as told:
        change.send(NOT_MET, Answer(drop=True), refused(409, "ScopeLocked"))
    assert (told.value.code, told.value.unsure) == ("ScopeLocked", True)
    assert change.bound == [BARE, QUOTED, QUOTED]


def test_what_cannot_be_read_again_is_told_and_nothing_else_is_sent(change: Change) -> None:
    with pytest.raises(NotPermitted) as told:
        change.send(NOT_MET, TAKEN, now=refused(403))
    assert (told.value.unsure, change.bound) == (False, [BARE])


def test_cancelled_while_it_is_read_again_nothing_was_done(change: Change) -> None:
    """A read whose answer was lost leaves nothing unsure."""
    change.scripted.cancel.cancel_after = 1
    with pytest.raises(Interrupted) as told:
        change.send(NOT_MET, TAKEN, now=Answer(drop=True))
    assert (told.value.unsure, change.bound) == (False, [BARE])


@pytest.mark.parametrize(("given", "other"), [(QUOTED, BARE), (f"W/{QUOTED}", BARE), (BARE, QUOTED)])
def test_an_etag_that_came_in_quotes_is_tried_without_them(
    scripted: Scripted, given: str, other: str
) -> None:
    scripted.answer("GET", "/pools/p", Answer(body={}, headers={"ETag": given}))
    scripted.answer("DELETE", "/pools/p", NOT_MET, TAKEN)
    scripted.azure.batch.delete_pool_as_read(scripted.endpoint, "p", given)
    assert [request.headers["If-Match"] for request in scripted.sent("DELETE")] == [given, other]
