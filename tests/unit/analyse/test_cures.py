"""One cure that two witnesses name in their own words is offered once."""

from __future__ import annotations

import pytest

from tests.unit.analyse.sources import BOOK, source
from troubleshooter.analyse import analyse, merge
from troubleshooter.model.finding import Confidence, Finding, Fix, Outside, Severity

VAULT = "/subscriptions/s/resourceGroups/Rg/providers/Microsoft.KeyVault/vaults/kv"


def found(*fixes: Fix) -> Finding:
    return Finding("kv-403-rbac", Severity.ERROR, Confidence.LIKELY, "It may not", (), "Why", fixes=fixes)


def role(summary: str, **values: str) -> Fix:
    return Fix(summary, outside=Outside("assign-role", values))


def offered(*fixes: Fix) -> list[str]:
    """What two findings with a cure each end as."""
    diagnosis = analyse([source("nothing\n", "f")], BOOK)
    for fix in fixes:
        diagnosis = merge(diagnosis, [found(fix)])
    (finding,) = diagnosis.findings
    return [fix.summary for fix in finding.fixes]


def test_what_does_the_same_is_one_in_the_words_of_the_first() -> None:
    first = role("Give id (principal p) the role", vault_id=VAULT, principal="p")
    assert offered(first, role("Give id the role", principal="p", vault_id=VAULT.lower())) == [first.summary]


@pytest.mark.parametrize(
    "other",
    [
        role("Give id the role", vault_id=f"{VAULT}2", principal="p"),
        role("Give id the role", principal="p"),
        Fix("Give id the role", outside=Outside("allow-network", {"vault_id": VAULT, "principal": "p"})),
        Fix("Give id the role", commands={"az": "az role assignment create"}),
        Fix("Give id the role", ({"op": "remove", "path": "/a"},), Outside("assign-role", {})),
    ],
)
def test_what_does_something_else_is_another(other: Fix) -> None:
    assert len(offered(role("Give it", vault_id=VAULT, principal="p"), other)) == 2


def test_two_patches_that_differ_are_two() -> None:
    one, two = ({"op": "remove", "path": "/a"},), ({"op": "remove", "path": "/A"},)
    assert len(offered(Fix("Take it off", one), Fix("Leave it out", two))) == 2
    assert len(offered(Fix("Take it off", one), Fix("Leave it out", one))) == 1
