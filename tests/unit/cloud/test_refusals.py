"""Every listed error code of Azure has a row, and no advice names a role that is not needed."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from azure.core import exceptions

from tests.ground_truth import FOLDER, SAMPLES, SPECIFICATION, needs_samples
from tests.unit.cloud.scripted_service import Answer
from troubleshooter.cloud.refusals import rights, table
from troubleshooter.cloud.refusals.call import GROUPS, Call, expanded
from troubleshooter.datafiles import read_many
from troubleshooter.errors import GaveUp, NotFound, NotPermitted, ServiceRefusal, TroubleshooterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.cloud.scripted_service import Cancel, Service
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes that one source names."""

    source: str
    note: str
    codes: tuple[str, ...]


LISTS = read_many(Path(__file__).with_name("listed_codes.yaml"), Listed)
CODES = sorted({code for each in LISTS for code in each.codes})
ROWS = [each for several in table.rows().values() for each in several]
PARTS_OF_A_REASON = {"Reason", "PropertyName", "PropertyPath"}
"""ARM's details have the form of errors and are none."""
NO_CODES = {
    *dir(builtins), *dir(exceptions),  # Python's exceptions, and the SDKs'
    "BatchErrorException",
    # names of lists of codes, of a metric, of a match condition
    "BatchErrorCode", "PoolResizeErrorCodes", "ExtensionErrorCodes", "UnusableNodeCount", "IfMissing",
    # words of the guest agent and its log, of an installer, of a proof, of another tool
    "ArtifactVersionNotFound", "ExtensionDownloadError", "ExtensionOperationError", "ProvisioningError",
    "DeniedWithNoValidRBAC", "TimedOut", "NotReady",
    # said there to be in no list of Microsoft's
    "AccountPoolQuotaReached", "NodeNotReady", "TooMany",
}  # fmt: skip
"""What looks like a code in the facts and is none."""
LIKE_A_CODE = re.compile(
    r"\b(?=[A-Za-z]*(?:Quota|Failed|Error|NotFound|Exists|Denied|Forbidden|Being|Reached|NotMet|Invalid|Busy|"
    r"Time[dD]|Locked|Expired|Disallowed|Throttl|Unusable|Disabled|TooMany|Insufficient|Unsupported|Missing|"
    r"Stopped|InUse|NotReady))[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+\b"
)


def test_there_are_as_many_as_were_looked_up() -> None:
    assert len(LISTS[0].codes) == len(set(LISTS[0].codes)) == 112
    assert len(CODES) > 150


@pytest.mark.parametrize("code", CODES)
def test_a_listed_code_has_a_row(code: str) -> None:
    assert table.rows().get(code), f"{code} is listed, and nothing is known of it"


def test_no_row_is_of_a_code_that_nobody_lists() -> None:
    simulated = {
        "PreconditionFailed", "InternalServerError", "ServiceUnavailable", "InvalidAuthenticationToken",
        "ExpiredAuthenticationToken", "NoRegisteredProviderFound", "MissingApiVersionParameter",
    }  # fmt: skip
    """ARM's own, which every service behind it shares."""
    assert set(table.rows()) - set(CODES) == simulated


@needs_samples
def test_every_recorded_code_has_a_row() -> None:
    recorded = set(recorded_codes())
    assert len(recorded) > 40
    assert recorded - set(table.rows()) == set()
    listed = next(each for each in LISTS if each.source == "recordings")
    assert recorded == set(listed.codes)


def recorded_codes() -> Iterator[str]:
    for path in [*SPECIFICATION.glob("*/recordings/*.json"), *(SAMPLES / "recordings").glob("*.json")]:
        read = json.loads(path.read_text(encoding="utf-8"))
        answer = read.get("response", read)
        if isinstance(answer.get("status"), int) and answer["status"] >= 400:
            yield from codes_in(answer.get("body"))
    for each in json.loads((SPECIFICATION / "quoted-errors" / "errors.json").read_text())["errors"]:
        yield from codes_in(each["body"])


