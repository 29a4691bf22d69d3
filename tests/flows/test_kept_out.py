"""ARM answers, the account's data plane does not: what is left is looked at, and nothing is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.lost.front import desk
from tests.flows.lost.judge import Account

if TYPE_CHECKING:
    from tests.flows.lost.front import Desk

RULE = "The network rule of account contosobatch (accountAccess) lets in 203.0.113.7 alone."
PRIVATE = "Public network access of account contosobatch is Disabled."
ROLE = "role Azure Batch Account Reader on the Batch account"
IN_PLACE = ("--mode", "in-place", "--answer", "jobs=requeue", "--confirm", "render-pool")


def refused(here: Desk, *words: str) -> str:
    """All that is told of a run that is kept out, by the command itself."""
    before = Account.of(here.control("GET", "state"))
    pool = here.connection["pool_id"]
    said = here("run", pool, "--yes", "--allow-from", "127.0.0.1/32", "--output", "json", *words)
    calls = here.control("GET", "calls")["calls"]

    assert said.code == said.document["exit"] == 6
    assert {each["method"] for each in calls if not each["path"].endswith("/token")} == {"GET"}
    assert Account.of(here.control("GET", "state")) == before
    assert not any(said.document["changes"].values())
    steps = {step["id"]: step for step in said.document["steps"]}
    assert "refused" in steps["survey"]["why"]
    assert {steps[name]["state"] for name in ("plan", "recreate", "collect", "verify", "apply")} == {
        "skipped"
    }
    assert said.document["diagnosis"]["root_cause"]
    return said.out


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("route", [(), IN_PLACE], ids=["beside", "in place"])
@pytest.mark.parametrize(
    ("account", "why"), [({"let_in": ("203.0.113.7",)}, RULE), ({"public": False}, PRIVATE)]
)
def test_the_accounts_own_rule_is_named(account: dict[str, Any], why: str, route: tuple[str, ...]) -> None:
    with desk("wrong-client-id", **account) as here:
        told = refused(here, *route)
    assert why in told
    assert ROLE not in told


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("route", [(), IN_PLACE], ids=["beside", "in place"])
def test_where_no_rule_keeps_out_the_role_is_named(route: tuple[str, ...]) -> None:
    with desk("wrong-client-id") as here:
        here.control("POST", "fault", {"match": "GET ^/pools", "status": 403, "times": 40})
        told = refused(here, *route)
    assert ROLE in told
    assert "(accountAccess)" not in told
