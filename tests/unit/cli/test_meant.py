"""What is said of options beside a whole id, which says itself where the pool is."""

from __future__ import annotations

import io

import pytest

from troubleshooter.cli.target import meant
from troubleshooter.printer import Form, Printer
from troubleshooter.settings import Endpoints

OWN, OTHER = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"
POOL = (
    f"/subscriptions/{OWN}/resourceGroups/rg/providers/Microsoft.Batch/batchAccounts/renderacct/pools/render"
)


@pytest.mark.parametrize(
    ("subscription", "group", "unused"),
    [
        (None, None, []),
        (OWN.upper(), "RG", []),
        (OTHER, None, [f"--subscription {OTHER}"]),
        (OTHER, "rg-2\nx", [f"--subscription {OTHER}", "--resource-group rg-2 x"]),
    ],
)
def test_an_option_that_names_another_place_is_told_as_not_used(
    subscription: str | None, group: str | None, unused: list[str]
) -> None:
    err = io.StringIO()
    given = {"subscription": subscription, "resource_group": group}
    found = meant(Printer(Form.TEXT, io.StringIO(), err, {}), POOL, given, Endpoints())

    assert (found.target.subscription, found.target.resource_group) == (OWN, "rg")
    told = [line for line in err.getvalue().splitlines() if "is not used" in line]
    assert [one.partition(": ")[2] for one in told] == [f"{each} is not used." for each in unused]
