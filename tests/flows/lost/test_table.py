"""Some of the table; the command beside this file works out as many as are asked for."""

from __future__ import annotations

import time

import pytest

from tests.flows.lost.table import report, table

pytestmark = pytest.mark.slow

CELLS = 60
SEED = 7


def test_what_is_said_is_what_is_so_whatever_answer_is_lost() -> None:
    begun = time.monotonic()
    known, verdicts = table(CELLS, SEED)
    print(report(known, verdicts, SEED, time.monotonic() - begun))
    assert len(verdicts) == CELLS
    assert all(verdict.met for verdict in verdicts)
    assert [(verdict.cell, verdict.wrong) for verdict in verdicts if verdict.wrong] == []
