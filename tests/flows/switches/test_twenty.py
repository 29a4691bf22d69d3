"""The twenty, each under one of the eight in turn; the command beside this file walks many more runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.switches.judged import COMBINATIONS, judged
from tests.flows.switches.twenty import BY_ROUTE, TWENTY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.flows.switches.judged import Row

pytestmark = pytest.mark.slow
_EIGHT = list(COMBINATIONS)[:8]


@pytest.fixture(scope="module")
def rows() -> Iterator[list[Row]]:
    """A process signs in to each in turn; what it was signed in to before is put back."""
    with pytest.MonkeyPatch.context() as kept:
        for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST"):
            kept.setenv(name, "")
        yield [judged(case, (_EIGHT[number % 8],)) for number, case in enumerate(TWENTY)]


def test_the_twenty_end_as_they_do_usually(rows: list[Row]) -> None:
    assert [(str(row.case), row.wrong) for row in rows if row.wrong] == []
    assert len(rows) == 20


@pytest.mark.parametrize("route", BY_ROUTE)
def test_the_twenty_reach_every_step_of_a_route(rows: list[Row], route: str) -> None:
    reached = {step for row in rows if row.case.route.startswith(route) for step in row.usual.reached}
    assert reached >= set(BY_ROUTE[route])
