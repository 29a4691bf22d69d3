"""The gate's plan follows the mark; a secret is typed without being seen."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.tui.acts import asks, makes_the_pool
from tests.tui.test_run_screen import gate, keys
from tests.tui.walker import LIMIT, until
from tests.tui.worlds import CLEAN_UP, after, before
from troubleshooter.model.run import Choice, Question
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.widgets.difference_view import DifferenceView
from troubleshooter.tui.widgets.remarks import Remarks

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome

FIX = Question(
    gate="fix",
    step="choose-fix",
    text="Which fix shall we try?",
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
)

SECRET = Question(
    gate="secret",
    step="plan",
    text="userAccounts[0].password?",
    about="userAccounts[0].password",
    kept_as="PASSWORD",
)


def notes(pilot: Pilot[str | None]) -> str:
    told = (remark for part in pilot.app.screen.query(Remarks) for remark in part.remarks)
    return " ".join(remark.mark + remark.text for remark in told)


def compared(pilot: Pilot[str | None]) -> bool:
    view = pilot.app.screen.query_one(DifferenceView)
    return bool(view.display) and view.changes > 1


async def test_the_plan_is_that_of_the_marked_fix(stage: Stage) -> None:
    async with stage.opened("choose-fix", {"choose-fix": asks(FIX)}) as (pilot, run):
        await gate(pilot)
        assert compared(pilot)
        assert "az role" not in notes(pilot)
        await pilot.press("down")
        await until(pilot, lambda: "az role assignment create" in notes(pilot), "the second fix's command")
        assert not compared(pilot)
        assert "y copy" in keys(pilot)
        await pilot.press("down")
        await until(pilot, lambda: not notes(pilot), "nothing, since none of them changes nothing")
        assert "y copy" not in keys(pilot)
        await pilot.press("up", "enter")
        await until(pilot, lambda: bool(run.answered), "the answer")
        assert run.answered == [("fix", "2")]


async def test_what_would_be_gone_is_certain_only_under_the_mark(stage: Stage) -> None:
    acts = {"recreate": makes_the_pool, "clean-up": asks(CLEAN_UP)}
    async with stage.opened("clean-up", acts) as (pilot, _run):
        await gate(pilot)
        assert "Would be gone: pool render-pool-dbg-7f3a" in notes(pilot)
        await pilot.press("up")
        await until(pilot, lambda: "Will be gone: pool render-pool-dbg-7f3a" in notes(pilot), "the warning")


async def test_a_secret_is_not_seen_and_reaches_the_run_as_it_was_typed(stage: Stage) -> None:
    given: list[str | None] = []

    def asks_and_listens(ctx: StepContext) -> StepOutcome:
        outcome = asks(SECRET)(ctx)
        given.append(ctx.secrets.get(SECRET.kept_as))
        return outcome

    presets = {"secret": "never this"}
    async with stage.opened("plan", {"plan": asks_and_listens}, presets=presets) as (pilot, run):
        await gate(pilot)
        await pilot.press(*"sesame", "space", "7", "space")
        assert "sesame" not in pilot.app.export_screenshot()
        await pilot.press("enter")
        await until(pilot, lambda: bool(given), "the answer")
        assert given == ["sesame 7 "]
        assert run.answered == [("secret", "supplied")]
        assert not any(b"sesame" in file.read_bytes() for file in stage.home.glob("journal*"))


async def test_the_next_secret_is_typed_anew(stage: Stage) -> None:
    again = replace(
        SECRET, text="userAccounts[1].password?", about="userAccounts[1].password", kept_as="NEXT"
    )

    def asks_twice(ctx: StepContext) -> StepOutcome:
        asks(SECRET)(ctx)
        return asks(again)(ctx)

    heard, go_on = threading.Event(), threading.Event()

    def holds_the_answer(_question: Question, _choice: str) -> None:
        heard.set()
        assert go_on.wait(LIMIT)

    acts = {"plan": asks_twice}
    async with stage.opened("plan", acts, before_answer=holds_the_answer) as (pilot, _run):
        await gate(pilot)
        await pilot.press(*"wrong", "enter")
        await until(pilot, heard.is_set, "the answer on its way")
        await pilot.press(*"more")
        assert "••" in pilot.app.export_screenshot()
        go_on.set()
        await until(
            pilot,
            lambda: [view.question.about for view in pilot.app.screen.query(GateView)] == [again.about],
            "the second question",
        )
        await gate(pilot)
        assert "••" not in pilot.app.export_screenshot()
