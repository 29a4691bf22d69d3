"""Which pool is meant: what is read of an id or a name, and what is refused."""

from __future__ import annotations

import pytest

from troubleshooter.errors import UsageProblem
from troubleshooter.model.scope import Scope
from troubleshooter.model.target import Target

PLACE = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
ACCOUNT = f"{PLACE}/providers/Microsoft.Batch/batchAccounts/renderacct"


@pytest.mark.parametrize(
    "text",
    [
        f"{ACCOUNT}/pools/render",
        f"{ACCOUNT.upper()}/POOLS/render/",
        f"https://portal.azure.com/#@contoso/resource{ACCOUNT}/pools/render/overview",
        f"see {ACCOUNT}/pools/render.",
        f"{ACCOUNT.replace('/', '%2F')}%2Fpools%2Frender",
    ],
)
def test_an_id_is_found_wherever_it_stands(text: str) -> None:
    assert Target.parse(text).pool == "render"
    assert Target.parse(text).account.lower() == "renderacct"


@pytest.mark.parametrize("name", ["p" * 65, f"{'p' * 64}-2", "render.v2"])
def test_no_pool_is_taken_for_one_whose_name_it_begins_with(name: str) -> None:
    with pytest.raises(UsageProblem):
        Target.parse(f"{ACCOUNT}/pools/{name}")


@pytest.mark.parametrize("text", ["a/b", "render_acct/pool", f"renderacct/{'p' * 65}", "a" * 25 + "/p"])
def test_two_names_that_nobody_can_have_are_told_as_such(text: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        Target.parse(text, "11111111-2222-3333-4444-555555555555", "rg")
    assert "It looks like ACCOUNT/POOL, but" in caught.value.why


def test_what_is_no_pool_is_not_repeated_whole() -> None:
    for text in ("x" * 5000, f"{'x' * 2500}/{'y' * 2500}", f"https://x/{'y' * 5000}"):
        with pytest.raises(UsageProblem) as caught:
            Target.parse(text)
        assert len(f"{caught.value.what}{caught.value.why}{caught.value.do}") < 500
        with pytest.raises(UsageProblem) as caught:
            Scope.of(text)
        assert len(f"{caught.value.what}{caught.value.why}{caught.value.do}") < 500
