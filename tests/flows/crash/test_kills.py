"""Sixty kills; the command beside this file makes as many as are asked for."""

from __future__ import annotations

import time

import pytest

from tests.flows.crash.kills import report, run

pytestmark = pytest.mark.slow

KILLS = 60
SEED = 60


def test_nothing_is_lost_whenever_a_run_is_killed() -> None:
    begun = time.monotonic()
    tally = run(KILLS, SEED)
    print(report(tally, SEED, time.monotonic() - begun))
    assert tally.wrong == ()
    assert tally.kills >= KILLS
    assert tally.distinct >= KILLS // 2