def codes_in(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    error = body.get("error", body)
    if isinstance(error, str):
        yield error
    elif isinstance(error, dict):
        if (code := error.get("code")) and code not in PARTS_OF_A_REASON:
            yield str(code)
        for each in (*(error.get("details") or []), error.get("innererror")):
            yield from codes_in({"error": each} if each else None)


@needs_samples
def test_every_code_of_the_facts_has_a_row_and_is_there() -> None:
    facts = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "facts").glob("*.md")}
    found = {code for text in facts.values() for code in LIKE_A_CODE.findall(text)} - NO_CODES
    assert len(found) > 40
    assert {code for code in found if code not in table.rows()} == set()
    listed = next(each for each in LISTS if each.source == "facts")
    assert [code for code in listed.codes if not any(code in text for text in facts.values())] == []


def test_a_row_says_all_that_is_asked_of_it() -> None:
    for each in ROWS:
        assert each.codes
        assert set(each.calls) <= {call.label for call in Call} | GROUPS.keys()
        assert bool(each.do) is (each.whose != "caller")
        assert not re.search(r"\brole\b|Contributor|Reader|Operator", each.do), (
            "a right is told by its action"
        )
        assert each.do == "" or each.do.endswith(".")


def test_each_call_is_of_one_plane_and_can_meet_something() -> None:
    named = {call.label for call in Call} - {"sign-in"}
    assert expanded(("any",)) == named
    assert not expanded(("arm",)) & expanded(("batch",))


def test_a_code_that_means_another_thing_elsewhere_has_a_row_for_each() -> None:
    made, read = table.row("ConditionNotMet", Call.POOL_CREATE), table.row("ConditionNotMet", Call.JOB_CHANGE)
    assert made is not None
    assert read is not None
    assert made.do != read.do
    assert table.row("NoSuchCode", Call.POOL_READ) is None


