"""The default route: a fault outside the pool is found on a debug pool, cured, and proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.record.studio import on_scenario
from tests.record.walking import at_home, gate, open_pool, press, resting, screen_is, waiting
from tests.tui.walker import answer, run_state
from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.explain import ExplainScreen
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.screens.moments import MomentsScreen
from troubleshooter.tui.screens.report import ReportScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.log_view import LogView

if TYPE_CHECKING:
    from tests.record.camera import Camera
    from tests.record.held_world import HeldWorld

LATE = 15
"""Seconds."""


async def walk() -> dict[str, str]:
    async with on_scenario("vault-rbac-denied") as (camera, world):
        await open_pool(camera, world.connection["pool_id"])
        await to_the_plan(camera)
        await to_the_fix(camera, world)
        await to_the_end(camera, world)
        await looking_around(camera)
        await steps_looked_at(camera)
        await press(camera, "q", lambda: screen_is(camera, HomeScreen))
        await at_home(camera)
        await camera.take("home-solved")
        return camera.pictures


async def to_the_plan(camera: Camera) -> None:
    question = await gate(camera, "allow-from")
    await camera.take("allow-from")
    await answer(camera.pilot, question)
    await gate(camera, "plan")
    await camera.take("plan")
    await camera.pilot.press("shift+tab")
    await camera.take("plan-focused")
    await camera.pilot.press("u")
    await camera.take("plan-unfolded")
    await camera.pilot.press("u", "tab", "down")
    await camera.take("plan-in-place-marked")
    await camera.pilot.press("question_mark")
    await camera.take("plan-help")
    await camera.pilot.press("escape", "up")


async def to_the_fix(camera: Camera, world: HeldWorld) -> None:
    world.hold.looks = 0
    await camera.pilot.press("enter")
    await camera.until(lambda: waiting(camera) is not None, "a wait")
    await camera.take("waiting-nothing-yet")
    world.hold.looks = 2
    await camera.until(lambda: bool((now := waiting(camera)) and now.rows), "nodes")
    await camera.take("waiting-starting")
    await collecting(camera, world)
    question = await gate(camera, "fix")
    await camera.take("choose-fix")
    await answer(camera.pilot, question)
    question = await gate(camera, "outside-fix")
    await camera.take("outside-fix")
    world.hold.looks = 2  # enough to remove the debug pool, too few for new nodes to be ready
    await answer(camera.pilot, question)
    await camera.until(lambda: waiting(camera) is not None, "the proof under way")
    await camera.take("verify-under-way")
    world.hold.looks = None


async def collecting(camera: Camera, world: HeldWorld) -> None:
    """The way to the node keeps its caller waiting."""
    world.control("POST", "fault", {"match": "GET dbg.*/nodes/[^/]+$", "delay": LATE})
    world.hold.looks = None
    await camera.until(lambda: runs(camera, "collect") and told(camera, " made on "), "the user on the node")
    await camera.take("collecting")
    assert runs(camera, "collect"), f"{LATE} s were too few to take it"


def runs(camera: Camera, step: str) -> bool:
    state = run_state(camera.pilot)
    return state is not None and state.step(step).state is StepState.RUNNING


def told(camera: Camera, what: str) -> bool:
    state = run_state(camera.pilot)
    return state is not None and any(what in note.text for note in state.notes)


async def to_the_end(camera: Camera, world: HeldWorld) -> None:
    await gate(camera, "clean-up")
    await camera.take("clean-up")
    await camera.pilot.press("up")
    await camera.take("clean-up-remove-marked")
    await press(camera, "enter", lambda: screen_is(camera, ConfirmScreen))
    await camera.take("clean-up-confirm")
    await camera.until(lambda: camera.pilot.app.focused is not None, "the box that hears")
    await camera.take("clean-up-confirm-hears")
    await camera.pilot.press("escape")
    question = await gate(camera, "clean-up")
    await answer(camera.pilot, question)
    await resting(camera)
    await camera.take("end")


async def looking_around(camera: Camera) -> None:
    app = camera.pilot.app
    await press(camera, "f", lambda: isinstance(app.screen.focused, FindingList))
    await camera.take("findings")
    await press(camera, "e", lambda: screen_is(camera, ExplainScreen))
    await camera.take("explain")
    await camera.pilot.press("escape", "down")
    await camera.take("findings-proof-marked")
    await press(camera, "enter", lambda: isinstance(app.screen.focused, LogView))
    await camera.take("evidence")
    await camera.pilot.press("slash", *"vault")
    await camera.take("evidence-searching")
    await camera.pilot.press("enter")
    await camera.take("evidence-found", toasts=True)
    await press(camera, "escape", lambda: screen_is(camera, RunScreen))
    await press(camera, "m", lambda: screen_is(camera, MatrixScreen))
    await camera.take("matrix")
    await press(camera, "escape", lambda: screen_is(camera, RunScreen))
    await press(camera, "t", lambda: screen_is(camera, MomentsScreen))
    await camera.take("moments")
    await press(camera, "escape", lambda: screen_is(camera, RunScreen))
    await press(camera, "r", lambda: screen_is(camera, ReportScreen))
    await camera.take("report")
    await press(camera, "escape", lambda: screen_is(camera, RunScreen))
    await camera.pilot.press("colon")
    await camera.take("commands")
    await camera.pilot.press("escape")
    await camera.pilot.press("question_mark")
    await camera.take("help")
    await camera.pilot.press("escape")


async def steps_looked_at(camera: Camera) -> None:
    """Every step as it stands after the end, from the last to the first."""
    screen = camera.pilot.app.screen
    assert isinstance(screen, RunScreen)
    assert screen.state is not None
    await camera.pilot.press(*["right_square_bracket"] * len(screen.state.steps))
    for number, record in reversed(list(enumerate(screen.state.steps, 1))):
        while (at := screen.looked_at) is not None and at.id != record.id:
            await press(camera, "left_square_bracket", lambda at=at: screen.looked_at != at)  # type: ignore[misc]  # bound
        await camera.take(f"step-{number:02d}-{record.id}")
