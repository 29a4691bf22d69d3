"""The pool's identity: there, gone, or not to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.checks import ROWS, judged
from troubleshooter.model.finding import Confidence, Verdict
from troubleshooter.model.reply import Facts, Heard, Kind, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.checks.check import Outcome
    from troubleshooter.model.finding import Check

NAME = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-a"
POOL = {"identity": {"type": "UserAssigned", "userAssignedIdentities": {NAME: {}}}}
CALL = f"GET {NAME}"
NAMED = "GET Microsoft.ManagedIdentity/userAssignedIdentities/id-a"
RIGHT = {"right": "Microsoft.ManagedIdentity/userAssignedIdentities/read", "role": "Reader"}


def told(reply: Reply | None, pool: Mapping[str, Any] = POOL) -> tuple[Check, Outcome]:
    replies = {(Kind.IDENTITY, NAME.lower()): reply} if reply else {}
    rows = [row for row in ROWS if row.id == "batch-pool-identity-gone"]
    (only,) = judged(rows, Facts(pool, replies=replies))
    return only


def test_an_identity_that_azure_has_passes_with_the_call_that_says_so() -> None:
    check, _ = told(Reply(CALL, Heard.KNOWN, {"id": NAME}))

    assert (check.verdict, check.because) == (Verdict.PASS, f"id-a is there ({NAMED})")


def test_an_identity_that_azure_does_not_have_is_confirmed_by_its_answer() -> None:
    check, said = told(Reply(CALL, Heard.ABSENT, why="ResourceNotFound"))

    assert (check.verdict, said.confidence) == (Verdict.FAIL, Confidence.CONFIRMED)
    (proof,) = said.evidence
    assert (proof.source, proof.call, proof.text) == ("azure", CALL, "ResourceNotFound")


def test_a_refusal_of_the_operator_says_nothing_of_the_identity_and_names_what_would_tell() -> None:
    check, said = told(Reply(CALL, Heard.REFUSED, why="AuthorizationFailed", **RIGHT))

    assert check.verdict is Verdict.UNKNOWN
    assert said.evidence == ()
    assert check.missing == (
        f"{NAMED}: AuthorizationFailed; it needs Microsoft.ManagedIdentity/userAssignedIdentities/read,"
        " which the role Reader has"
    )


def test_what_was_not_asked_for_is_unknown() -> None:
    check, _ = told(None)

    assert (check.verdict, check.missing) == (Verdict.UNKNOWN, "it was not asked for")


def test_a_pool_without_an_identity_has_none_to_lose() -> None:
    check, _ = told(None, {})

    assert check.verdict is Verdict.NOT_APPLICABLE
