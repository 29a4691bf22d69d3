"""Every fifth cell of the table; the command beside this file works out all of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.flows.faults.table import CASES, FAULTS, told, whole

if TYPE_CHECKING:
    from tests.flows.faults.table import Case

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_operation_stands_every_fault(case: Case) -> None:
    begun = time.monotonic()
    rows = whole(case, sample=5)
    print(told(case, rows, time.monotonic() - begun))
    cells = [cell for row in rows.values() for cell in row.values()]
    assert {fault for row in rows.values() for fault in row} == set(FAULTS)
    assert all(rows.values())
    assert len(cells) > len(rows)
    assert [cell for cell in cells if cell.wrong] == []
