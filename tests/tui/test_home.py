"""The list of cases, and what can be done from it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from textual.widgets import Static

from tests.tui.scripted import ScriptedRun, ScriptedWorkbench
from tests.tui.walker import until
from tests.tui.worlds import DIAGNOSIS, POOL, STEPS, state_at
from troubleshooter.model.run import StepState
from troubleshooter.tui import glyphs
from troubleshooter.tui.app import TroubleshooterApp
from troubleshooter.tui.cases import standing
from troubleshooter.tui.screens.clean_up import CleanUpScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.open_pool import OpenPoolScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.table import Table
from troubleshooter.wiring import RunOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.wiring import Workbench

UNDER_WAY = state_at("wait-for-idle", id="7f3a0000", changes=(POOL,))
ENDED = replace(state_at("report", StepState.DONE, id="61c00000"), diagnosis=DIAGNOSIS, verified=True)


@asynccontextmanager
async def home(
    *cases: object, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[str | None], ScriptedWorkbench]]:
    bench = ScriptedWorkbench(ScriptedRun(STEPS, {}, UNDER_WAY), cases=cases)  # type: ignore[arg-type]  # run states
    app = TroubleshooterApp(cast("Workbench", bench), start_options=RunOptions())
    async with app.run_test(size=size) as pilot:
        screen = cast("HomeScreen", app.screen)
        await until(pilot, lambda: screen.cases == cases, "the cases")
        await pilot.pause()
        yield pilot, bench


def test_where_a_case_stands() -> None:
    assert standing(ENDED) == ("solved: kv-403-rbac", "$success")
    assert standing(UNDER_WAY) == ("Wait for idle", "")
    assert standing(state_at("plan", StepState.ASKING))[0] == "Plan: needs you"


async def test_no_cases_says_how_to_begin() -> None:
    async with home() as (pilot, _bench):
        assert "o opens a pool" in pilot.app.screen.query_one(Table).render_line(2).text


async def test_only_keys_that_do_something_are_shown() -> None:
    async with home(ENDED, UNDER_WAY) as (pilot, _bench):
        bar = pilot.app.screen.query_one(KeyBar)
        assert "clean up" not in bar.render().plain
        await pilot.press("down")
        await until(pilot, lambda: "x clean up" in bar.render().plain, "the key for what is left in Azure")


async def test_a_case_is_resumed() -> None:
    async with home(UNDER_WAY) as (pilot, bench):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
        await until(pilot, lambda: bench.opened == ["resume 7f3a0000"], "its resuming")


async def test_a_case_with_something_left_in_azure_is_not_deleted() -> None:
    async with home(UNDER_WAY) as (pilot, bench):
        await pilot.press("delete")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)
        assert bench.deleted == []


async def test_deleting_asks_first() -> None:
    async with home(ENDED) as (pilot, bench):
        await pilot.press("delete")
        await pilot.pause()
        await pilot.press("enter")
        assert bench.deleted == []
        await pilot.press("delete")
        await pilot.pause()
        await pilot.press("tab", "enter")
        await until(pilot, lambda: bench.deleted == ["61c00000"], "the deletion")


async def test_what_is_left_in_azure_is_removed_after_asking() -> None:
    async with home(UNDER_WAY) as (pilot, _bench):
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, CleanUpScreen), "the box")
        screen = pilot.app.screen
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "cancel"
        await pilot.press("tab", "enter")
        title = screen.query_one("#clean-up-title", Static)
        await until(pilot, lambda: "Nothing is left" in str(title.render()), "the receipt")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the cases")


async def test_a_pool_that_is_none_is_explained_where_it_was_typed() -> None:
    async with home() as (pilot, bench):
        await pilot.press("o", *"nonsense", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, OpenPoolScreen)
        error = pilot.app.screen.query_one(Failure).error
        assert error is not None
        assert error.what == "'nonsense' is not a pool."
        assert bench.opened == []


async def test_account_and_pool_need_the_other_fields_not_options() -> None:
    async with home() as (pilot, _bench):
        await pilot.press("o", *"contoso/render", "enter")
        await pilot.pause()
        error = pilot.app.screen.query_one(Failure).error
        assert error is not None
        assert "--" not in error.do


async def test_files_at_hand_are_analysed_offline(tmp_path: Path) -> None:
    log = tmp_path / "akvvm_service.log"
    text = "Failed to parse the configuration settings with: 'not an object'"
    log.write_text(f"2026-11-22 12:00:00: <error> [CertificateManagementConfiguration]\t{text}\n")
    async with home() as (pilot, _bench):
        await pilot.press("l")
        await until(pilot, lambda: bool(pilot.app.screen.query("#look-path")), "the path")
        await pilot.press(*str(log), "enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        found = pilot.app.screen.query_one(FindingList).diagnosis
        assert found.findings or found.unexplained


async def test_a_missing_path_is_explained() -> None:
    async with home() as (pilot, _bench):
        await pilot.press("l")
        await until(pilot, lambda: bool(pilot.app.screen.query("#look-path")), "the path")
        await pilot.press(*"/nowhere/at/all", "enter")
        failure = pilot.app.screen.query_one(Failure)
        await until(pilot, lambda: failure.error is not None, "why not")


@pytest.mark.parametrize(
    ("environ", "encoding", "expected"),
    [
        ({}, "utf-8", glyphs.UNICODE),
        ({}, "UTF8", glyphs.UNICODE),
        ({}, "ascii", glyphs.ASCII),
        ({"TROUBLESHOOTER_ASCII": "1"}, "utf-8", glyphs.ASCII),
        ({"TROUBLESHOOTER_ASCII": "0"}, "utf-8", glyphs.UNICODE),
    ],
)
def test_symbols_follow_the_terminal(environ: dict[str, str], encoding: str, expected: glyphs.Glyphs) -> None:
    assert glyphs.choose(environ, encoding) is expected


async def test_ascii_draws_only_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_ASCII", "1")
    async with home(ENDED, UNDER_WAY) as (pilot, _bench):
        drawn = [
            strip.text
            for widget in pilot.app.screen.query("WhereBar, Table, KeyBar")
            for strip in widget.render_lines(widget.size.region)
        ]
        assert all(line.isascii() for line in drawn), drawn
