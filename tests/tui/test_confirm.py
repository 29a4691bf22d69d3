"""Before something goes for good: one key for what the run made itself, the name typed for anything else."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Button, Input, Static

from tests.tui.acts import asks, done, makes_the_pool
from tests.tui.walker import run_state, shown_gate, until
from tests.tui.worlds import CLEAN_UP, DEBUG_POOL
from troubleshooter.model.run import Choice
from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.clean_up import CleanUpScreen
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.step_rail import StepRail

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Kept, Stage
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.step_outcome import StepOutcome

OWN = replace(
    CLEAN_UP,
    choices=tuple(replace(each, own=each.destructive) for each in CLEAN_UP.choices),
)
NAMED = replace(
    CLEAN_UP,
    gate="apply",
    choices=(
        Choice("print", "print what to change"),
        Choice("pool", "delete render-pool and create it with the fix", destructive=True),
    ),
    confirm="render-pool",
)


def acts(question: object) -> dict[str, Act]:
    return {"recreate": makes_the_pool, "clean-up": asks(question)}  # type: ignore[arg-type]  # a Question


def box(pilot: Pilot[str | None]) -> ConfirmScreen | None:
    screen = pilot.app.screen
    return screen if isinstance(screen, ConfirmScreen) else None


def text(pilot: Pilot[str | None]) -> str:
    return " ".join(strip.text.strip(" │") for strip in pilot.app.screen._compositor.render_strips())


def title(found: ConfirmScreen) -> str:
    """What the box says first, after its mark."""
    return str(found.query(Static).first().render()).partition(" ")[2]


async def opened(pilot: Pilot[str | None], *keys: str) -> ConfirmScreen:
    await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
    await pilot.press(*keys)
    await until(pilot, lambda: box(pilot) is not None and pilot.app.focused is not None, "the box")
    found = box(pilot)
    assert found is not None
    return found


async def nothing_was_answered(pilot: Pilot[str | None], run: Kept) -> None:
    await pilot.pause()
    assert run.answered == []
    assert shown_gate(pilot) is not None or box(pilot) is not None


async def test_what_the_run_made_is_marked_to_go_and_goes_with_one_key(stage: Stage) -> None:
    async with stage.opened("clean-up", acts(OWN)) as (pilot, run):
        assert title(await opened(pilot, "enter")) == f"Remove {DEBUG_POOL}"
        assert f"pool {DEBUG_POOL} and its nodes" in text(pilot)
        assert not pilot.app.screen.query(Input)
        await pilot.press("y")
        await until(pilot, lambda: run.answered == [("clean-up", "remove")], "the answer")


async def test_the_box_stands_on_no(stage: Stage) -> None:
    async with stage.opened("clean-up", acts(OWN)) as (pilot, run):
        for key in ("enter", "n", "escape"):
            await opened(pilot, "enter")
            assert pilot.app.focused is not None
            assert pilot.app.focused.id == "cancel"
            await pilot.press(key)
            await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the gate again")
            await nothing_was_answered(pilot, run)


async def test_a_box_that_comes_unawaited_hears_no_key_at_first(stage: Stage) -> None:
    async with stage.application().run_test() as pilot:
        heard: list[object] = []
        found = ConfirmScreen.for_question(OWN, OWN.choices[0])
        await pilot.app.push_screen(found, heard.append)
        assert found.deaf
        found.action_go()
        found.action_cancel()
        assert pilot.app.focused is None
        assert all(button.disabled for button in found.query(Button))
        assert pilot.app.screen is found
        await until(pilot, lambda: not found.deaf, "a box that hears")
        await pilot.press("y")
        await until(pilot, lambda: bool(heard), "yes")


async def test_no_other_key_does_anything_in_the_box_or_behind_it(stage: Stage) -> None:
    async with stage.opened("clean-up", acts(OWN)) as (pilot, run):
        found = await opened(pilot, "enter")
        keys = [key for key in string.ascii_letters if key not in "yn"]
        await pilot.press(*keys, "colon", "question_mark", "left_square_bracket", "delete")
        assert pilot.app.screen is found
        assert run.answered == []


async def test_the_originals_name_is_typed_where_the_focus_is(stage: Stage) -> None:
    async with stage.opened("clean-up", acts(NAMED)) as (pilot, run):
        found = await opened(pilot, "down", "enter")
        field = found.query_one(Input)
        assert pilot.app.focused is field
        assert (field.value, field.placeholder) == ("", "")
        assert title(found) == "Delete render-pool and create it with the fix"
        await pilot.press("y", "enter")
        assert pilot.app.screen is found
        assert "Not yet." in text(pilot)
        await pilot.press("backspace", *"render-pooll", "enter")
        assert pilot.app.screen is found
        assert run.answered == []
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: run.answered == [("apply", "pool")], "the answer")


async def test_what_was_kept_can_be_removed_from_the_run_at_its_end(stage: Stage) -> None:
    """The screen lets go of the run for it, and shows it as it is afterwards."""

    def keeps(ctx: StepContext) -> StepOutcome:
        return asks(OWN)(ctx) if ctx.step.id == "clean-up" else done(ctx)

    async with stage.opened("clean-up", {"recreate": makes_the_pool, "clean-up": keeps}) as (pilot, run):
        await until(pilot, lambda: shown_gate(pilot) is not None, "the gate")
        assert "x clean up" not in pilot.app.screen.query_one(KeyBar).render().plain
        await pilot.press("down", "enter")
        await until(pilot, lambda: run.state.current is None, "the end")
        await until(
            pilot, lambda: "x clean up" in pilot.app.screen.query_one(KeyBar).render().plain, "the key"
        )
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, CleanUpScreen), "what is left")
        await until(pilot, lambda: pilot.app.focused is not None, "the box that hears")
        assert run.free
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen), "the run")
        state = run_state(pilot)
        assert state is not None
        assert state.step("clean-up").state is StepState.DONE
        assert pilot.app.screen.query(StepRail)
