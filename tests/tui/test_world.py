"""A world that is practised on says so on every screen, what is broken in it, and what was done about it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import asks, waits
from tests.tui.stage import NARROW, WIDE
from tests.tui.walker import run_state, shown_gate, until
from tests.tui.worlds import OUTSIDE, PLAN, TARGET
from troubleshooter.cli.worlds import signed_in
from troubleshooter.errors import UsageProblem
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.screens.worlds import WorldsScreen
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.table import Table
from troubleshooter.tui.widgets.where_bar import WhereBar
from troubleshooter.tui.widgets.world_lines import WorldLines
from troubleshooter.tui.world import Offer, World, Worlds
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Stage

OFFER = Offer(
    "dry-well", "Dry well", "The well has no water, however often the bucket goes down.", "wells", usual=True
)


def practice(stage: Stage, acts: Mapping[str, Act], ended: list[str]) -> World:
    stage.acts = dict(acts)
    helped = {("outside-fix", "done"): "Playing the administrator: filled the well"}
    return World(
        stage.workbench,
        RunOptions(rehearsal="troubleshooter demo dry-well"),
        {"allow-from": "127.0.0.1/32"},
        lambda question, choice: helped.get((question.gate, choice)),
        OFFER,
        TARGET,
        lambda: ended.append("signed out"),
        lambda: ended.append("ended"),
    )


def bar(pilot: Pilot[str | None]) -> str:
    return pilot.app.screen.query_one(WhereBar).render().plain


def drawn(pilot: Pilot[str | None]) -> str:
    lines = pilot.app.screen.query_one(WorldLines)
    return " ".join(" ".join(strip.text for strip in lines.render_lines(lines.outer_size.region)).split())


@pytest.mark.parametrize("size", [NARROW, WIDE, (60, 16)])
async def test_a_demo_says_so_and_what_is_broken_whatever_the_width(
    stage: Stage, size: tuple[int, int]
) -> None:
    world = practice(stage, {"plan": asks(PLAN)}, [])
    app = TroubleshooterApp(World(stage.workbench, RunOptions()), open_world=world)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        assert bar(pilot).startswith(" DEMO ")
        assert drawn(pilot) == f"Dry well. What is broken: {OFFER.broken}"


async def test_what_the_administrator_did_is_told_and_the_fault_is_past(stage: Stage) -> None:
    world = practice(stage, {"choose-fix": asks(OUTSIDE), "verify": waits()}, [])
    app = TroubleshooterApp(World(stage.workbench, RunOptions()), open_world=world)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        await pilot.press("enter")
        await until(pilot, lambda: "Playing" in drawn(pilot), "what was done")
        assert drawn(pilot) == "Dry well. Playing the administrator: filled the well"
        state = run_state(pilot)
        assert state is not None
        assert "Playing the administrator: filled the well" in [note.text for note in state.notes]


async def test_a_world_ends_when_its_run_is_left_and_what_comes_then_is_real(stage: Stage) -> None:
    ended: list[str] = []
    world = practice(stage, {"plan": asks(PLAN)}, ended)
    app = TroubleshooterApp(World(stage.workbench, RunOptions()), open_world=world)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        assert ended == []
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the runs")
        await until(pilot, lambda: len(ended) == 2, "the world's end")
        assert ended == ["signed out", "ended"]
        assert "DEMO" not in bar(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen), "a run of the real world")
        assert "DEMO" not in bar(pilot)
        assert not app.screen.query_one(WorldLines).display


@pytest.mark.parametrize("chosen", [False, True], ids=["begun with the screens", "chosen on them"])
async def test_the_sign_in_of_a_world_ends_with_it_on_the_list_of_runs_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, chosen: bool
) -> None:
    """As the command line makes a world: the process is signed in to it from its beginning to its end."""
    connection = dict.fromkeys(("tenant_id", "client_id", "client_secret", "authority"), "of-the-world")
    monkeypatch.setenv("AZURE_CLIENT_ID", "5b0c9a7e")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "not shown")

    def begin(_name: str) -> World:
        with ExitStack() as stack:
            stack.enter_context(signed_in(connection))
            sign_out = stack.pop_all().close
        return replace(practice(stage, {"plan": asks(PLAN)}, []), sign_out=sign_out)

    worlds = Worlds(lambda: (OFFER,), begin)
    own = World(stage.workbench, RunOptions())
    app = TroubleshooterApp(own, open_world=None if chosen else begin(""), worlds=worlds)
    async with app.run_test(size=WIDE) as pilot:
        if chosen:
            await choosing(pilot)
            await pilot.press("enter")
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        await pilot.press("q")
        await until(pilot, lambda: app.world is own, "the real world")
        if chosen:
            await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the runs")
        await until(pilot, lambda: "application 5b0c9a7e, from the environment" in bar(pilot), "the operator")


async def test_what_was_practised_is_in_the_list_and_is_only_read(stage: Stage, tmp_path: Path) -> None:
    """The journal of practice is another than one's own, and its Azure ends with it."""
    ended: list[str] = []
    own = Workbench(tmp_path / "own")
    world = practice(stage, {"plan": asks(PLAN)}, ended)
    worlds = Worlds(lambda: (OFFER,), lambda _: world, lambda: stage.workbench)
    app = TroubleshooterApp(World(own, RunOptions()), open_world=world, worlds=worlds)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and bool(app.screen.runs), "its run")
        assert any("a demo" in line and "got to: Plan" in line for line in listed(pilot))
        assert not app.screen.check_action("resume", ()), "its Azure ends with it: there is nothing to resume"
        await pilot.press("enter")
        await until(pilot, lambda: run_state(pilot) is not None, "its run once more")
        assert shown_gate(pilot) is not None
        await pilot.press("enter")
        await pilot.pause()
        state = run_state(pilot)
        assert state is not None
        assert state.question is not None, "a question of an Azure that has ended was answered"
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the list")
        await pilot.press("delete")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen) and not app.screen.deaf, "the box")
        await pilot.press("y")
        await until(pilot, lambda: not stage.workbench.runs(), "nothing of it")
    own.close()


