"""A step that changes something tells what it does while it does it; the original is red meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.record import invariants
from tests.tui.acts import makes_the_pool, waits
from tests.tui.stage import NARROW
from tests.tui.walker import until
from tests.tui.worlds import DEBUG_POOL, STEPS, TARGET, waiting
from troubleshooter.errors import GaveUp
from troubleshooter.model.change import DELETED, DELETING, JOB, NODE_USER, NODES, ORIGINAL, STAGE, TASKS
from troubleshooter.model.event import EventKind
from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.explain import ExplainScreen
from troubleshooter.tui.views.outcome import OutcomeView
from troubleshooter.tui.views.wait import WaitView
from troubleshooter.tui.widgets.act_list import ActList
from troubleshooter.tui.widgets.change_list import ChangeList
from troubleshooter.tui.widgets.scroll_pane import ScrollPane
from troubleshooter.tui.widgets.step_line import StepLine

if TYPE_CHECKING:
    from textual.content import Content
    from textual.pilot import Pilot

    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome

INTENDED, MADE = EventKind.CHANGE_INTENDED, EventKind.CHANGE_MADE
POOL = TARGET.pool
NOT_AGAIN = GaveUp("The pool was not created again.", "Azure refused it.", "Put it back.")


class InPlace:
    """Works on the original as the in-place route does, one move at a time, when the test says so."""

    def __init__(self, *, fails: bool = False) -> None:
        self._moves = threading.Semaphore(0)
        self._fails = fails

    def go_on(self) -> None:
        self._moves.release()

    def _held(self, ctx: StepContext) -> None:
        while not self._moves.acquire(timeout=0.05):
            if ctx.cancel.is_set():
                raise NOT_AGAIN

    def __call__(self, ctx: StepContext) -> StepOutcome:
        ctx.write_change(INTENDED, JOB, "nightly", {TASKS: "requeue"})
        ctx.write_change(MADE, JOB, "nightly")
        ctx.write_change(INTENDED, ORIGINAL, POOL, {STAGE: "debug", DELETING: True, DELETED: False})
        self._held(ctx)
        ctx.write_change(INTENDED, ORIGINAL, POOL, {STAGE: "debug", DELETED: True})
        self._held(ctx)
        if self._fails:
            raise NOT_AGAIN
        ctx.write_change(MADE, ORIGINAL, POOL, {STAGE: "debug", NODES: 1})
        self._held(ctx)
        return waits(replace(waiting(2, 1), step=ctx.step.id))(ctx)


def red(content: Content) -> set[str]:
    """What is drawn in the colour of errors."""
    return {content.plain[span.start : span.end] for span in content.spans if "$error" in str(span.style)}


def acts(pilot: Pilot[str | None]) -> str:
    found = pilot.app.screen.query(ActList)
    return found.first().render().plain if found else ""


async def told(pilot: Pilot[str | None], *texts: str) -> None:
    await until(pilot, lambda: all(text in acts(pilot) for text in texts), f"the acts {texts}")


async def test_the_original_is_worked_on_act_by_act(stage: Stage) -> None:
    work = InPlace()
    async with stage.opened("recreate", {"recreate": work}) as (pilot, _):
        await told(pilot, "job nightly disabled (requeue)", f"deleting original pool {POOL}, since ")
        side = pilot.app.screen.query_one(ChangeList)
        assert f"~ {POOL} being deleted" in side.render().plain
        assert "~ job nightly disabled" in side.render().plain
        work.go_on()
        await told(pilot, f"original pool {POOL} deleted", f"creating original pool {POOL} again, since ")
        assert f"original pool {POOL} deleted" in red(pilot.app.screen.query_one(ActList).render())
        assert {POOL, " deleted"} <= red(side.render())
        work.go_on()
        await told(pilot, f"original pool {POOL} created again (debug, 1 node)")
        assert "since" not in acts(pilot)
        assert "a debug copy, 1 node" in side.render().plain
        work.go_on()
        await until(pilot, lambda: bool(pilot.app.screen.query(WaitView)), "the wait")
        head = pilot.app.screen.query_one("#wait-head").render()
        assert "1 of 2 ready" in str(head)
        await told(pilot, "job nightly disabled", "created again")


async def test_what_is_made_beside_is_neither_red_nor_a_change_of_something(stage: Stage) -> None:
    def makes_and_signs_in(ctx: StepContext) -> StepOutcome:
        makes_the_pool(ctx)
        ctx.write_change(INTENDED, NODE_USER, f"{DEBUG_POOL}/tvm-1/kvt", {})
        ctx.write_change(MADE, NODE_USER, f"{DEBUG_POOL}/tvm-1/kvt", {})
        return waits()(ctx)

    async with stage.opened("recreate", {"recreate": makes_and_signs_in}) as (pilot, _):
        await told(pilot, f"pool {DEBUG_POOL} created", f"node user kvt on tvm-1 of {DEBUG_POOL} created")
        side = pilot.app.screen.query_one(ChangeList).render()
        assert f"+ pool {DEBUG_POOL[:6]}" in side.plain
        assert "+ user on tvm-1" in side.plain
        assert red(side) == set()
        assert red(pilot.app.screen.query_one(ActList).render()) == set()


async def test_a_narrow_screen_says_in_red_that_something_is_not_as_before(stage: Stage) -> None:
    work = InPlace()
    async with stage.opened("recreate", {"recreate": work}, size=NARROW) as (pilot, _):
        await told(pilot, "deleting original pool")
        line = pilot.app.screen.query_one(StepLine).render()
        assert "~2 not as before  " in red(line)


async def test_what_was_done_stands_below_a_failure(stage: Stage) -> None:
    work = InPlace(fails=True)
    async with stage.opened("recreate", {"recreate": work}) as (pilot, run):
        work.go_on()
        work.go_on()
        await until(pilot, lambda: run.state.step("recreate").state is StepState.FAILED, "the failure")
        await until(pilot, lambda: bool(pilot.app.screen.query("OutcomeView ActList")), "what was done")
        await told(pilot, "job nightly disabled", f"original pool {POOL} deleted")


async def test_what_it_does_can_be_read_to_its_end_in_the_smallest_terminal(stage: Stage) -> None:
    async with stage.opened("recreate", {"recreate": InPlace()}, size=(60, 16)) as (pilot, _run):
        await told(pilot, "deleting original pool")
        pane = pilot.app.screen.query_one("ActingView ScrollPane", ScrollPane)
        assert await invariants.broken(pilot) == []
        await until(pilot, lambda: pane.has_focus, "the keys that scroll it")
        await pilot.press("end")
        await until(pilot, lambda: pane.scroll_y == pane.max_scroll_y, "its end")


async def test_the_way_back_is_a_command_that_can_be_typed(stage: Stage) -> None:
    steps = tuple(_with_undo(each) for each in STEPS)
    stage.steps = steps
    stage.__post_init__()
    work = InPlace()
    async with stage.opened("recreate", {"recreate": work}) as (pilot, run):
        await told(pilot, "deleting original pool")
        shown = "\n".join(str(each.render()) for each in pilot.app.screen.query("ActingView Remarks"))
        assert f"troubleshooter runs restore {run.id} --confirm {POOL}" in shown
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExplainScreen), "the explanation")
        shown = "\n".join(str(each.render()) for each in pilot.app.screen.query("#dialog Remarks"))
        assert f"troubleshooter runs cleanup {run.id}" in " ".join(shown.split())
        assert "RUN" not in shown
        await pilot.press("escape")


def _with_undo(step: Any) -> Any:
    return replace(step, undo="troubleshooter runs cleanup RUN") if step.mutates else step


async def test_a_step_that_only_reads_has_no_list_of_acts(stage: Stage) -> None:
    async with stage.opened("plan", {"recreate": waits()}) as (pilot, run):
        await until(pilot, lambda: run.state.step("recreate").state is StepState.RUNNING, "the next step")
        await pilot.press("[")
        await until(pilot, lambda: bool(pilot.app.screen.query(OutcomeView)), "the plan's outcome")
        assert not pilot.app.screen.query(ActList)
