"""Some kills and hang-ups; the commands beside this file make as many as are asked for."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.flows.crash import beside, cases, in_place, kills
from tests.flows.crash.victim import CLOSE, HANG_UP, Moment, killed
from tests.flows.outside import served

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

KILLS, HANG_UPS, SEED = 40, 10, 60
BESIDE = 40
BY_TASKS = 200
STARTS = 40
"""Every 10 ms of the half second in which it imports what it needs."""


def test_nothing_is_lost_whenever_a_run_beside_the_original_is_killed() -> None:
    begun = time.monotonic()
    tally = beside.run(BESIDE, SEED)
    print(beside.report(tally, SEED, time.monotonic() - begun))
    assert tally.wrong == ()
    assert tally.kills >= BESIDE
    assert tally.distinct >= BESIDE // 2


@pytest.mark.nightly
def test_nothing_is_lost_whenever_a_run_is_killed_while_tasks_read_its_nodes() -> None:
    begun = time.monotonic()
    tally = beside.run(BY_TASKS, SEED, cases=cases.BY_TASKS)
    print(beside.report(tally, SEED, time.monotonic() - begun, cases.BY_TASKS))
    assert tally.wrong == ()
    assert tally.kills >= BY_TASKS


def test_nothing_is_lost_or_hidden_whenever_a_run_in_place_or_its_way_back_is_ended() -> None:
    begun = time.monotonic()
    tally = kills.run(KILLS, HANG_UPS, SEED)
    print(kills.report(tally, SEED, time.monotonic() - begun))
    assert tally.wrong == ()
    assert tally.kills >= KILLS
    assert tally.hang_ups >= HANG_UPS
    assert tally.away > 0


def test_a_terminal_that_is_closed_before_the_first_step_is_no_bug(tmp_path: Path) -> None:
    with served(tmp_path) as world:
        death = killed(world.run, world.environ, tmp_path, Moment(1), how=CLOSE)
    assert death.killed
    assert death.code == 130


def test_a_hang_up_at_any_moment_of_the_start_is_heard(tmp_path: Path) -> None:
    """While it imports: before a handler stands the signal itself ends it, and then nothing has begun."""
    codes = []
    with served(tmp_path) as world:
        for number in range(STARTS):
            moment = Moment(seconds=0.1 + 0.01 * number)
            death = killed(
                (*world.run, "--until", "survey"), world.environ, tmp_path / "none", moment, how=HANG_UP
            )
            codes.append(death.code)
    begun = [code for code in codes if code != -signal.SIGHUP]
    assert set(begun) == {130}
    assert len(begun) > STARTS // 2


def test_a_way_back_that_is_hung_up_on_says_how_to_go_on(tmp_path: Path) -> None:
    with served(tmp_path, "wrong-client-id") as world:
        ended = killed((*world.run, *in_place.RUN), world.environ, tmp_path, Moment(100_000))
        way = ("runs", "restore", ended.run, "--confirm", "render-pool")
        death = killed(way, world.environ, tmp_path, Moment(2), len(ended.events), HANG_UP)
    assert death.killed
    assert death.code == 130
    assert f"troubleshooter runs restore {ended.run} --confirm render-pool" in death.told
