"""What a refusal of Azure comes to by its code: what is told, and whether and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import Answer
from troubleshooter.cloud.refusals import rights, table
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.errors import GaveUp, NotFound, NotPermitted, ServiceRefusal, TroubleshooterError

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Cancel, Service
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target

MADE = Answer(body={"name": "dbg", "properties": {}})
MET = {code: known for code in table.rows() if (known := table.row(code, Call.POOL_CREATE))}
"""What is known of each code where the creation of a pool meets it."""


def arm(code: str, message: str = "No.", **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


LACKING = {
    "AccessDenied",
    "AuthorizationFailed",
    "DenyAssignmentAuthorizationFailed",
    "Forbidden",
    "InsufficientAccountPermissions",
    "InsufficientPermissions",
    "LinkedAuthorizationFailed",
}
"""Codes that tell of a right by themselves."""


def refused(service: Service, azure: Azure, target: Target, answer: Answer) -> TroubleshooterError:
    service.answer("PUT", "/pools/", answer)
    with pytest.raises(TroubleshooterError) as told:
        azure.arm.create_pool(target, "dbg", {})
    return told.value


def test_a_code_without_a_row_is_told_as_it_came(service: Service, azure: Azure, target: Target) -> None:
    body = arm("BrandNewCode", "Something new.")
    told = refused(service, azure, target, Answer(409, body, {"x-ms-request-id": "r-9"}))
    assert told.why == "Azure said BrandNewCode: Something new (HTTP 409, request id r-9)."
    assert told.do.startswith("BrandNewCode is not known here. ")


@pytest.mark.parametrize(("status", "kind"), [(401, NotPermitted), (403, NotPermitted), (404, NotFound)])
def test_so_is_one_of_another_status(
    service: Service, azure: Azure, target: Target, status: int, kind: type[Exception]
) -> None:
    told = refused(service, azure, target, Answer(status, arm("BrandNewCode")))
    assert isinstance(told, kind)
    assert told.do.startswith("BrandNewCode is not known here. ")


def test_what_has_no_code_is_not_called_unknown(service: Service, azure: Azure, target: Target) -> None:
    assert "not known" not in refused(service, azure, target, Answer(409, b"")).do


@pytest.mark.slow(every_change=True)
def test_the_advice_of_a_row_is_what_is_told(service: Service, azure: Azure, target: Target) -> None:
    lacking: set[str] = set()
    for code, known in MET.items():
        told = refused(service, azure, target, Answer(400, arm(code), {"x-ms-request-id": "r-1"}))
        if isinstance(told, NotPermitted):  # a right that lacks, whatever the status
            lacking.add(code)
            assert code in told.why
            continue
        assert isinstance(told, ServiceRefusal)
        assert (told.code, code in told.why, "request id r-1" in told.why) == (code, True, True)
        assert told.do == (known.do or rights.advice("No.", Call.POOL_CREATE.action))
    assert lacking == LACKING


# Another try


@pytest.mark.slow(every_change=True)
def test_what_is_worth_another_try_gets_one_and_nothing_else_does(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    pauses = {"itself": [1.0], "apart": [30.0]}
    for code, known in MET.items():
        cancel.waits.clear()
        service.answer("PUT", "/pools/", Answer(409, arm(code)), MADE)
        if known.again in pauses:
            azure.arm.create_pool(target, "dbg", {})
        else:
            with pytest.raises(NotPermitted if code in LACKING else ServiceRefusal):
                azure.arm.create_pool(target, "dbg", {})
        assert cancel.waits == pauses.get(known.again, []), code


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("code", ["TooManyRequests", "TooManyEnableAutoScaleRequests"])
def test_changes_of_a_pool_are_half_a_minute_apart(
    service: Service, azure: Azure, target: Target, cancel: Cancel, status: int, code: str
) -> None:
    service.answer("PUT", "/pools/", Answer(status, arm(code)), MADE)
    azure.arm.create_pool(target, "dbg", {})
    assert cancel.waits == [30.0]


def test_what_the_service_asks_for_comes_first(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    service.answer("PUT", "/pools/", Answer(429, arm("TooManyRequests"), {"Retry-After": "7"}), MADE)
    azure.arm.create_pool(target, "dbg", {})
    assert cancel.waits == [7.0]


def test_a_read_need_not_keep_that_distance(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    service.answer("GET", "/pools/", Answer(429, arm("TooManyRequests")), MADE)
    azure.arm.pool(target, "dbg")
    assert cancel.waits == [1.0]


@pytest.mark.parametrize("status", [501, 505])
def test_what_azure_does_not_have_is_not_asked_for_again(
    service: Service, azure: Azure, target: Target, cancel: Cancel, status: int
) -> None:
    told = refused(service, azure, target, Answer(status, arm("NotImplemented")))
    assert (cancel.waits, told.unsure) == ([], True)


def test_a_pool_that_stays_busy_is_given_up_with_what_helps(
    service: Service, azure: Azure, target: Target, cancel: Cancel
) -> None:
    told = refused(service, azure, target, Answer(409, arm("PoolBeingResized")))
    assert isinstance(told, GaveUp)
    assert (told.do, cancel.waits) == ("Wait until the pool's resize is over, then try again.", [30.0] * 5)
    assert not told.unsure


# Whose right

IDENTITY = (
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kv-reader"
)


def linked(who: str) -> str:
    return (
        f"The client '{who}' has permission to perform action 'Microsoft.Batch/batchAccounts/pools/write' on"
        " scope 'x'; however, it does not have permission to perform action(s) 'Microsoft.ManagedIdentity/"
        f"userAssignedIdentities/assign/action' on the linked scope(s) '{IDENTITY}' or the linked scope(s)"
        " are invalid."
    )


@pytest.mark.parametrize("who", ["ada", "a" * 700], ids=["short", "longer than what is told"])
def test_the_right_that_the_whole_message_names_is_asked_for(
    service: Service, azure: Azure, target: Target, who: str
) -> None:
    told = refused(service, azure, target, Answer(403, arm("LinkedAuthorizationFailed", linked(who))))
    assert isinstance(told, NotPermitted)
    assert told.do.startswith(f"Ask for the role Managed Identity Operator on the identity {IDENTITY};")
    assert "Batch" not in told.do
