"""The gate's plan follows the mark; a secret is typed without being seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.tui.test_run_screen import gate, keys, opened
from tests.tui.walker import until
from tests.tui.worlds import CLEAN_UP, POOL, after, asks, before
from troubleshooter.model.run import Choice, Question
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.widgets.difference_view import DifferenceView
from troubleshooter.tui.widgets.remarks import Remarks

if TYPE_CHECKING:
    from textual.pilot import Pilot

FIX = Question(
    gate="fix",
    step="choose-fix",
    text="Which fix is to be proven?",
    choices=(Choice("1", "patch the pool"), Choice("2", "give a role"), Choice("none", "none of them")),
    plan={
        "before": before(),
        "after": after(),
        "notes": ["1  patch the pool", "2  give a role"],
        "fixes": [
            {"number": 1, "patch": [{"op": "remove", "path": "/x"}], "after": after(), "commands": {}},
            {"number": 2, "patch": [], "after": before(), "commands": {"az": "az role assignment create"}},
        ],
        "commands": {},
    },
    plan_hash="fix-1",
)

SECRET = Question(
    gate="secret",
    step="plan",
    text="userAccounts[0].password?",
    plan={"field": "userAccounts[0].password"},
    plan_hash="secret-1",
    about="userAccounts[0].password",
    kept_as="PASSWORD",
)


def notes(pilot: Pilot[str | None]) -> str:
    return " ".join(remark.mark + remark.text for remark in pilot.app.screen.query_one(Remarks).remarks)


def compared(pilot: Pilot[str | None]) -> bool:
    view = pilot.app.screen.query_one(DifferenceView)
    return bool(view.display) and view.changes > 1


async def test_the_plan_is_that_of_the_marked_fix() -> None:
    async with opened("choose-fix", asks(FIX)) as (pilot, run):
        await gate(pilot)
        assert compared(pilot)
        assert "az role" not in notes(pilot)
        await pilot.press("down")
        await until(pilot, lambda: "az role assignment create" in notes(pilot), "the second fix's command")
        assert not compared(pilot)
        assert "y copy commands" in keys(pilot)
        await pilot.press("down")
        await until(pilot, lambda: not notes(pilot), "nothing, since none of them changes nothing")
        assert "y copy commands" not in keys(pilot)
        await pilot.press("up", "enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("fix", "2", "")]


async def test_what_would_be_gone_is_certain_only_under_the_mark() -> None:
    async with opened("clean-up", asks(CLEAN_UP), changes=(POOL,)) as (pilot, _run):
        await gate(pilot)
        assert "Would be gone: pool render-pool-dbg-7f3a" in notes(pilot)
        await pilot.press("up")
        await until(pilot, lambda: "Will be gone: pool render-pool-dbg-7f3a" in notes(pilot), "the warning")


async def test_a_secret_is_not_seen_and_reaches_the_run_as_it_was_typed() -> None:
    presets = {"secret": "never this"}
    async with opened("plan", asks(SECRET), presets=presets) as (pilot, run):
        await gate(pilot)
        await pilot.press(*"sesame", "space", "7", "space")
        assert "sesame" not in pilot.app.export_screenshot()
        await pilot.press("enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("secret", "sesame 7 ", "")]


async def test_a_secret_that_was_refused_is_typed_anew() -> None:
    async with opened("plan", asks(SECRET)) as (pilot, run):
        await gate(pilot)
        await pilot.press(*"wrong")
        run.move(replace(run.state, question=replace(SECRET, plan_hash="secret-2")))
        await until(
            pilot,
            lambda: pilot.app.screen.query_one(GateView).question.plan_hash == "secret-2",
            "the second question",
        )
        assert "••" not in pilot.app.export_screenshot()
