"""No advice names a role that the refused action does not need, nor a place where nothing is missing."""

from __future__ import annotations

import json
import re

import pytest

from tests.ground_truth import SPECIFICATION, needs_samples
from troubleshooter.cloud.refusals import rights
from troubleshooter.cloud.refusals.call import Call

RESOURCE_GROUP = "/subscriptions/s/resourceGroups/rg/providers"
IDENTITY = f"{RESOURCE_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/kv-reader"
SUBNET = f"{RESOURCE_GROUP}/Microsoft.Network/virtualNetworks/render-net/subnets/nodes"
ACCOUNT = f"{RESOURCE_GROUP}/Microsoft.Batch/batchAccounts/renderacct"
ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
WRITE = "Microsoft.Batch/batchAccounts/pools/write"
PRIVILEGE = "does not have the required privelege"
VERSION = "Microsoft.Compute/galleries/images/versions/read"
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
    "join": (linked(JOIN, SUBNET), JOIN, "the role Network Contributor", f"the subnet {SUBNET}"),
    "image, in Batch's own words": (
        f"The user identity used for this operation {PRIVILEGE} {VERSION} on the specified resource",
        VERSION,
        "the role Compute Gallery Image Reader",
        "what the pool names there",
    ),
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
def test_a_missing_right_is_asked_for_where_it_is_missing(said: str) -> None:
    message, action, asked, place = SAID[said]
    told = rights.advice(message, ELSEWHERE)
    assert told == f"Ask for {asked} on {place}; it may take minutes to act."
    assert needed(told, action)


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
    "Azure Batch Account Reader": [r"Microsoft\.Batch/(.*/)?read"],
    "Azure Batch Job Submitter": [
        r"Microsoft\.Batch/batchAccounts/pools/read",
        r"Microsoft\.Batch/batchAccounts/(jobs|jobSchedules)/.*",
    ],
    "Compute Gallery Image Reader": [r"Microsoft\.Compute/galleries/images/(versions/)?read"],
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


def test_a_deny_assignment_is_not_lifted_by_a_role() -> None:
    message = (
        f"{WHO}has permission to perform action '{WRITE}' on scope 'x'; however, it does not have permission"
        f" to perform action '{JOIN}' on the '0' linked scope(s) '' or the linked scope(s) are invalid and is"
        f" blocked by deny assignments on the '1' linked scope(s) '{SUBNET}'."
    )
    told = rights.advice(message, WRITE)
    assert (
        told == f"A deny assignment on the subnet {SUBNET} forbids it, which no role lifts: ask who set it."
    )


def test_a_deny_assignment_at_the_request_itself_is_not_lifted_by_a_role() -> None:
    message = (
        f"{WHO}has permission to perform action '{WRITE}' on scope '{ACCOUNT}/pools/dbg'; however, the access"
        f" is denied because of the deny assignment with name 'blueprint' and Id '7' at scope '{ACCOUNT}'."
    )
    told = rights.advice(message, WRITE)
    assert told == "A deny assignment on the Batch account forbids it, which no role lifts: ask who set it."


def test_what_is_of_another_tenant_needs_no_role() -> None:
    message = (
        f"The client has permission to perform action '{ASSIGN}' on scope 'x', however the current tenant 't'"
        " is not authorized to access linked subscription 'other'."
    )
    told = rights.advice(message, WRITE)
    assert "lies in subscription other, of another tenant" in told
    assert needed(told, ASSIGN)
    assert "role" not in told


def test_where_nobody_says_what_is_missing_no_role_is_named() -> None:
    assert rights.advice("No.", "") == "Ask whoever gives rights in this tenant."


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
