"""The list of runs, and what can be done from it."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import asks, diagnoses, makes_the_pool, verifies, waits
from tests.tui.stage import NARROW, WIDE, Stage
from tests.tui.walker import run_state, until
from tests.tui.worlds import DIAGNOSIS, PLAN
from troubleshooter import __version__
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.run import NOTHING_TO_REPAIR
from troubleshooter.model.step import StepState
from troubleshooter.report.symbols import ASCII, UNICODE
from troubleshooter.tui.rows.runs import run_details, standing
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.open_pool import OpenPoolScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState
    from troubleshooter.report.symbols import Glyphs


def text(pilot: Pilot[str | None]) -> str:
    """What the screen shows."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in strip) for strip in strips)


def under_way(stage: Stage) -> RunState:
    return stage.played("wait-for-idle", {"recreate": makes_the_pool, "wait-for-idle": waits()})


def ended(stage: Stage) -> RunState:
    return stage.played(None, {"diagnose": diagnoses, "verify": verifies})


@asynccontextmanager
async def home(stage: Stage) -> AsyncIterator[Pilot[str | None]]:
    """The list of runs, which shows every run of the stage, the one touched last first."""
    cases = stage.workbench.runs()
    async with stage.application().run_test(size=WIDE) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, HomeScreen)
        await until(pilot, lambda: screen.runs == cases, "the runs")
        await pilot.pause()
        yield pilot


def test_solved_healthy_and_only_found_are_three_things(stage: Stage) -> None:
    def is_well(ctx: StepContext) -> StepOutcome:
        ctx.verified(verified=False, because=NOTHING_TO_REPAIR)
        return StepOutcome("well")

    healthy = standing(stage.played(None, {"survey": is_well}))
    found = standing(stage.played(None, {"diagnose": diagnoses}))
    solved = standing(stage.played(None, {"diagnose": diagnoses, "verify": verifies}))

    assert [found[1], healthy[1], solved[1]] == ["$warning", "$success", "$success"]
    assert found[0] == f"not solved; cause: {DIAGNOSIS.findings[0].title}"
    assert healthy[0].startswith("healthy")
    assert solved[0].startswith("fix proven")


def test_where_a_run_stands(stage: Stage) -> None:
    assert standing(ended(stage)) == (f"fix proven: {DIAGNOSIS.findings[0].title}", "$success")
    assert standing(under_way(stage)) == ("Wait for nodes", "")
    assert standing(stage.played("recreate", {"plan": asks(PLAN)}))[0] == "Plan: needs you"


def test_a_run_that_waits_tells_the_cause_that_is_known_before_any_log(stage: Stage) -> None:
    asking = stage.played("recreate", {"plan": asks(PLAN)})
    title = DIAGNOSIS.findings[0].title
    assert title not in [remark.text for remark in run_details(asking)]
    assert title in [remark.text for remark in run_details(replace(asking, likely=DIAGNOSIS))]


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=str)
async def test_the_first_look_says_what_this_is_how_to_begin_and_who_would(
    stage: Stage, machine_shut_out: Path, size: tuple[int, int]
) -> None:
    profile = machine_shut_out / ".azure" / "azureProfile.json"
    profile.parent.mkdir()
    chosen = {"isDefault": True, "name": "Contoso", "user": {"name": "ada@contoso.com", "type": "user"}}
    profile.write_text(json.dumps({"subscriptions": [chosen]}), encoding="utf-8-sig")
    who = "ada@contoso.com, subscription Contoso, from az login"
    async with stage.application().run_test(size=size) as pilot:
        whole = (who, f"troubleshooter {__version__} {UNICODE.path} runs", "No runs yet.", "Finds out")
        await until(pilot, lambda: all(part in text(pilot) for part in whole), f"on the screen: {whole}")
        twice = ("o open a pool", "l look at files", "d demo")  # explained, and in the line of keys
        await until(
            pilot, lambda: all(" ".join(text(pilot).split()).count(each) == 2 for each in twice), "the keys"
        )
        told = " ".join(text(pilot).split())
        assert "Finds out why the Key Vault extension keeps a Batch pool's nodes from starting" in told
        assert UNICODE.cut not in told


