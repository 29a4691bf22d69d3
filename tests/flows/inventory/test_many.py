"""Sixty pools, and two thousand nodes, each answer taking its time: calls, seconds, first row, most at once.

`pytest -s` prints the figures.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inventory.estate import account, many, usual
from tests.tui.walker import until
from troubleshooter.cli.run import endpoints
from troubleshooter.model.inventory import Health
from troubleshooter.model.scope import Scope
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.world import World
from troubleshooter.workbench import Hears, RunOptions, Workbench, list_pools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.flows.inside import Inside
    from tests.flows.inventory.conftest import Azure
    from troubleshooter.model.inventory import Inventory
    from troubleshooter.simulator.server import Simulator

NOBODY = Hears(lambda _: None, lambda _: None)
EACH = 0.08
"""Seconds that every answer takes."""
MOST = 32
"""Requests under way at once, of all that this program asks."""
TOLD = 2
"""Seconds that a throttled caller is told to wait."""


def slowed(control: Callable[..., Any]) -> None:
    control("POST", "/fault", {"match": "GET .", "delay": EACH, "times": 1_000_000})


def printed(what: str, calls: int, seconds: float, first: float, most: int) -> None:
    print(f"\n{what}: {calls} calls, {seconds:.1f} s, first row after {first:.2f} s, {most} at most at once")


class Clock:
    """When the first pool was shown."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.first: float | None = None
        self.healths: list[set[Health]] = []

    def show(self, now: Callable[[], Inventory]) -> None:
        known = now()
        self.healths.append({pool.health for pool in known.pools})
        if known.pools and self.first is None:
            self.first = time.monotonic() - self.began


def test_sixty_pools_in_three_subscriptions(azure: Callable[..., Azure]) -> None:
    world = azure(*many())
    slowed(world.client.control)
    places = {name: world.connection[name] for name in ("arm_endpoint", "authority", "ca_file")}
    where, clock = endpoints({**places, "arm_scope": None, "batch_scope": None}), Clock()
    found = list_pools(where, Scope(), clock.show, NOBODY, threading.Event())
    seconds = time.monotonic() - clock.began
    most, calls = world.client.control("GET", "/calls")["most_at_once"], world.calls()

    healths = [pool.health for pool in found.pools]
    assert healths == [Health.ILL] * 15 + [Health.WELL] * 45
    assert all(pool.extension is not None and pool.complete for pool in found.pools)
    # a list of subscriptions, one of accounts each, two of each account; nodes and one view of each pool
    assert len(calls) == found.asked == found.answered == 1 + 3 + 2 * 6 + 2 * 60
    assert 1 < most <= MOST
    assert clock.first is not None
    assert clock.first < seconds, "rows are shown while the rest is still asked for"
    assert {Health.UNKNOWN} in clock.healths, "a pool is shown before its nodes were read"
    printed("60 pools", len(calls), seconds, clock.first, most)


async def test_sixty_pools_on_the_first_screen(azure: Callable[..., Azure], tmp_path: Path) -> None:
    world = azure(*many())
    slowed(world.client.control)
    places = {name: world.connection[name] for name in ("arm_endpoint", "authority", "ca_file")}
    where = endpoints({**places, "arm_scope": None, "batch_scope": None})

    def pools_of(show: Callable[[Callable[[], Inventory]], None], cancel: threading.Event) -> Inventory:
        return list_pools(where, Scope(), show, NOBODY, cancel)

    bench, began = Workbench(tmp_path / "runs", where), time.monotonic()
    async with TroubleshooterApp(World(bench, RunOptions(), pools=pools_of)).run_test(
        size=(120, 40)
    ) as pilot:
        painted = time.monotonic() - began
        table = pilot.app.screen.query_one("#pools", Table)
        await until(pilot, lambda: bool(table._rows), "the first row")
        first = time.monotonic() - began
        await until(pilot, lambda: "read " in str(table.border_title), "all rows")
        assert str(table.border_title).startswith("60 pools, 15 ill, read ")
    bench.close()
    assert painted < first
    most = world.client.control("GET", "/calls")["most_at_once"]
    print(f"\nfirst frame after {painted:.2f} s", end="")
    printed("60 pools on the screen", len(world.calls()), time.monotonic() - began, first, most)


def test_a_survey_of_two_thousand_nodes(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator("vault-rbac-denied", nodes=2000))
    slowed(world.client.control)
    began = time.monotonic()
    state = world.drive(world.start(), {}, until="survey")
    seconds = time.monotonic() - began
    told = world.client.control("GET", "/calls")
    calls = [call for call in told["calls"] if "/oauth2/" not in call["path"]]

    assert state.step("survey").state.over
    views = [call for call in calls if call["path"].endswith("/extensions")]
    assert len(views) == 20, "one call each, so a sample"
    lists = [call for call in calls if call["path"].endswith("/nodes")]
    assert len(lists) == 20, "pages of a hundred, as the simulated service gives them; Azure gives a thousand"
    assert len(calls) - len(views) - len(lists) < 20
    assert 1 < told["most_at_once"] <= MOST
    printed("2,000 nodes", len(calls), seconds, seconds, told["most_at_once"])


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize(
    "path",
    [
        "^/subscriptions$",
        "/providers/Microsoft.Batch/batchAccounts$",
        "/batchAccounts/fabrikambatch/pools$",
        "^/nodecounts$",
        "^/pools/a/nodes$",
        "^/pools/a/nodes/[^/]+/extensions$",
    ],
)
def test_who_is_told_to_wait_waits(path: str, azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    world.fault(match=f"GET {path}", status=429, retry_after=TOLD)
    document = world.json("pools")

    assert (len(document["pools"]), document["unread"]) == (5, [])
    calls = world.calls()
    (refused,) = [call for call in calls if call["status"] == 429]
    again = [call["at"] for call in calls if call["path"] == refused["path"] and call["at"] > refused["at"]]
    assert again[-1] - refused["at"] >= TOLD


def test_who_is_told_to_wait_for_long_keeps_nobody_else_waiting(azure: Callable[..., Azure]) -> None:
    world = azure(account("contosobatch", pools=("a", "b")))
    world.fault(match="GET ^/pools/a/nodes$", status=429, retry_after=4000)
    document = world.json("pools")

    assert document["exit"] == 8
    assert [(one["pool"], one["health"]) for one in document["pools"]] == [("a", "well"), ("b", "well")]
    (unread,) = document["unread"]
    assert "asks to wait" in unread["why"]
    assert document["pools"][0]["unread"].startswith("Its nodes could not be listed")
