"""An original that is away is said first on the screens, and nobody leaves it so by mistake."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import (
    asks,
    changes_the_original,
    makes_the_pool,
    puts_the_original_back,
    takes_the_original_away,
    waits,
)
from tests.tui.stage import NARROW, WIDE
from tests.tui.walker import run_state, until
from tests.tui.worlds import OUTSIDE, TARGET
from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.widgets.alarm_lines import AlarmLines
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.app import App
    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Kept, Stage

AWAY: dict[str, Act] = {"recreate": takes_the_original_away}


def on_screen(app: App[str | None]) -> str:
    """What the alarm says, its lines joined as they were before they were wrapped."""
    region = app.screen.query_one(AlarmLines).region
    lines = [strip.text for strip in app.screen._compositor.render_strips()][region.y : region.bottom]
    return " ".join(line.strip() for line in lines)


def told(run: str) -> str:
    return (
        f"\u2716 Pool {TARGET.pool} is away: run {run} deleted it, and it does not stand again yet. "
        f"Put it back with: troubleshooter runs restore {run} --confirm {TARGET.pool}"
    )


def colours(app: App[str | None], text: str) -> set[str]:
    """In which colours a word is drawn, wherever it stands in the first lines."""
    found = set()
    for strip in app.screen._compositor.render_strips()[:4]:
        for segment in strip:
            if text in segment.text and segment.style is not None and segment.style.color is not None:
                assert segment.style.bold
                found.add(segment.style.color.name)
    return found


def error_colour(app: App[str | None]) -> str:
    return app.theme_variables["error"].lower()


@asynccontextmanager
async def in_the_middle(
    stage: Stage, act: Act = takes_the_original_away, *, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[Pilot[str | None], Kept]]:
    """A run whose step after the one that touched the original waits for ever."""
    acts = {"recreate": act, "wait-for-idle": waits()}
    async with stage.opened("wait-for-idle", acts, size=size) as (pilot, run):
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.RUNNING, "the wait")
        yield pilot, run


async def asked(pilot: Pilot[str | None]) -> str:
    """The box that asks, once it listens; what it says."""
    await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box that asks")
    await until(pilot, lambda: pilot.app.focused is not None, "its focus")
    assert pilot.app.focused is not None
    assert pilot.app.focused.id == "cancel"
    return " ".join(strip.text.strip(" \u2502") for strip in pilot.app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_list_of_cases_says_it_above_everything_else(stage: Stage, size: tuple[int, int]) -> None:
    runs = [stage.played("wait-for-idle", AWAY).id for _ in range(2)]
    async with stage.application().run_test(size=size) as pilot:
        await until(pilot, lambda: pilot.app.screen.query_one(AlarmLines).display, "the alarm")
        await pilot.pause()
        lines = pilot.app.screen.query_one(AlarmLines)
        assert lines.region.y == 0
        assert on_screen(pilot.app) == " ".join(told(run) for run in reversed(runs))
        dark = colours(pilot.app, "is away")
        assert dark == {error_colour(pilot.app)}
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert colours(pilot.app, "is away") == {error_colour(pilot.app)} != dark


async def test_the_list_of_cases_says_it_until_it_is_put_back(stage: Stage) -> None:
    run = stage.played("wait-for-idle", AWAY | {"wait-for-idle": puts_the_original_back})
    async with stage.application().run_test(size=WIDE) as pilot:
        lines = pilot.app.screen.query_one(AlarmLines)
        await until(pilot, lambda: lines.display, "the alarm")
        await pilot.press("enter")
        await until(
            pilot, lambda: run_state(pilot) is not None and stage.workbench.away() == (), "the way back"
        )
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen) and not lines.display, "no alarm")
    assert run.away is not None


async def test_more_than_fit_are_counted(stage: Stage) -> None:
    for _ in range(6):
        stage.played("wait-for-idle", AWAY)
    async with stage.application().run_test(size=NARROW) as pilot:
        await until(pilot, lambda: pilot.app.screen.query_one(AlarmLines).display, "the alarm")
        await pilot.pause()
        shown = on_screen(pilot.app)
    assert (shown.count("is away"), shown.count("And 3 more: troubleshooter runs list")) == (3, 1)


async def test_a_run_that_cannot_be_read_hides_no_original(stage: Stage) -> None:
    run = stage.played("wait-for-idle", AWAY)
    broken = stage.played("wait-for-idle", {})
    stage.workbench.journal._db.execute("UPDATE events SET kind = 'from-later' WHERE run = ?", (broken.id,))
    async with stage.application().run_test(size=WIDE) as pilot:
        await until(pilot, lambda: pilot.app.screen.query_one(AlarmLines).display, "the alarm")
        await pilot.pause()
        assert on_screen(pilot.app) == told(run.id)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_its_run_says_it_while_it_holds(stage: Stage, size: tuple[int, int]) -> None:
    async with in_the_middle(stage, size=size) as (pilot, run):
        await until(pilot, lambda: pilot.app.screen.query_one(AlarmLines).display, "the alarm")
        await pilot.pause()
        assert pilot.app.screen.query_one(AlarmLines).region.y == 0
        assert on_screen(pilot.app) == (
            f"\u2716 Pool {TARGET.pool} is away: this run deleted it, and creates it again next."
            " Should it end before that, put it back with:"
            f" troubleshooter runs restore {run.id} --confirm {TARGET.pool}"
        )
        assert colours(pilot.app, f"Pool {TARGET.pool}") == {error_colour(pilot.app)}
        bar = pilot.app.screen.query_one(WhereBar).render()
        name = bar.plain.index(TARGET.pool)
        assert [str(span.style) for span in bar.spans if span.start == name] == ["$error bold"]


async def test_its_run_says_no_more_once_it_stands(stage: Stage) -> None:
    acts = {"recreate": takes_the_original_away, "wait-for-idle": puts_the_original_back, "collect": waits()}
    async with stage.opened("wait-for-idle", acts) as (pilot, run):
        await until(pilot, lambda: run.state.step("collect").state is StepState.RUNNING, "the step after")
        lines = pilot.app.screen.query_one(AlarmLines)
        await until(pilot, lambda: not lines.display, "no alarm")
        assert not pilot.app.screen.query_one(WhereBar).alarming


async def test_a_run_opened_at_once_says_which_others_are_away(stage: Stage) -> None:
    other = stage.played("wait-for-idle", AWAY)
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits()}) as (pilot, run):
        await until(pilot, lambda: pilot.app.screen.query_one(AlarmLines).display, "the alarm")
        await pilot.pause()
        assert on_screen(pilot.app) == told(other.id)
        assert run.state.away is None
        assert not pilot.app.screen.query_one(WhereBar).alarming


@pytest.mark.parametrize(
    ("act", "says"), [(takes_the_original_away, "is away"), (changes_the_original, "is not as it was")]
)
async def test_cancelling_asks_first(stage: Stage, act: Act, says: str) -> None:
    async with in_the_middle(stage, act) as (pilot, run):
        await pilot.press("c")
        text = await asked(pilot)
        assert f"Pool {TARGET.pool} {says}" in text
        assert f"troubleshooter runs restore {run.id} --confirm {TARGET.pool}" in " ".join(text.split())
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
        assert run.state.step("wait-for-idle").state is StepState.RUNNING
        await pilot.press("c")
        await asked(pilot)
        await pilot.press("right", "enter")
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.FAILED, "a stop")


async def test_what_was_held_down_before_decides_nothing(stage: Stage) -> None:
    async with in_the_middle(stage) as (pilot, run):
        screen = pilot.app.screen
        assert isinstance(screen, RunScreen)
        screen.action_cancel()
        for key in ("tab", "enter", "right", "enter", "escape"):
            pilot.app.simulate_key(key)
        await asked(pilot)
        assert run.state.step("wait-for-idle").state is StepState.RUNNING


@pytest.mark.parametrize("act", [makes_the_pool, None])
async def test_cancelling_asks_nothing_while_the_original_stands(stage: Stage, act: Act | None) -> None:
    acts: dict[str, Act] = {"wait-for-idle": waits()} | ({"recreate": act} if act else {})
    async with stage.opened("wait-for-idle", acts) as (pilot, run):
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.RUNNING, "the wait")
        await pilot.press("c")
        assert isinstance(pilot.app.screen, RunScreen)
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.FAILED, "a stop")


async def test_leaving_asks_first(stage: Stage) -> None:
    async with in_the_middle(stage) as (pilot, run):
        await pilot.press("q")
        assert "is away" in await asked(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
        assert run.state.step("wait-for-idle").state is StepState.RUNNING
        await pilot.press("q")
        await asked(pilot)
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")


async def test_leaving_at_a_gate_asks_first(stage: Stage) -> None:
    async with stage.opened("choose-fix", AWAY | {"choose-fix": asks(OUTSIDE)}) as (pilot, run):
        await until(pilot, lambda: run.state.question is not None, "the gate")
        await pilot.pause()
        await pilot.press("q")
        await asked(pilot)
        await pilot.press("right", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")


async def test_closing_the_program_asks_once(stage: Stage) -> None:
    async with in_the_middle(stage) as (pilot, run):
        await pilot.press("ctrl+q", "ctrl+q")
        assert "is away" in await asked(pilot)
        assert len(pilot.app.screen_stack) == 3
        await pilot.press("right", "enter")
        await until(pilot, lambda: not pilot.app.is_running, "the end")
    assert pilot.app.return_value == run.id


async def test_a_run_that_somebody_else_moves_is_left_unasked(stage: Stage) -> None:
    held = stage.scripted_run(AWAY)
    try:
        for step in ("survey", "plan", "recreate"):
            held.run_step(step, lambda _: None, threading.Event())
        async with stage.application(open_run=held.id).run_test(size=WIDE) as pilot:
            await until(pilot, lambda: run_state(pilot) is not None, "the run")
            await pilot.press("q")
            await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
    finally:
        held.close()
