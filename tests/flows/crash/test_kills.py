"""Some kills and hang-ups; the commands beside this file make as many as are asked for."""

from __future__ import annotations

import time

import pytest

from tests.flows.crash import beside, kills

pytestmark = pytest.mark.slow

KILLS, HANG_UPS, SEED = 40, 10, 60
BESIDE = 40


def test_nothing_is_lost_whenever_a_run_beside_the_original_is_killed() -> None:
    begun = time.monotonic()
    tally = beside.run(BESIDE, SEED)
    print(beside.report(tally, SEED, time.monotonic() - begun))
    assert tally.wrong == ()
    assert tally.kills >= BESIDE
    assert tally.distinct >= BESIDE // 2


def test_nothing_is_lost_or_hidden_whenever_a_run_in_place_or_its_way_back_is_ended() -> None:
    begun = time.monotonic()
    tally = kills.run(KILLS, HANG_UPS, SEED)
    print(kills.report(tally, SEED, time.monotonic() - begun))
    assert tally.wrong == ()
    assert tally.kills >= KILLS
    assert tally.hang_ups >= HANG_UPS
    assert tally.away > 0