def listed(pilot: Pilot[str | None]) -> list[str]:
    table = pilot.app.screen.query_one(Table)
    return [" ".join(strip.text.split()) for strip in table.render_lines(table.outer_size.region)]


OTHER = Offer("wet-well", "Wet well", "The well has too much water.", "wells")
MILL = Offer("still-mill", "Still mill", "The mill does not turn, for want of wind.", "mills")


def rows(pilot: Pilot[str | None]) -> list[str]:
    table = pilot.app.screen.query_one(Table)
    lines = [" ".join(strip.text.split()) for strip in table.render_lines(table.outer_size.region)]
    header = next(at for at, line in enumerate(lines) if line.startswith("kind") or "what is broken" in line)
    return [line for line in lines[header + 1 :] if line]


async def choosing(pilot: Pilot[str | None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
    await pilot.press("d")
    await until(pilot, lambda: isinstance(pilot.app.screen, WorldsScreen) and bool(rows(pilot)), "the worlds")


async def test_a_world_is_chosen_begun_and_left_for_the_next(stage: Stage) -> None:
    ended: list[str] = []
    begun: list[str] = []

    def begin(name: str) -> World:
        begun.append(name)
        return practice(stage, {"plan": asks(PLAN)}, ended)

    worlds = Worlds(lambda: (OTHER, OFFER, MILL), begin)
    app = TroubleshooterApp(World(stage.workbench, RunOptions()), worlds=worlds)
    async with app.run_test(size=WIDE) as pilot:
        await choosing(pilot)
        assert [line.split()[0] for line in rows(pilot)] == ["Wells", "▸", "Mills"]
        await pilot.press("enter")
        await until(pilot, lambda: shown_gate(pilot) is not None, "its run")
        assert begun == ["dry-well"]
        assert bar(pilot).startswith(" DEMO ")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, WorldsScreen), "the worlds again")
        await until(pilot, lambda: ended == ["signed out", "ended"], "the world's end")
        assert "DEMO" not in bar(pilot)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the runs")


async def test_the_worlds_are_filtered_by_a_word_in_name_kind_or_description(stage: Stage) -> None:
    worlds = Worlds(lambda: (OTHER, OFFER, MILL), lambda _: practice(stage, {}, []))
    app = TroubleshooterApp(World(stage.workbench, RunOptions()), worlds=worlds)
    async with app.run_test(size=NARROW) as pilot:
        await choosing(pilot)
        await pilot.press("slash", *"WIND")
        await until(pilot, lambda: len(rows(pilot)) == 1, "the one")
        assert "Still mill" in rows(pilot)[0]
        assert isinstance(app.screen, WorldsScreen), "a letter typed there ran a command"
        await pilot.press("escape")
        await until(pilot, lambda: len(rows(pilot)) == 3, "all")
        await pilot.press("slash", *"teapot")
        await until(
            pilot, lambda: rows(pilot) == ["None has this word in it: Escape shows all again."], "none"
        )


async def test_a_world_that_cannot_be_begun_is_explained_where_it_was_chosen(stage: Stage) -> None:
    def begin(_name: str) -> World:
        raise UsageProblem(
            "The simulated Azure does not run here.", "It wants a shell.", "Use another machine."
        )

    app = TroubleshooterApp(World(stage.workbench, RunOptions()), worlds=Worlds(lambda: (OFFER,), begin))
    async with app.run_test(size=WIDE) as pilot:
        await choosing(pilot)
        await pilot.press("enter")
        failure = app.screen.query_one(Failure)
        await until(pilot, lambda: failure.error is not None, "why not")
        assert failure.error is not None
        assert failure.error.what == "The simulated Azure does not run here."
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen), "the runs")
