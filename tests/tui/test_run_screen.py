"""The run screen against real runs with scripted actions: what it shows and asks, and what it does then."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.acts import asks, diagnoses, done, fails_once, keeps_a_log, makes_the_pool, waits
from tests.tui.stage import WIDE
from tests.tui.walker import LIMIT, run_state, shown_gate, until
from tests.tui.worlds import ALLOW_FROM, CLEAN_UP, DEBUG_POOL, OUTSIDE, PLAN, waiting
from troubleshooter.errors import GaveUp
from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.evidence import EvidenceScreen
from troubleshooter.tui.screens.explain import ExplainScreen
from troubleshooter.tui.screens.help import HelpScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.screens.too_small import TooSmallScreen
from troubleshooter.tui.views.outcome import OutcomeView
from troubleshooter.tui.views.wait import WaitView
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.log_view import LogView
from troubleshooter.tui.widgets.step_rail import StepRail
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.run import Question


def keys(pilot: Pilot[str | None]) -> str:
    return pilot.app.screen.query_one(KeyBar).render().plain


def asked(pilot: Pilot[str | None]) -> Mapping[str, Any] | None:
    """The plan that the gate on the screen asks about."""
    question = shown_gate(pilot)
    return question.plan if question else None


async def gate(pilot: Pilot[str | None]) -> None:
    await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")


async def test_a_gate_is_answered_with_enter(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN), "recreate": waits()}) as (pilot, run):
        await gate(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("plan", "approve")]
        await until(pilot, lambda: run.state.step("recreate").state is StepState.RUNNING, "the next step")


async def test_free_text_is_prefilled_but_not_sent_unasked(stage: Stage) -> None:
    presets = {"allow-from": "203.0.113.7/32"}
    async with stage.opened("plan", {"plan": asks(ALLOW_FROM)}, presets=presets) as (pilot, run):
        await gate(pilot)
        assert run.answered == []
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("allow-from", "203.0.113.7/32")]


async def test_the_administrator_is_told_before_an_answer_is_recorded(stage: Stage) -> None:
    told: list[tuple[str, str, str, int]] = []

    def tell(question: Question, choice: str) -> None:
        (state,) = (stage.workbench.read(run.id) for run in stage.workbench.runs())
        told.append((question.gate, choice, threading.current_thread().name, len(state.answers)))

    acts = {"choose-fix": asks(OUTSIDE)}
    async with stage.opened("choose-fix", acts, before_answer=tell) as (pilot, run):
        await gate(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        ((name, choice, thread, recorded),) = told
        assert (name, choice, recorded) == ("outside-fix", "done", 0)
        assert thread != threading.main_thread().name


async def test_a_steps_clock_counts_no_time_at_a_question(stage: Stage) -> None:
    def asks_then_waits(ctx: StepContext) -> StepOutcome:
        return (waits() if ctx.state.answers else asks(PLAN))(ctx)

    async with stage.opened("plan", {"plan": asks_then_waits}) as (pilot, _run):
        await gate(pilot)
        rail = pilot.app.screen.query_one(StepRail)
        rail._began -= 1000  # so long was the question open
        await pilot.press("enter")
        await until(pilot, lambda: rail.rows[1].record.state is StepState.RUNNING, "the step going on")
        await until(pilot, lambda: rail.running_for > 0, "its clock")
        assert rail.running_for < 900


CLEANING: dict[str, Act] = {"recreate": makes_the_pool, "clean-up": asks(CLEAN_UP)}


async def test_a_plan_that_changes_closes_the_box_that_confirms_it(stage: Stage) -> None:
    """An answer is on its way, the box was opened once more, and the step then asks about another plan."""
    heard, go_on = threading.Event(), threading.Event()
    changed = replace(CLEAN_UP, plan={"removes": ["two pools"]})

    def asks_anew(ctx: StepContext) -> StepOutcome:
        return asks(changed if ctx.state.answers else CLEAN_UP)(ctx)

    def administer(_question: Question, _choice: str) -> None:
        heard.set()
        assert go_on.wait(LIMIT)

    acts = {**CLEANING, "clean-up": asks_anew}
    async with stage.opened("clean-up", acts, before_answer=administer) as (pilot, run):
        await gate(pilot)
        await pilot.press("up", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box")
        await pilot.press(*DEBUG_POOL, "enter")
        await until(pilot, heard.is_set, "the answer on its way")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box again")
        go_on.set()
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "no box")
        await gate(pilot)
        await until(pilot, lambda: asked(pilot) == changed.plan, "the changed plan")
        assert isinstance(pilot.app.screen, RunScreen)
        assert run.answered == [("clean-up", "remove")]


async def test_a_wait_shows_its_nodes_and_ends_when_cancelled(stage: Stage) -> None:
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits(waiting())}) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        assert "c cancel" in keys(pilot)
        await pilot.press("c")
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.FAILED, "its end")
        await until(pilot, lambda: "R try again" in keys(pilot), "the key to go on")
        assert "c cancel" not in keys(pilot)


async def test_what_was_cancelled_really_runs_again(stage: Stage) -> None:
    cancelled: list[bool] = []

    def waits_once(ctx: StepContext) -> StepOutcome:
        cancelled.append(ctx.cancel.is_set())
        return waits(waiting())(ctx) if len(cancelled) == 1 else done(ctx)

    async with stage.opened("wait-for-idle", {"wait-for-idle": waits_once}) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        await pilot.press("c")
        await until(pilot, lambda: "R try again" in keys(pilot), "the key to go on")
        await pilot.press("R")
        await until(pilot, lambda: run.state.current is None, "the end of the run")
        assert cancelled == [False, False]
        assert run.state.step("wait-for-idle").error is None


async def test_a_failed_step_is_tried_again(stage: Stage) -> None:
    failure = fails_once(GaveUp("It failed.", "A reason.", "Something to do."))
    async with stage.opened("recreate", {"recreate": failure, "wait-for-idle": waits()}) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query("OutcomeView Failure")), "the failure")
        told = pilot.app.screen.query_one("OutcomeView #failure-text").render()
        assert all(part in str(told) for part in ("It failed.", "A reason.", "Something to do."))
        await until(pilot, lambda: "R try again" in keys(pilot), "the key")
        await pilot.press("R")
        await until(pilot, lambda: run.state.step("recreate").state is StepState.DONE, "the second try")


async def test_a_bug_reaches_the_screen_and_can_be_tried_again(stage: Stage) -> None:
    tried: list[str] = []

    def crashes_once(ctx: StepContext) -> StepOutcome:
        tried.append(ctx.step.id)
        if len(tried) == 1:
            raise ZeroDivisionError
        return done(ctx)

    async with stage.opened("recreate", {"recreate": crashes_once}) as (pilot, run):
        trouble = pilot.app.screen.query_one("#step-trouble", Failure)
        await until(pilot, lambda: trouble.error is not None, "the crash")
        assert trouble.error is not None
        assert "bug of ours" in trouble.error.why
        assert run.state.step("recreate").state is StepState.RUNNING
        await until(pilot, lambda: "R try again" in keys(pilot), "a way on")
        await pilot.press("R")
        await until(pilot, lambda: run.state.current is None, "the end of the run")
        assert tried == ["recreate", "recreate"]
        assert trouble.error is None


async def test_an_answer_that_is_refused_is_explained_at_the_gate(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(ALLOW_FROM)}) as (pilot, run):
        await gate(pilot)
        await pilot.press("x", "enter")
        failure = pilot.app.screen.query_one("#gate-error", Failure)
        await until(pilot, lambda: failure.error is not None, "why not")
        assert failure.error is not None
        assert failure.error.what == "'x' cannot be used."
        assert "no address range" in failure.error.why
        assert ALLOW_FROM.hint in failure.error.do
        assert shown_gate(pilot) is not None
        assert run.answered == []
        await pilot.press("backspace", *"203.0.113.7/32", "enter")
        await until(pilot, lambda: run.answered == [("allow-from", "203.0.113.7/32")], "the right one")


@contextmanager
def unwritable(home: Path) -> Iterator[None]:
    """The journal takes nothing while this lasts: somebody has renamed what it writes to."""
    with closing(sqlite3.connect(home / "journal.sqlite3", isolation_level=None)) as other:
        other.execute("ALTER TABLE events RENAME TO elsewhere")
        yield
        other.execute("ALTER TABLE elsewhere RENAME TO events")


async def test_a_journal_that_fails_is_told_at_the_gate(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN)}) as (pilot, run):
        await gate(pilot)
        failure = pilot.app.screen.query_one("#gate-error", Failure)
        with unwritable(stage.home):
            await pilot.press("enter")
            await until(pilot, lambda: failure.error is not None, "why not")
            assert failure.error is not None
            assert "journal.sqlite3 could not be written" in failure.error.what
            assert "nothing unrecorded was done" in failure.error.why
        assert run.answered == []
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        await pilot.press("enter")
        await until(pilot, lambda: run.answered == [("plan", "approve")], "the answer, once it can be kept")


async def test_a_journal_that_fails_under_a_step_stops_it_and_is_told(stage: Stage) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def notes(ctx: StepContext) -> StepOutcome:
        begun.set()
        assert go_on.wait(LIMIT)
        ctx.note("one more look")
        ended.set()
        return done(ctx)

    async with stage.opened("recreate", {"recreate": notes}) as (pilot, run):
        await until(pilot, begun.is_set, "the step")
        trouble = pilot.app.screen.query_one("#step-trouble", Failure)
        with unwritable(stage.home):
            go_on.set()
            await until(pilot, lambda: trouble.error is not None, "the failure")
            assert trouble.error is not None
            assert "journal.sqlite3 could not be written" in trouble.error.what
            assert not ended.is_set()
        assert run.state.step("recreate").state is StepState.RUNNING
        await until(pilot, lambda: "R try again" in keys(pilot), "a way on")
        await pilot.press("R")
        await until(pilot, lambda: run.state.current is None, "the end of the run")
        assert trouble.error is None


async def test_a_run_that_cannot_be_resumed_can_still_be_read(stage: Stage) -> None:
    ended = stage.played(None, {"diagnose": diagnoses})
    owner = stage.workbench.resume(ended.id, threading.Event())
    async with stage.application(open_run=ended.id[:7]).run_test(size=WIDE) as pilot:
        await until(pilot, lambda: run_state(pilot) is not None, "the run")
        error = pilot.app.screen.query_one("#step-trouble", Failure).error
        assert error is not None
        assert error.what == f"Run {ended.id} is open in another process."
        assert pilot.app.screen.query_one(WhereBar).lasting == ("read only",)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
    owner.close()


async def test_leaving_ends_the_step_and_lets_go_of_the_run(stage: Stage) -> None:
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits(waiting())}) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        assert not run.free
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the runs")
        assert run.state.step("wait-for-idle").state is StepState.FAILED
        assert run.free


async def test_quitting_in_the_middle_of_a_wait_does_not_hang(stage: Stage) -> None:
    async with stage.opened("wait-for-idle", {"wait-for-idle": waits(waiting())}) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        await pilot.press("ctrl+q")
    assert pilot.app.return_value == run.id
    error = run.state.step("wait-for-idle").error
    assert error is not None
    assert error.what == "Cancelled."
    assert run.free


async def test_an_earlier_step_can_be_looked_at_and_left_again(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN)}) as (pilot, _run):
        await gate(pilot)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: bool(pilot.app.screen.query(OutcomeView)), "the step before")
        assert "esc back to now" in keys(pilot)
        await pilot.press("escape")
        await gate(pilot)


async def test_proof_is_one_key_away_and_is_data_not_markup(stage: Stage) -> None:
    acts = {"collect": keeps_a_log, "diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}
    async with stage.opened("diagnose", acts) as (pilot, _run):
        await gate(pilot)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, LogView), "the log")
        view = pilot.app.screen.query_one(LogView)
        assert view.cursor == 2
        drawn = view.render_line(3).text
        assert "[bold red]this is not markup[/bold red] \\x1b[31mand" in drawn
        await pilot.press("n")
        await until(pilot, lambda: view.cursor == 4, "the next proof")
        await pilot.press("slash", *"loop 399", "enter")
        await until(pilot, lambda: "loop 399" in view.line, "what was searched for")
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, EvidenceScreen)


@pytest.mark.parametrize(("key", "screen"), [("e", ExplainScreen), ("question_mark", HelpScreen)])
async def test_explanations_open_and_close(stage: Stage, key: str, screen: type) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN)}) as (pilot, _run):
        await gate(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, screen), "the explanation")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")


async def test_a_terminal_that_is_too_small_says_so_and_comes_back(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN)}) as (pilot, _run):
        await gate(pilot)
        await pilot.resize_terminal(50, 12)
        await until(pilot, lambda: isinstance(pilot.app.screen, TooSmallScreen), "the message")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")


async def test_a_run_goes_to_its_end_and_can_still_be_read(stage: Stage) -> None:
    async with stage.opened("report", {}) as (pilot, run):
        await until(pilot, lambda: run.state.current is None, "the end")
        await pilot.press("r")
        await until(pilot, lambda: bool(pilot.app.screen.query("Paper")), "the report")