async def test_the_first_look_says_that_nobody_is_known(stage: Stage) -> None:
    async with stage.application().run_test(size=WIDE) as pilot:
        await until(pilot, lambda: "not known before the first call" in text(pilot), "that nobody is known")


async def test_with_runs_the_list_has_the_room_and_the_top_line_who_is_signed_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_ID", "5b0c9a7e")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "not shown")
    ended(stage)
    async with home(stage) as pilot:
        await until(pilot, lambda: "application 5b0c9a7e, from the environment" in text(pilot), "who it is")
        assert "Finds out why" not in text(pilot)
        assert "not shown" not in text(pilot)
        assert pilot.app.screen.query_one(Table).size.height > 10


async def test_only_keys_that_do_something_are_shown(stage: Stage) -> None:
    under_way(stage)
    ended(stage)
    async with home(stage) as pilot:
        bar = pilot.app.screen.query_one(KeyBar)
        assert "clean up" not in bar.render().plain
        assert "resume" not in bar.render().plain, "it has ended: enter reads it"
        assert pilot.app.screen.query_one(Table).border_title == "2 runs"
        await pilot.press("down")
        await until(pilot, lambda: "r resume" in bar.render().plain, "the key for a run that goes on")
        await until(pilot, lambda: "x clean up" in bar.render().plain, "the key for what is left in Azure")


async def test_a_run_is_resumed(stage: Stage) -> None:
    case = under_way(stage)

    def state() -> StepState:
        return stage.workbench.read(case.id).step("wait-for-idle").state

    async with home(stage) as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
        await until(pilot, lambda: state() is StepState.RUNNING, "its resuming")
        await until(pilot, lambda: run_state(pilot) == stage.workbench.read(case.id), "it on the screen")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
    stage.workbench.resume(case.id, threading.Event()).close()


async def test_whoever_comes_back_from_a_run_stands_on_it(stage: Stage) -> None:
    earlier = stage.played(None)
    async with home(stage) as pilot:
        table = pilot.app.screen.query_one(Table)
        await until(pilot, lambda: table.key == earlier.id, "the only run")
        await pilot.press("o")
        await until(pilot, lambda: not isinstance(pilot.app.screen, HomeScreen), "another screen")
        later = stage.played(None)
        await pilot.press("escape")
        await until(pilot, lambda: table.key == later.id, "the run that went on meanwhile")


async def test_who_only_looked_elsewhere_stands_where_he_stood(stage: Stage) -> None:
    chosen, newest = stage.played(None), stage.played(None)
    async with home(stage) as pilot:
        table = pilot.app.screen.query_one(Table)
        await until(pilot, lambda: table.key == newest.id, "the newest run")
        await pilot.press("down")
        await until(pilot, lambda: table.key == chosen.id, "the one below")
        await pilot.press("o")
        await until(pilot, lambda: not isinstance(pilot.app.screen, HomeScreen), "another screen")
        read = pilot.app.screen_stack[-2]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the list")
        await until(pilot, lambda: not getattr(read, "_back", True), "the runs read again")
        assert table.key == chosen.id


async def test_a_run_with_something_left_in_azure_is_not_deleted(stage: Stage) -> None:
    case = under_way(stage)
    async with home(stage) as pilot:
        await pilot.press("delete")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)
        assert stage.workbench.runs() == (case,)


