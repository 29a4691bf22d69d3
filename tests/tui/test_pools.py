"""The pools on the first screen: filled in as answers come, the worst first; asked for once it stands."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inventory.estate import account, usual
from tests.tui.stage import NARROW, WIDE
from tests.tui.test_home import text
from tests.tui.walker import rests, run_state, shown_gate, until
from troubleshooter.errors import NotPermitted
from troubleshooter.model.inventory import Health, Inventory, PoolHealth
from troubleshooter.model.scope import Scope
from troubleshooter.model.target import Target
from troubleshooter.report.symbols import ASCII
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.views.pools import PoolsView
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.world import World
from troubleshooter.workbench import Hears, RunOptions, list_pools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot
    from textual.strip import Strip

    from tests.flows.inside import Inside
    from tests.tui.stage import Stage
    from troubleshooter.simulator.server import Simulator
    from troubleshooter.tui.world import PoolsOf

NOBODY = Hears(lambda _: None, lambda _: None)
SUBSCRIPTION = "3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10"


def of(world: Inside) -> PoolsOf:
    return lambda show, cancel: list_pools(world.bench._endpoints, Scope(), show, NOBODY, cancel)


def pools(pilot: Pilot[str | None]) -> PoolsView:
    home = next(screen for screen in pilot.app.screen_stack if isinstance(screen, HomeScreen))
    return home.query_one(PoolsView)


def listed(pilot: Pilot[str | None]) -> bool:
    return "read " in str(pools(pilot).query_one(Table).border_title)


def shown(pilot: Pilot[str | None]) -> str:
    return " ".join(text(pilot).split())


@asynccontextmanager
async def opened(
    world: World, size: tuple[int, int] = WIDE, *, ascii_only: bool = False
) -> AsyncIterator[Pilot[str | None]]:
    app = TroubleshooterApp(world)
    if ascii_only:
        app.glyphs = ASCII
        app.set_class(True, "-ascii")
    async with app.run_test(size=size) as pilot:
        yield pilot


@pytest.fixture
def estate(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator((*usual(), account("shutbatch", pools=("behind",), public=False))))


async def test_the_first_frame_stands_before_the_first_request(
    estate: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw, read = Table.draw_line, PoolsView.read

    def drawing(table: Table, y: int) -> Strip:
        strip = draw(table, y)
        drawn.append(strip.text)
        return strip

    def reading(view: PoolsView) -> None:
        assert any("Asking Azure which pools there are." in line for line in drawn), "nothing stands yet"
        assert estate.client.control("GET", "/calls")["calls"] == []
        read(view)

    monkeypatch.setattr(Table, "draw_line", drawing)
    monkeypatch.setattr(PoolsView, "read", reading)
    async with opened(World(estate.bench, RunOptions(), pools=of(estate))) as pilot:
        await until(pilot, lambda: listed(pilot), "the pools")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_the_worst_is_first_and_what_could_not_be_read_is_a_line_as_well(
    estate: Inside, size: tuple[int, int], *, ascii_only: bool
) -> None:
    world = World(estate.bench, RunOptions(), pools=of(estate))
    async with opened(world, size, ascii_only=ascii_only) as pilot:
        await until(pilot, lambda: listed(pilot), "the pools")
        await until(pilot, lambda: "6 pools, 4 ill, 1 place not read" in shown(pilot), "what there is")
        rows = [row.key.rpartition("/")[2] for row in pools(pilot).query_one(Table)._rows]
        assert rows[:6] == ["etl", "a", "b", "etl", "behind", "good"]
        assert "1 of 1 unusable" in shown(pilot)
        target = pools(pilot).target
        assert target is not None
        assert target.resource_id in shown(pilot).replace(" ", ""), "which of two with one name"
        await pilot.press("end")
        await until(pilot, lambda: "not read Azure refused counting" in shown(pilot), "what was not read")
        assert "to do" in shown(pilot)
        if ascii_only:
            assert text(pilot).translate(dict.fromkeys(range(0x2581, 0x2589))).isascii(), (
                "but for scroll bars"
            )


async def test_where_lines_are_few_the_worst_pool_is_on_the_screen_all_the_same(estate: Inside) -> None:
    world = World(estate.bench, RunOptions(), pools=of(estate))
    async with opened(world, (60, 16)) as pilot:
        await until(pilot, lambda: listed(pilot), "the pools")
        estate.drive(estate.start(), {}, until="survey")
        await pilot.press("f5")
        await until(pilot, lambda: "1 run" in shown(pilot), "a run beside them")
        await until(pilot, lambda: "unusable" in text(pilot), "a row of the pools")
        assert pools(pilot).query_one(Table).size.height >= 2


async def test_enter_opens_the_pool_that_is_chosen(estate: Inside) -> None:
    async with opened(World(estate.bench, RunOptions(), pools=of(estate))) as pilot:
        await until(pilot, lambda: listed(pilot), "the pools")
        await pilot.press("down")
        chosen = pools(pilot).target
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
        await until(pilot, lambda: rests(pilot), "its first question")
        state = run_state(pilot)
        assert state is not None
        assert (state.target, state.options["found_by_name"]) == (chosen, False)
        await pilot.press("ctrl+q")


async def test_a_pool_found_by_its_name_is_asked_about_before_the_plan(estate: Inside) -> None:
    target = replace(estate.target, account="contosoother", pool="etl")
    world = World(estate.bench, RunOptions(found_by_name=True))
    app = TroubleshooterApp(world, open_target=target)

    def asked(pilot: Pilot[str | None]) -> bool:
        gate = shown_gate(pilot)
        return gate is not None and gate.gate == "this-pool"

    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: asked(pilot), "which pool is meant")
        assert target.resource_id in shown(pilot).replace(" ", "")
        await pilot.press("down", "enter")
        await until(pilot, lambda: "is not the pool that is meant" in shown(pilot), "that it ended")
        await pilot.press("ctrl+q")
    calls = estate.client.control("GET", "/calls")["calls"]
    assert {call["method"] for call in calls if "/oauth2/" not in call["path"]} == {"GET"}


async def test_a_filter_shows_those_with_every_word_and_escape_all(estate: Inside) -> None:
    async with opened(World(estate.bench, RunOptions(), pools=of(estate))) as pilot:
        await until(pilot, lambda: listed(pilot), "the pools")
        bar = pilot.app.screen.query_one(KeyBar)
        await until(pilot, lambda: "/ filter" in bar.render().plain, "the key")
        await pilot.press("slash", *"fabrikam ill et")
        await until(pilot, lambda: "1 shown" in shown(pilot), "one pool")
        target = pools(pilot).target
        assert target is not None
        assert target.pool == "etl"
        await pilot.press("enter", "escape")
        await until(pilot, lambda: "shown" not in shown(pilot), "all pools")
        await pilot.press("slash", *"nothing such")
        await until(pilot, lambda: "Escape shows all again" in shown(pilot), "that there is none")


async def test_who_is_not_signed_in_reads_what_to_do_and_the_rest_works(stage: Stage) -> None:
    def refused(*_: Any) -> Inventory:
        raise NotPermitted("Could not sign in to Azure.", "Tried this; " * 40, "Run az login.")

    run = stage.played(None)
    async with opened(World(stage.workbench, RunOptions(), pools=refused), NARROW) as pilot:
        await until(pilot, lambda: "Run az login. F5 tries again." in shown(pilot), "what to do")
        assert "Could not sign in to Azure." in shown(pilot)
        assert run.id in shown(pilot)
        await pilot.press("l")
        await until(pilot, lambda: not isinstance(pilot.app.screen, HomeScreen), "another screen")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
        assert pools(pilot).query_one(Failure).error is not None


def pool(name: str, health: Health, **more: Any) -> PoolHealth:
    return PoolHealth(Target(SUBSCRIPTION, "rg", "acct", name), health, f"it is {health}", **more)


class Answers:
    """Inventories that are shown one after the other, as a test says."""

    def __init__(self, *inventories: Inventory) -> None:
        self.inventories = inventories
        self.go = [threading.Event() for _ in inventories]
        self.asked = 0
        self.cancelled = threading.Event()

    def __call__(self, show: Callable[[Callable[[], Inventory]], None], cancel: threading.Event) -> Inventory:
        self.asked += 1
        for event, one in zip(self.go, self.inventories, strict=True):
            while not event.wait(0.02):
                if cancel.is_set():
                    self.cancelled.set()
                    raise NotPermitted("Cancelled.", "It was.", "Again.")
            show(partial(replace, one))
        return replace(self.inventories[-1], done=True)


async def test_the_cursor_stays_with_its_pool_whatever_comes_above_it(stage: Stage) -> None:
    well, other = pool("well", Health.WELL), pool("other", Health.WELL)
    ill = pool("ill", Health.ILL)
    answers = Answers(Inventory(pools=(other, well)), Inventory(pools=(ill, other, well)))
    async with opened(World(stage.workbench, RunOptions(), pools=answers)) as pilot:
        answers.go[0].set()
        await until(pilot, lambda: "2 pools" in shown(pilot), "two pools")
        await until(pilot, lambda: pools(pilot).query_one(Table).has_focus, "the focus")
        await pilot.press("down")
        await until(pilot, lambda: pools(pilot).target == well.target, "the second")
        answers.go[1].set()
        await until(pilot, lambda: listed(pilot), "the third")
        assert pools(pilot).target == well.target
        assert pools(pilot).query_one(Table).cursor == 2


async def test_who_has_not_moved_stands_on_the_worst(stage: Stage) -> None:
    well, ill = pool("well", Health.WELL), pool("ill", Health.ILL)
    answers = Answers(Inventory(pools=(well,)), Inventory(pools=(ill, well)))
    async with opened(World(stage.workbench, RunOptions(), pools=answers)) as pilot:
        answers.go[0].set()
        await until(pilot, lambda: pools(pilot).target == well.target, "the first")
        answers.go[1].set()
        await until(pilot, lambda: listed(pilot), "all")
        assert pools(pilot).target == ill.target


async def test_a_key_reads_again_and_help_does_not(stage: Stage) -> None:
    answers = Answers(Inventory(pools=(pool("well", Health.WELL),)))
    answers.go[0].set()
    async with opened(World(stage.workbench, RunOptions(), pools=answers)) as pilot:
        await until(pilot, lambda: listed(pilot), "the pools")
        await pilot.press("question_mark")
        await until(pilot, lambda: not isinstance(pilot.app.screen, HomeScreen), "the help")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the pools again")
        await pilot.pause()
        assert answers.asked == 1
        await pilot.press("f5")
        await until(pilot, lambda: answers.asked == 2, "another question")


async def test_leaving_waits_for_no_answer(stage: Stage) -> None:
    answers = Answers(Inventory())
    async with opened(World(stage.workbench, RunOptions(), pools=answers)) as pilot:
        await until(pilot, lambda: answers.asked == 1, "the question")
    assert answers.cancelled.wait(60)


async def test_where_each_list_wants_somebody_to_sign_in_a_key_asks_for_it(stage: Stage) -> None:
    answers = Answers(Inventory(pools=(pool("well", Health.WELL),)))
    answers.go[0].set()
    async with opened(World(stage.workbench, RunOptions(), pools=answers, unasked=False)) as pilot:
        await until(pilot, lambda: "F5 lists the pools" in shown(pilot), "how it is asked for")
        await pilot.pause()
        assert answers.asked == 0
        await pilot.press("f5")
        await until(pilot, lambda: listed(pilot), "the pools")
        assert pools(pilot)._due == float("inf"), "it is not read again by itself"