@pytest.mark.parametrize(
    "text",
    [
        "- {codes: [A], calls: [nowhere], again: never, whose: request, do: 'X.'}",
        "- {codes: [A], calls: [any], again: never, whose: request}",
        "- {codes: [A], calls: [any], again: never, whose: caller, do: 'X.'}",
        "- {codes: [A, A], calls: [any], again: never, whose: request, do: 'X.'}",
        (
            "- {codes: [A], calls: [arm], again: never, whose: request, do: 'X.'}\n"
            "- {codes: [A], calls: [pool-read], again: never, whose: request, do: 'Y.'}"
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(table, "TABLE", path)
    with pytest.raises(ValueError, match=r"unknown call|stands twice"):
        table.rows.__wrapped__()


# What is told of it


def arm(code: str, message: str = "No.", **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


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


@pytest.mark.parametrize("code", [each for each in CODES if each in table.rows()])
def test_the_advice_of_a_row_is_what_is_told(
    service: Service, azure: Azure, target: Target, code: str
) -> None:
    known = table.row(code, Call.POOL_CREATE)
    assert known is not None
    told = refused(service, azure, target, Answer(400, arm(code), {"x-ms-request-id": "r-1"}))
    assert isinstance(told, ServiceRefusal)
    assert (told.code, code in told.why, "request id r-1" in told.why) == (code, True, True)
    assert told.do == (known.do or rights.advice("No.", Call.POOL_CREATE.action))


# Another try

AGAIN = sorted({code for each in ROWS for code in each.codes if each.again in {"itself", "apart"}})
ONCE = sorted({code for each in ROWS for code in each.codes if each.again in {"never", "later"}})
MADE = Answer(body={"name": "dbg", "properties": {}})


@pytest.mark.parametrize("code", AGAIN)
def test_what_is_worth_another_try_gets_one(
    service: Service, azure: Azure, target: Target, cancel: Cancel, code: str
) -> None:
    service.answer("PUT", "/pools/", Answer(409, arm(code)), MADE)
    azure.arm.create_pool(target, "dbg", {})
    known = table.row(code, Call.POOL_CREATE)
    assert known is not None
    assert cancel.waits == [30.0 if known.again == "apart" else 1.0]


@pytest.mark.parametrize("code", ONCE)
def test_what_is_not_worth_one_gets_none(
    service: Service, azure: Azure, target: Target, cancel: Cancel, code: str
) -> None:
    told = refused(service, azure, target, Answer(409, arm(code)))
    assert isinstance(told, ServiceRefusal)
    assert cancel.waits == []


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

RESOURCE_GROUP = "/subscriptions/s/resourceGroups/rg/providers"
IDENTITY = f"{RESOURCE_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/kv-reader"
SUBNET = f"{RESOURCE_GROUP}/Microsoft.Network/virtualNetworks/render-net/subnets/nodes"
ACCOUNT = f"{RESOURCE_GROUP}/Microsoft.Batch/batchAccounts/renderacct"
ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
WRITE = "Microsoft.Batch/batchAccounts/pools/write"
WHO = "The client 'ada' with object id '0' "


def linked(action: str, scope: str, form: str = "action(s)") -> str:
    return (
        f"{WHO}has permission to perform action '{WRITE}' on scope '{ACCOUNT}/pools/dbg'; however, it does"
        f" not have permission to perform {form} '{action}' on the linked scope(s) '{scope}' or the linked"
        " scope(s) are invalid."
    )


def lacking(action: str, scope: str) -> str:
    denied = f"does not have authorization to perform action '{action}' over scope '{scope}'"
    return f"{WHO}{denied} or the scope is invalid."


BATCH = "Microsoft.Batch/batchAccounts"
OPERATOR, READER = "the role Managed Identity Operator", "the role Azure Batch Account Reader"
CONTRIBUTOR = "the role Azure Batch Data Contributor"
ELSEWHERE = "Microsoft.Subscription/aliases/delete"
ON_ACCOUNT = "the Batch account"
SAID = {
    "assign": (linked(ASSIGN, IDENTITY), ASSIGN, OPERATOR, f"the identity {IDENTITY}"),
    "assign, in the older form": (
        linked(ASSIGN, IDENTITY, "action"),
        ASSIGN,
        OPERATOR,
        f"the identity {IDENTITY}",
    ),
    "join": (linked(JOIN, SUBNET), JOIN, f"a role that may {JOIN}", f"the subnet {SUBNET}"),
    "write": (lacking(WRITE, ACCOUNT), WRITE, CONTRIBUTOR, ON_ACCOUNT),
    "read": (lacking(f"{BATCH}/read", ACCOUNT), f"{BATCH}/read", READER, ON_ACCOUNT),
    "the operation": (
        lacking(f"{BATCH}/poolOperationResults/read", ACCOUNT),
        f"{BATCH}/poolOperationResults/read",
        READER,
        ON_ACCOUNT,
    ),
    "elsewhere": (
        lacking(ELSEWHERE, "/providers/x"),
        ELSEWHERE,
        f"a role that may {ELSEWHERE}",
        "/providers/x",
    ),
}


@pytest.mark.parametrize("said", SAID)
def test_a_missing_right_is_asked_for_where_it_is_missing(
    service: Service, azure: Azure, target: Target, said: str
) -> None:
    message, action, asked, place = SAID[said]
    code = "LinkedAuthorizationFailed" if "linked" in message else "AuthorizationFailed"
    told = refused(service, azure, target, Answer(403, arm(code, message)))
    assert isinstance(told, NotPermitted)
    assert told.do == f"Ask for {asked} on {place}; it may take minutes to act."
    assert needed(told.do, action)


@pytest.mark.parametrize("call", [each for each in Call if each is not Call.SIGN_IN])
@pytest.mark.parametrize("message", ["No.", *(message for message, *_ in SAID.values())])
def test_no_advice_names_a_role_that_the_refused_action_does_not_need(call: Call, message: str) -> None:
    missing = rights.missing_in(message)
    assert needed(rights.advice(message, call.action), missing.action if missing else call.action)


def needed(advice: str, action: str) -> bool:
    """Whether each role that is named has the action, by its definition as it is documented."""
    named = [name for name in ROLES if name in advice]
    return all(any(re.fullmatch(may, action) for may in ROLES[name]) for name in named)


ROLES = {
    "Azure Batch Account Reader": [r"Microsoft\.Batch/batchAccounts/(.*/)?read"],
    "Azure Batch Data Contributor": [
        r"Microsoft\.Batch/batchAccounts/read",
        r"Microsoft\.Batch/batchAccounts/(applications|certificates|pools|poolOperationResults)/.*",
        r"Microsoft\.Batch/batchAccounts/(jobs|jobSchedules)/.*",
        r"Microsoft\.Batch/locations/.*/read",
    ],
    "Azure Batch Account Contributor": [r"Microsoft\.Batch/batchAccounts/.*"],
    "Managed Identity Operator": [
        r"Microsoft\.ManagedIdentity/userAssignedIdentities/(.*/)?(read|assign/action)"
    ],
    "Network Contributor": [r"Microsoft\.Network/.*"],
}
"""Of the documentation, written down here once more: the product's own would only agree with itself."""


def test_a_deny_assignment_is_not_lifted_by_a_role(service: Service, azure: Azure, target: Target) -> None:
    message = (
        f"{WHO}has permission to perform action '{WRITE}' on scope 'x'; however, it does not have permission"
        f" to perform action '{JOIN}' on the '0' linked scope(s) '' or the linked scope(s) are invalid and is"
        f" blocked by deny assignments on the '1' linked scope(s) '{SUBNET}'."
    )
    told = refused(service, azure, target, Answer(403, arm("LinkedAuthorizationFailed", message)))
    assert (
        told.do
        == f"A deny assignment on the subnet {SUBNET} forbids it, which no role lifts: ask who set it."
    )


def test_what_is_of_another_tenant_needs_no_role(service: Service, azure: Azure, target: Target) -> None:
    message = (
        f"The client has permission to perform action '{ASSIGN}' on scope 'x', however the current tenant 't'"
        " is not authorized to access linked subscription 'other'."
    )
    told = refused(service, azure, target, Answer(403, arm("LinkedAuthorizationFailed", message)))
    assert "lies in subscription other, of another tenant" in told.do
    assert needed(told.do, ASSIGN)
    assert "role" not in told.do


def test_a_scope_behind_what_is_told_is_found_all_the_same(
    service: Service, azure: Azure, target: Target
) -> None:
    """The message is cut where it is told; what is missing stands at its end."""
    message = linked(ASSIGN, IDENTITY).replace("'ada'", f"'{'a' * 700}'")
    told = refused(service, azure, target, Answer(403, arm("LinkedAuthorizationFailed", message)))
    assert IDENTITY in told.do
    assert IDENTITY not in told.why


@needs_samples
def test_the_recorded_refusals_of_a_right_are_understood() -> None:
    seen = 0
    for path in (SPECIFICATION / "authorization-arm" / "recordings").glob("error-*AuthorizationFailed*.json"):
        message = json.loads(path.read_text())["response"]["body"]["error"]["message"]
        told = rights.advice(message, WRITE)
        missing = rights.missing_in(message)
        assert missing or "another tenant" in told, path.name
        assert needed(told, missing.action if missing else "")
        seen += 1
    for each in json.loads((SPECIFICATION / "quoted-errors" / "errors.json").read_text())["errors"]:
        if "LinkedAuthorizationFailed" in each["id"]:
            assert rights.missing_in(each["body"]["error"]["message"]), each["id"]
            seen += 1
    assert seen == 7