async def test_a_case_that_cannot_be_read_is_named_hides_no_other_and_is_left_as_it_is(stage: Stage) -> None:
    damaged, sound = under_way(stage), ended(stage)
    again = Stage(stage.home)  # as another process, which has read nothing yet
    path = stage.workbench.journal.path
    with closing(sqlite3.connect(path, isolation_level=None)) as db, closing(again.workbench):
        db.execute("UPDATE events SET kind = 'teleported' WHERE run = ? AND seq = 3", (damaged.id,))
        query = "SELECT * FROM events WHERE run = ?"
        before = db.execute(query, (damaged.id,)).fetchall()
        async with home(again) as pilot:
            bar = pilot.app.screen.query_one(KeyBar)
            table = pilot.app.screen.query_one(Table)
            assert all(run.id in text(pilot) for run in (damaged, sound))
            while table.key != damaged.id:
                await pilot.press("down")
            await until(pilot, lambda: "Event 3 (teleported)" in " ".join(text(pilot).split()), "why")
            told = " ".join(" ".join(line.strip(" │┃") for line in text(pilot).splitlines()).split())
            assert f"pool {damaged.changes[0].id} in account {damaged.target.account}" in told
            assert "there may be more" in told
            assert f"troubleshooter runs cleanup {damaged.id} --in" in told
            for word in ("resume", "clean up", "delete"):
                assert word not in bar.render().plain
            await pilot.press("r", "x", "delete", "enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)
        assert db.execute(query, (damaged.id,)).fetchall() == before


async def test_deleting_asks_first(stage: Stage) -> None:
    case = ended(stage)
    async with home(stage) as pilot:
        for keys in (["enter"], ["y"]):
            assert stage.workbench.runs() == (case,)
            await pilot.press("delete")
            await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box")
            await until(pilot, lambda: pilot.app.focused is not None, "the box that hears")
            await pilot.press(*keys)
            await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
        await until(pilot, lambda: stage.workbench.runs() == (), "the deletion")
        assert not stage.workbench.folder(case.id).exists()


async def test_a_pool_that_is_none_is_explained_where_it_was_typed(stage: Stage) -> None:
    async with home(stage) as pilot:
        await pilot.press("o", *"nonsense", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, OpenPoolScreen)
        error = pilot.app.screen.query_one(Failure).error
        assert error is not None
        assert error.what == "nonsense is only a pool's name."
        assert stage.workbench.runs() == ()


async def test_account_and_pool_need_the_other_fields_not_options(stage: Stage) -> None:
    async with home(stage) as pilot:
        await pilot.press("o", *"contoso/render", "enter")
        await pilot.pause()
        error = pilot.app.screen.query_one(Failure).error
        assert error is not None
        assert "--" not in error.do


async def test_files_at_hand_are_analysed_offline(stage: Stage, tmp_path: Path) -> None:
    log = tmp_path / "akvvm_service.log"
    text = "Failed to parse the configuration settings with: 'not an object'"
    log.write_text(f"2026-11-22 12:00:00: <error> [CertificateManagementConfiguration]\t{text}\n")
    async with home(stage) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: bool(pilot.app.screen.query("#look-path")), "the path")
        await pilot.press(*str(log), "enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        found = pilot.app.screen.query_one(FindingList).diagnosis
        assert found.findings or found.unexplained


@pytest.mark.parametrize("path", ["/nowhere/at/all", "~nobodyx/logs"])
async def test_a_missing_path_is_explained(stage: Stage, path: str) -> None:
    async with home(stage) as pilot:
        await pilot.press("l")
        await until(pilot, lambda: bool(pilot.app.screen.query("#look-path")), "the path")
        await pilot.press(*path, "enter")
        failure = pilot.app.screen.query_one(Failure)
        await until(pilot, lambda: failure.error is not None, "why not")
        assert failure.error is not None
        assert path in failure.error.what
        assert failure.error.do


@pytest.mark.parametrize(
    ("environ", "encoding", "expected"),
    [
        ({}, "utf-8", UNICODE),
        ({}, "UTF8", UNICODE),
        ({}, "ascii", ASCII),
        ({"TROUBLESHOOTER_ASCII": "1"}, "utf-8", ASCII),
        ({"TROUBLESHOOTER_ASCII": "0"}, "utf-8", UNICODE),
    ],
)
def test_symbols_follow_the_terminal(environ: dict[str, str], encoding: str, expected: Glyphs) -> None:
    assert glyphs.choose(environ, encoding) is expected


async def test_ascii_draws_only_ascii(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_ASCII", "1")
    under_way(stage)
    ended(stage)
    async with home(stage) as pilot:
        drawn = [
            strip.text
            for widget in pilot.app.screen.query("WhereBar, Table, KeyBar")
            for strip in widget.render_lines(widget.size.region)
        ]
        assert all(line.isascii() for line in drawn), drawn
