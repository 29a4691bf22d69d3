"""The run screen against a scripted run: what it shows, what it asks, and what becomes of the answers."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.tui.scripted import TARGET, ScriptedRun, ScriptedWorkbench, done
from tests.tui.walker import run_state, shown_gate, until
from tests.tui.worlds import (
    ALLOW_FROM,
    CLEAN_UP,
    DIAGNOSIS,
    LOG,
    LOG_TEXT,
    OUTSIDE,
    PLAN,
    POOL,
    STEPS,
    asks,
    diagnoses,
    fails_once,
    state_at,
    waiting,
    waits,
)
from troubleshooter.errors import UsageProblem
from troubleshooter.model.run import ErrorText, KeptFile, StepState
from troubleshooter.tui.app import TroubleshooterApp
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
from troubleshooter.tui.widgets.where_bar import WhereBar
from troubleshooter.wiring import RunOptions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from tests.tui.scripted import Act
    from troubleshooter.wiring import Workbench


@asynccontextmanager
async def opened(
    at: str, act: Act, *, size: tuple[int, int] = (120, 40), **given: Any
) -> AsyncIterator[tuple[Pilot[str | None], ScriptedRun]]:
    """The application on a run that stands before one step, which does what its act says."""
    app_given = {name: given.pop(name) for name in ("presets", "before_answer") if name in given}
    run = ScriptedRun(STEPS, {at: act, **given.pop("acts", {})}, state_at(at, **given))
    bench = cast("Workbench", ScriptedWorkbench(run, files={LOG: LOG_TEXT}))
    app = TroubleshooterApp(bench, open_target=TARGET, start_options=RunOptions(), **app_given)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: run_state(pilot) is not None, "the run")
        yield pilot, run


def keys(pilot: Pilot[str | None]) -> str:
    return pilot.app.screen.query_one(KeyBar).render().plain


async def gate(pilot: Pilot[str | None]) -> None:
    await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")


async def test_a_gate_is_answered_with_enter() -> None:
    async with opened("plan", asks(PLAN), acts={"recreate": waits()}) as (pilot, run):
        await gate(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("plan", "approve", "")]


async def test_free_text_is_prefilled_but_not_sent_unasked() -> None:
    async with opened("plan", asks(ALLOW_FROM), presets={"allow-from": "203.0.113.7/32"}) as (pilot, run):
        await gate(pilot)
        assert run.answered == []
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("allow-from", "203.0.113.7/32", "")]


async def test_the_administrator_is_told_before_an_answer_is_recorded() -> None:
    told: list[tuple[str, str, str]] = []

    def tell(name: str, choice: str) -> None:
        told.append((name, choice, threading.current_thread().name))

    async with opened("choose-fix", asks(OUTSIDE), before_answer=tell) as (pilot, run):
        await gate(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert told[0][:2] == ("outside-fix", "done")
        assert told[0][2] != threading.main_thread().name


async def test_what_removes_things_is_not_marked_first_and_wants_the_name_typed() -> None:
    async with opened("clean-up", asks(CLEAN_UP), changes=(POOL,)) as (pilot, run):
        await gate(pilot)
        await pilot.press("up", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box")
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "cancel"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the gate again")
        assert run.answered == []
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box again")
        await pilot.press("shift+tab", *"render-pool-dbg-7f3x", "enter")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("backspace", "a", "enter", "enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("clean-up", "remove", "render-pool-dbg-7f3a")]


async def test_a_plan_that_changes_closes_the_box_that_confirms_it() -> None:
    async with opened("clean-up", asks(CLEAN_UP), changes=(POOL,)) as (pilot, run):
        await gate(pilot)
        await pilot.press("up", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box")
        run.move(replace(run.state, question=replace(CLEAN_UP, plan_hash="clean-2")))
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "no box")
        assert run.answered == []


async def test_a_wait_shows_its_nodes_and_ends_at_once_when_cancelled() -> None:
    async with opened("wait-for-idle", waits(waiting())) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        assert "c cancel" in keys(pilot)
        await pilot.press("c")
        await until(pilot, lambda: run.state.step("wait-for-idle").state is StepState.FAILED, "its end", 5)
        await until(pilot, lambda: "R try again" in keys(pilot), "the key to go on")
        assert "c cancel" not in keys(pilot)


async def test_a_failed_step_is_tried_again() -> None:
    failure = fails_once(ErrorText("It failed.", "A reason.", "Something to do.", 6))
    async with opened("recreate", failure, acts={"wait-for-idle": waits()}) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query("OutcomeView Failure")), "the failure")
        told = pilot.app.screen.query_one("OutcomeView #failure-text").render()
        assert all(part in str(told) for part in ("It failed.", "A reason.", "Something to do."))
        await until(pilot, lambda: "R try again" in keys(pilot), "the key")
        await pilot.press("R")
        await until(pilot, lambda: run.state.step("recreate").state is StepState.DONE, "the second try")


async def test_a_bug_reaches_the_screen() -> None:
    def crash(_run: ScriptedRun, _step: str) -> None:
        raise ZeroDivisionError

    async with opened("recreate", crash) as (pilot, _run):
        trouble = pilot.app.screen.query_one("#step-trouble", Failure)
        await until(pilot, lambda: trouble.error is not None, "the crash")
        assert trouble.error is not None
        assert "bug of ours" in trouble.error.why
        await until(pilot, lambda: "R try again" in keys(pilot), "a way on")


async def test_an_answer_that_is_refused_is_explained_at_the_gate() -> None:
    async with opened("plan", asks(ALLOW_FROM)) as (pilot, run):

        def refuse(*_: object, **__: object) -> None:
            raise UsageProblem("x is no range.", "It has no digits.", "Give one such as 203.0.113.7/32.")

        run.answer = refuse  # type: ignore[method-assign, assignment]  # the engine checks the form of answers
        await gate(pilot)
        await pilot.press("x", "enter")
        failure = pilot.app.screen.query_one("#gate-error", Failure)
        await until(pilot, lambda: failure.error is not None, "why not")
        assert failure.error is not None
        assert failure.error.what == "x is no range."
        assert shown_gate(pilot) is not None


async def test_a_run_that_cannot_be_resumed_can_still_be_read() -> None:
    ended = replace(state_at("report", StepState.DONE), diagnosis=DIAGNOSIS, diagnosed=True)
    bench = ScriptedWorkbench(None, cases=(ended,), steps=STEPS)
    app = TroubleshooterApp(cast("Workbench", bench), open_run="7f3a", start_options=RunOptions())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: run_state(pilot) is not None, "the run")
        assert pilot.app.screen.query_one("#step-trouble", Failure).error is not None
        assert pilot.app.screen.query_one(WhereBar).lasting == ("read only",)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.focused, FindingList), "the findings")


async def test_leaving_ends_the_step_and_lets_go_of_the_run() -> None:
    async with opened("wait-for-idle", waits(waiting())) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen), "the cases", 5)
        assert run.closed.is_set()


async def test_quitting_in_the_middle_of_a_wait_does_not_hang() -> None:
    async with opened("wait-for-idle", waits(waiting())) as (pilot, run):
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        await pilot.press("ctrl+q")
    assert pilot.app.return_value == run.state.id
    assert run.cancel.is_set()
    assert run.closed.wait(5)


async def test_an_earlier_step_can_be_looked_at_and_left_again() -> None:
    async with opened("plan", asks(PLAN)) as (pilot, _run):
        await gate(pilot)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: bool(pilot.app.screen.query(OutcomeView)), "the step before")
        assert "esc back to now" in keys(pilot)
        await pilot.press("escape")
        await gate(pilot)


async def test_proof_is_one_key_away_and_is_data_not_markup() -> None:
    kept = KeptFile(state_at("diagnose").id, LOG, "a", "a", 9)
    node = waiting().rows[1].id
    acts = {"choose-fix": asks(OUTSIDE)}
    async with opened("diagnose", diagnoses, acts=acts, files=(replace(kept, node=node),)) as (pilot, _run):
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
async def test_explanations_open_and_close(key: str, screen: type) -> None:
    async with opened("plan", asks(PLAN)) as (pilot, _run):
        await gate(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, screen), "the explanation")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")


async def test_a_terminal_that_is_too_small_says_so_and_comes_back() -> None:
    async with opened("plan", asks(PLAN)) as (pilot, _run):
        await gate(pilot)
        await pilot.resize_terminal(50, 12)
        await until(pilot, lambda: isinstance(pilot.app.screen, TooSmallScreen), "the message")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")


async def test_a_run_goes_to_its_end_and_can_still_be_read() -> None:
    async with opened("report", done) as (pilot, run):
        await until(pilot, lambda: run.state.current is None, "the end")
        await pilot.press("r")
        await until(pilot, lambda: bool(pilot.app.screen.query("Paper")), "the report")
