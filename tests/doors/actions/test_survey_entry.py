"""The way into the account's data plane: what keeps the survey out is named, and the rest is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.actions.looking import capacity
from troubleshooter.actions.survey import survey
from troubleshooter.errors import ExitCode, NotPermitted
from troubleshooter.model.handover import Surveyed
from troubleshooter.simulator.world.pool import ResizeError

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.handover import NoWayIn

QUOTA = ResizeError(
    "AccountCoreQuotaReached", "The account core quota has been reached", {"Used": "9", "Limit": "9"}
)
RIGHT = "No network rule of account contosobatch forbids it: a right on its data is missing."


def refused(bench: Bench) -> NoWayIn:
    """Why the survey goes on without nodes; nothing was asked of Azure that changes anything."""
    told = survey(bench.tools, bench.ctx("survey"))
    assert (told.outcome, told.exit_code, told.attention) == ("no-way-in", ExitCode.NOT_PERMITTED, True)
    assert bench.account.changes() == []
    surveyed = told.output
    assert isinstance(surveyed, Surveyed)
    assert (surveyed.shut, surveyed.counts, surveyed.location) == (True, {}, "westeurope")
    assert surveyed.no_way_in is not None
    assert "Nothing was created." in surveyed.no_way_in.why
    assert not surveyed.no_way_in.provable
    return surveyed.no_way_in


@pytest.mark.parametrize("ways", [("SharedKey",), ("SharedKey", "TaskAuthenticationToken")])
def test_an_account_that_takes_no_such_sign_in_is_not_asked(bench: Bench, ways: tuple[str, ...]) -> None:
    bench.account.is_kept(sign_ins=ways)
    told = refused(bench)

    assert told.what == "Account contosobatch takes no sign-in with Microsoft Entra."
    assert f"It allows {', '.join(ways)} alone" in told.why
    assert told.do == "Have AAD added to the account's allowedAuthenticationModes."
    assert [call for call, _ in bench.account.calls() if call.startswith("GET /pools/")] == []


@pytest.mark.parametrize(
    ("kept", "why", "do"),
    [
        ({"public": False}, "Public network access of account contosobatch is Disabled.", "private endpoint"),
        (
            {"let_in": ("203.0.113.7", "198.51.100.0/24")},
            "of account contosobatch (accountAccess) lets in 203.0.113.7, 198.51.100.0/24 alone.",
            "added to the account's network rule",
        ),
        (
            {"let_in": ()},
            "The network rule of account contosobatch (accountAccess) lets in nobody alone.",
            "added to the account's network rule",
        ),
    ],
    ids=["private", "a rule", "an empty rule"],
)
def test_where_the_account_keeps_callers_out_its_rule_is_named(
    bench: Bench, kept: dict[str, Any], why: str, do: str
) -> None:
    bench.account.is_kept(**kept)
    told = refused(bench)

    assert told.what == f"Azure refused looking at pool {bench.pool}."
    assert "ARM answers, so it is the account's data plane that refuses." in told.why
    assert why in told.why
    assert do in told.do
    assert "role" not in told.do


def test_a_rule_that_lets_this_machine_in_keeps_nobody_out(bench: Bench) -> None:
    bench.account.is_kept(let_in=("127.0.0.1",))
    assert survey(bench.tools, bench.ctx("survey")).output


@pytest.mark.parametrize("call", ["GET ^/pools/[^/]+$", "GET ^/pools/[^/]+/nodes$"])
def test_where_no_rule_does_the_role_is_named(bench: Bench, call: str) -> None:
    bench.account.fault(call, status=403)
    told = refused(bench)

    assert RIGHT in told.why
    assert (
        told.do
        == "Ask for the role Azure Batch Account Reader on the Batch account; it may take minutes to act."
    )


def test_a_sign_in_that_only_the_data_plane_refuses_is_told_as_that(bench: Bench) -> None:
    bench.account.fault("GET ^/pools/[^/]+$", status=401, times=2)
    told = refused(bench)

    assert RIGHT in told.why
    assert told.do.startswith("Sign in again")


def test_what_arm_says_of_the_resize_is_read_all_the_same(bench: Bench) -> None:
    bench.account.keep_resize_error(bench.pool, QUOTA, 5)
    bench.account.is_kept(sign_ins=("SharedKey",))
    refused(bench)
    assert bench.ctx().state.likely.root_cause == "batch-resize-quota"


def test_one_check_that_is_asked_for_needs_no_data_plane(bench: Bench) -> None:
    bench.account.is_kept(sign_ins=("SharedKey",))
    one = bench.begin(only="kv-403-rbac")
    assert survey(one.tools, one.ctx("survey")).exit_code == 0
    one.close()


def test_views_alone_that_may_not_be_read_are_noted(bench: Bench) -> None:
    bench.account.fault("GET /extensions$", status=403, times=9)
    told = survey(bench.tools, bench.ctx("survey"))
    assert told.exit_code == 0
    (note,) = (each for each in bench.notes() if "are not shown" in each)
    assert "HTTP 403" in note
    assert "Ask for the role Azure Batch Account Reader" in note


def test_that_arm_refuses_is_not_about_the_data_plane(bench: Bench) -> None:
    bench.account.fault("GET /batchAccounts/[^/]+$", status=403)
    with pytest.raises(NotPermitted) as told:
        survey(bench.tools, bench.ctx("survey"))
    assert "data plane" not in told.value.why


def test_whose_quota_and_policies_count_is_said_in_the_plan(bench: Bench) -> None:
    bench.account.is_kept(allocation_mode="UserSubscription")
    bench.over("survey", survey(bench.tools, bench.ctx("survey")).output)

    (made, *_) = capacity.notes(bench.ctx("plan"), 1, dedicated=False)
    assert "the account's pool allocation mode is UserSubscription" in made
    assert "machines of the subscription, whose quota is not read here, and whose policies and locks" in made
