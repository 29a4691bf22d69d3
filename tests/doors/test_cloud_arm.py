"""What is asked of ARM, request by request, and what each of its answers comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.scripted import TARGET, refused
from tests.unit.cloud.scripted_service import Answer
from troubleshooter.errors import GaveUp, NotFound, NotPermitted, ServiceRefusal, UsageProblem
from troubleshooter.model.facts import SizeFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doors.scripted import Scripted
    from troubleshooter.cloud.arm import Arm

ACCOUNT = TARGET.account_id
POOL = f"{ACCOUNT}/pools/dbg"
MISSING = refused(404, "PoolNotFound")
PLENTY: dict[str, Any] = {"name": "dbg", "etag": 'W/"1"', "properties": {"provisioningState": "Succeeded"}}
GOING: dict[str, Any] = {"name": "dbg", "properties": {"provisioningState": "Deleting"}}
FACTS: dict[str, Any] = {"name": "renderacct", "properties": {"accountEndpoint": "there.example"}}
IN = "Batch account renderacct in resource group render-rg"
ADD, READ = "Azure Batch Data Contributor", "Azure Batch Account Reader"

READS: dict[str, tuple[str, dict[str, Any], Callable[[Arm], Any], str, str]] = {
    "account": (ACCOUNT, FACTS, lambda arm: arm.account(TARGET), "reading account renderacct", IN),
    "pool": (POOL, PLENTY, lambda arm: arm.pool(TARGET, "dbg"), "reading pool dbg", f"pool dbg in {IN}"),
    "pools": (
        f"{ACCOUNT}/pools",
        {"value": [PLENTY]},
        lambda arm: arm.pools(TARGET),
        "listing the pools of account renderacct",
        IN,
    ),
    "sizes": (
        f"/subscriptions/{TARGET.subscription}/providers/Microsoft.Batch/locations/westus/virtualMachineSkus",
        {"value": []},
        lambda arm: arm.sizes(TARGET, "westus"),
        "listing the sizes of nodes in westus",
        "region westus",
    ),
}
CHANGES: dict[str, tuple[str, dict[str, Any], Callable[[Arm], Any], str, str]] = {
    "create_pool": (
        "PUT",
        PLENTY,
        lambda arm: arm.create_pool(TARGET, "dbg", {"tags": {"a": "b"}}),
        "creating pool dbg",
        IN,
    ),
    "update_pool": (
        "PATCH",
        PLENTY,
        lambda arm: arm.update_pool(TARGET, "dbg", {"metadata": []}),
        "changing pool dbg",
        f"pool dbg in {IN}",
    ),
}


@pytest.mark.parametrize("read", READS)
def test_a_read_asks_for_one_thing_and_tells_what_came_of_it(scripted: Scripted, read: str) -> None:
    path, found, ask, doing, missing = READS[read]

    def answered(*answers: Answer) -> Any:
        scripted.forget()
        scripted.answer("GET", path, *answers)
        return ask(scripted.azure.arm)

    assert answered(Answer(body=found)) is not None
    (request,) = scripted.sent("GET")
    assert request.path == f"{path}?api-version=2025-06-01"

    with pytest.raises(NotFound) as none:
        answered(refused(404))
    assert none.value.what == f"There is no {missing}."
    with pytest.raises(NotPermitted) as forbidden:
        answered(refused(403))
    assert (forbidden.value.what, READ in forbidden.value.do) == (f"Azure refused {doing}.", True)
    for status in (400, 409, 412):
        with pytest.raises(ServiceRefusal) as refusal:
            answered(refused(status))
        assert (refusal.value.status, refusal.value.what) == (status, f"Azure refused {doing}.")
    for status in (408, 429, 500, 503):
        answered(refused(status), Answer(body=found))
        assert (len(scripted.sent("GET")), scripted.cancel.waits) == (2, [1.0])
        assert scripted.troubles == [f"ARM answered {status}; trying again in 1 s (1 of 6)"]
    with pytest.raises(GaveUp) as over:
        answered(Answer(drop=True))
    assert (len(scripted.sent("GET")), over.value.unsure) == (6, False)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_sent_as_it_was_given_and_tells_what_came_of_it(scripted: Scripted, change: str) -> None:
    method, made, act, doing, missing = CHANGES[change]

    def answered(*answers: Answer) -> Any:
        scripted.forget()
        scripted.answer(method, POOL, *answers)
        return act(scripted.azure.arm)

    pool = answered(Answer(body=made, headers={"ETag": "x"}))
    assert (pool.body, pool.etag) == (made, "x")
    (request,) = scripted.sent(method)
    assert request.path == f"{POOL}?api-version=2025-06-01"

    with pytest.raises(NotFound) as none:
        answered(refused(404))
    assert none.value.what == f"There is no {missing}."
    with pytest.raises(NotPermitted) as forbidden:
        answered(refused(403))
    assert ADD in forbidden.value.do
    for status in (400, 409, 412):
        with pytest.raises(ServiceRefusal) as refusal:
            answered(refused(status))
        assert (refusal.value.status, refusal.value.unsure) == (status, False)
        assert refusal.value.what == f"Azure refused {doing}."
    for first in (Answer(drop=True), refused(408), refused(503)):
        with pytest.raises(ServiceRefusal) as met:
            answered(first, refused(412))
        assert met.value.unsure
    answered(refused(429), Answer(body=made))
    assert len(scripted.sent(method)) == 2


def test_a_pool_is_made_only_where_there_is_none(scripted: Scripted) -> None:
    scripted.answer("PUT", POOL, Answer(body=PLENTY))
    scripted.azure.arm.create_pool(TARGET, "dbg", {"tags": {"a": "b"}, "unknown": [1]})
    (request,) = scripted.sent("PUT")
    assert request.body == {"tags": {"a": "b"}, "unknown": [1]}
    assert (request.headers["If-None-Match"], request.headers.get("If-Match")) == ("*", None)


@pytest.mark.parametrize(
    ("tries", "unanswered"),
    [
        ([Answer(body=PLENTY)], 0),
        ([Answer(drop=True), Answer(body=PLENTY)], 1),
        ([Answer(drop=True), Answer(drop=True), Answer(body=PLENTY)], 2),
        ([refused(503), refused(429), Answer(body=PLENTY)], 0),  # an answer is one
    ],
)
def test_each_try_to_make_a_pool_that_nobody_answered_is_told(
    scripted: Scripted, tries: list[Answer], unanswered: int
) -> None:
    told: list[None] = []
    scripted.answer("PUT", POOL, *tries)
    scripted.azure.arm.create_pool(TARGET, "dbg", {}, lambda: told.append(None))
    assert len(told) == unanswered


def test_a_change_of_a_pool_sends_what_changes(scripted: Scripted) -> None:
    scripted.answer("PATCH", POOL, Answer(body=PLENTY))
    scripted.azure.arm.update_pool(TARGET, "dbg", {"metadata": [{"name": "a", "value": "b"}]})
    (request,) = scripted.sent("PATCH")
    assert request.body == {"properties": {"metadata": [{"name": "a", "value": "b"}]}}


def test_the_targets_own_pool_is_read_where_no_other_is_named(scripted: Scripted) -> None:
    scripted.answer("GET", f"{ACCOUNT}/pools/", Answer(body=PLENTY))
    scripted.azure.arm.pool(TARGET)
    with pytest.raises(UsageProblem, match="name of a pool"):
        scripted.azure.arm.pool(TARGET, "")  # no name is not the target's own
    (request,) = scripted.sent("GET")
    assert "/pools/render-pool?" in request.path


@pytest.mark.parametrize("wrong", [{"subscription": "x"}, {"resource_group": "a/b"}, {"account": "a?"}])
def test_nothing_is_asked_of_a_target_that_is_none(scripted: Scripted, wrong: dict[str, str]) -> None:
    arm, target = scripted.azure.arm, replace(TARGET, **wrong)
    for ask in (
        lambda: arm.account(target),
        lambda: arm.pools(target),
        lambda: arm.pool(target, "dbg"),
        lambda: arm.create_pool(target, "dbg", {}),
        lambda: arm.update_pool(target, "dbg", {}),
        lambda: arm.delete_pool(target, "dbg"),
        lambda: arm.pool_gone(target, "dbg"),
    ):
        with pytest.raises(UsageProblem, match="cannot be the name"):
            ask()
    assert scripted.service.requests == []


@pytest.mark.parametrize("name", ["a/b", "..", "", "a" * 65, "ä"])
def test_nothing_is_deleted_by_a_name_that_is_none(scripted: Scripted, name: str) -> None:
    for ask in (scripted.azure.arm.delete_pool, scripted.azure.arm.pool_gone):
        with pytest.raises(UsageProblem, match="name of a pool"):
            ask(TARGET, name)
    assert scripted.service.requests == []


def test_all_pages_of_pools_are_read_and_one_that_cannot_be_is_left_out(scripted: Scripted) -> None:
    more = {"value": [PLENTY, {"name": "odd", "properties": []}], "nextLink": f"{scripted.endpoint}/more"}
    scripted.answer("GET", f"{ACCOUNT}/pools", Answer(body=more))
    scripted.answer("GET", "/more", Answer(body={"value": [GOING, {"name": "bare"}]}))
    assert scripted.azure.arm.pools(TARGET) == (PLENTY, GOING)
    assert scripted.troubles == [
        "left out: pool odd: its properties is no object",
        "left out: pool bare: its properties are missing",
    ]


def test_a_size_that_does_not_say_its_cores_is_left_out(scripted: Scripted) -> None:
    known = {"name": "A", "familyName": "F", "capabilities": [{"name": "vCPUs", "value": "2"}]}
    scripted.answer("GET", "/virtualMachineSkus", Answer(body={"value": [known, {"name": "B"}]}))
    assert scripted.azure.arm.sizes(TARGET, "westus") == (SizeFacts("A", "F", 2),)


# A pool is deleted


def taken(scripted: Scripted, pool: str = "dbg", operation: str = "/operation/1") -> Answer:
    there = Answer(202, None, {"Azure-AsyncOperation": f"{scripted.endpoint}{operation}"})
    scripted.answer("DELETE", f"/pools/{pool}", there)
    scripted.azure.arm.delete_pool(TARGET, pool)
    return there


def test_a_pool_that_is_gone_is_fine_to_delete(scripted: Scripted) -> None:
    scripted.answer("DELETE", POOL, MISSING)
    scripted.answer("GET", POOL, MISSING)
    scripted.azure.arm.delete_pool(TARGET, "dbg")
    (request,) = scripted.sent("DELETE")
    assert request.path == f"{POOL}?api-version=2025-06-01"
    assert scripted.sent("GET") == []
    assert scripted.azure.arm.pool_gone(TARGET, "dbg")


@pytest.mark.parametrize("then", [Answer(body=GOING), MISSING], ids=["going", "gone"])
def test_a_conflict_with_its_own_deletion_is_fine(scripted: Scripted, then: Answer) -> None:
    scripted.answer("DELETE", POOL, refused(409, "PoolBeingDeleted"))
    scripted.answer("GET", POOL, then)
    scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert len(scripted.sent("GET")) == 1


@pytest.mark.parametrize("state", ["Succeeded", None])
def test_a_conflict_with_a_pool_that_stays_is_told(scripted: Scripted, state: str | None) -> None:
    scripted.answer("DELETE", POOL, refused(409, "ScopeLocked"))
    scripted.answer("GET", POOL, Answer(body={"name": "dbg", "properties": {"provisioningState": state}}))
    with pytest.raises(ServiceRefusal) as told:
        scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert (told.value.status, told.value.code) == (409, "ScopeLocked")


@pytest.mark.parametrize("status", [400, 408, 410, 412, 422])
def test_no_other_refusal_is_fine_although_the_pool_is_going(scripted: Scripted, status: int) -> None:
    scripted.answer("DELETE", POOL, refused(status))
    scripted.answer("GET", POOL, Answer(body=GOING))
    with pytest.raises((ServiceRefusal, GaveUp)):
        scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert scripted.sent("GET") == []


def test_a_delete_that_is_not_permitted_names_the_role(scripted: Scripted) -> None:
    scripted.answer("DELETE", POOL, refused(403))
    with pytest.raises(NotPermitted) as told:
        scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert (told.value.what, ADD in told.value.do) == ("Azure refused deleting pool dbg.", True)


@pytest.mark.parametrize("first", [Answer(drop=True), refused(503), refused(429)])
def test_a_delete_whose_answer_was_lost_is_sent_again(scripted: Scripted, first: Answer) -> None:
    scripted.answer("DELETE", POOL, first, Answer(202))
    scripted.answer("GET", POOL, MISSING)
    scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert len(scripted.sent("DELETE")) == 2
    assert scripted.azure.arm.pool_gone(TARGET, "dbg")


def test_a_delete_that_nobody_answers_is_unsure(scripted: Scripted) -> None:
    scripted.answer("DELETE", POOL, Answer(drop=True))
    with pytest.raises(GaveUp) as told:
        scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert (told.value.unsure, len(scripted.sent("DELETE"))) == (True, 6)


# Is it gone


def test_a_pool_is_not_looked_at_while_its_deletion_goes_on(scripted: Scripted) -> None:
    taken(scripted)
    scripted.answer("GET", "/operation/1", Answer(202), Answer(body={"status": "InProgress"}))
    scripted.answer("GET", POOL, MISSING)
    assert scripted.azure.arm.pool_gone(TARGET, "dbg") is False
    assert scripted.azure.arm.pool_gone(TARGET, "dbg") is False
    assert scripted.service.seen("GET", "/pools/") == []


@pytest.mark.parametrize(
    "ended", [Answer(body={"status": "Succeeded"}), Answer(204), Answer(200), refused(404), refused(403)]
)
def test_after_its_deletion_the_pool_itself_tells(scripted: Scripted, ended: Answer) -> None:
    taken(scripted)
    scripted.answer("GET", "/operation/1", ended)
    scripted.answer("GET", POOL, Answer(body=GOING), MISSING)
    assert scripted.azure.arm.pool_gone(TARGET, "dbg") is False
    assert scripted.azure.arm.pool_gone(TARGET, "dbg") is True
    assert len(scripted.service.seen("GET", "/operation/1")) == 2


def test_a_deletion_is_followed_to_where_each_answer_says(scripted: Scripted) -> None:
    """As Azure was recorded: each 202 brings a Location that is signed anew; the last answer brings none."""

    def at(number: int) -> dict[str, str]:
        return {"Location": f"{scripted.endpoint}/operation?t={number}"}

    scripted.answer("DELETE", POOL, Answer(202, None, at(1)))
    scripted.answer("GET", "/operation", Answer(202, None, at(2)), Answer(202, None, at(3)), Answer(200))
    scripted.answer("GET", POOL, MISSING)
    scripted.azure.arm.delete_pool(TARGET, "dbg")
    assert [scripted.azure.arm.pool_gone(TARGET, "dbg") for _ in range(3)] == [False, False, True]
    asked = [request.path for request in scripted.service.seen("GET", "/operation")]
    assert asked == ["/operation?t=1", "/operation?t=2", "/operation?t=3"]


def test_where_an_answer_says_nothing_a_deletion_is_followed_as_before(scripted: Scripted) -> None:
    taken(scripted)
    scripted.answer("GET", "/operation/1", Answer(202), Answer(202, None, {"Location": ""}), Answer(200))
    scripted.answer("GET", POOL, MISSING)
    assert [scripted.azure.arm.pool_gone(TARGET, "dbg") for _ in range(3)] == [False, False, True]


def test_whoever_may_not_read_the_operation_is_told_by_the_pool(scripted: Scripted) -> None:
    """Its result is a right of its own: without it the pool is being deleted all the same."""
    taken(scripted)
    scripted.answer("GET", "/operation/1", refused(403, "AuthorizationFailed"))
    scripted.answer("GET", POOL, refused(403))
    with pytest.raises(NotPermitted, match="reading pool dbg"):
        scripted.azure.arm.pool_gone(TARGET, "dbg")


def test_without_a_deletion_of_our_own_only_the_pool_is_asked(scripted: Scripted) -> None:
    scripted.answer("DELETE", POOL, Answer(202))
    scripted.azure.arm.delete_pool(TARGET, "dbg")
    scripted.answer("GET", POOL, Answer(body=GOING), MISSING)
    assert scripted.azure.arm.pool_gone(TARGET, "dbg") is False
    assert scripted.azure.arm.pool_gone(TARGET, "dbg") is True


def test_each_pool_is_told_by_its_own_deletion_in_either_case(scripted: Scripted) -> None:
    taken(scripted)
    taken(scripted, "other", "/operation/2")
    scripted.answer("GET", "/operation/1", Answer(202))
    scripted.answer("GET", "/operation/2", Answer(body={"status": "Succeeded"}))
    scripted.answer("GET", "/pools/", MISSING)
    assert scripted.azure.arm.pool_gone(TARGET, "DBG") is False
    assert scripted.azure.arm.pool_gone(replace(TARGET, account="RenderAcct"), "dbg") is False
    assert scripted.azure.arm.pool_gone(TARGET, "other") is True


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        (Answer(body={"status": "Failed", "error": {"code": "C", "message": "M"}}), ServiceRefusal, 200),
        (refused(409), ServiceRefusal, 409),
        (refused(500), GaveUp, None),
    ],
)
def test_a_deletion_that_ended_badly_or_cannot_be_asked_is_told(
    scripted: Scripted, answer: Answer, kind: type[Exception], status: int | None
) -> None:
    taken(scripted)
    scripted.answer("GET", "/operation/1", answer)
    with pytest.raises(kind) as told:
        scripted.azure.arm.pool_gone(TARGET, "dbg")
    assert getattr(told.value, "status", None) == status
    assert scripted.service.seen("GET", "/pools/") == []


@pytest.mark.parametrize(
    ("answer", "kind"), [(refused(403), NotPermitted), (refused(409), ServiceRefusal), (refused(500), GaveUp)]
)
def test_that_a_pool_cannot_be_read_does_not_mean_that_it_is_gone(
    scripted: Scripted, answer: Answer, kind: type[Exception]
) -> None:
    scripted.answer("GET", POOL, answer)
    with pytest.raises(kind):
        scripted.azure.arm.pool_gone(TARGET, "dbg")
