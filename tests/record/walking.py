"""Steps of a walk that every scene takes: a key and what it leads to, a gate, a pool's id pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.widgets import Input

from tests.tui.walker import answer, reads, rests, run_state, shown_gate
from troubleshooter.tui.screens.home import HomeScreen
from troubleshooter.tui.screens.run import RunScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from tests.record.camera import Camera
    from troubleshooter.model.progress import Waiting
    from troubleshooter.model.run import Question


async def press(camera: Camera, key: str, leads_to: Callable[[], bool]) -> None:
    await camera.pilot.press(key)
    await camera.until(leads_to, f"what {key} leads to")


def screen_is(camera: Camera, kind: type[Screen[Any]]) -> bool:
    return isinstance(camera.pilot.app.screen, kind)


async def gate(camera: Camera, name: str) -> Question:
    """That gate, once it can be answered; anything else the run comes to rest at is a failure."""
    await resting(camera)
    question = shown_gate(camera.pilot)
    assert question is not None, f"the run rests, and asks nothing; {name} was expected"
    assert question.gate == name, f"{question.gate} is asked, {name} was expected"
    return question


async def resting(camera: Camera) -> None:
    await camera.until(lambda: rests(camera.pilot) or reads(camera.pilot), "a gate, a failure or the end")
    if reads(camera.pilot):
        await camera.take("the-change")
        await press(camera, "escape", lambda: rests(camera.pilot))
    question = shown_gate(camera.pilot)
    if question is not None and question.gate == "next":  # scenes walk the documented way
        if not camera.has_taken("next"):
            await camera.take("next")
        await answer(camera.pilot, question, "look")
        await resting(camera)


def waiting(camera: Camera) -> Waiting | None:
    screen = camera.pilot.app.screen
    return screen.waiting if isinstance(screen, RunScreen) else None


async def dialog(camera: Camera) -> None:
    await camera.until(lambda: screen_is(camera, HomeScreen), "the runs")
    await press(camera, "o", lambda: isinstance(camera.pilot.app.focused, Input))


async def paste(camera: Camera, text: str) -> None:
    """Nobody types a resource id."""
    camera.pilot.app.post_message(events.Paste(text))
    fields = camera.pilot.app.screen.query(Input)
    await camera.until(lambda: text in {field.value for field in fields}, "what was pasted")


async def open_pool(camera: Camera, pool_id: str) -> None:
    await dialog(camera)
    await paste(camera, pool_id)
    await press(camera, "enter", lambda: run_state(camera.pilot) is not None)


async def at_home(camera: Camera, *, empty: bool = False) -> None:
    """At the list of runs, once it is read."""
    await camera.until(lambda: screen_is(camera, HomeScreen), "the list")
    home = camera.pilot.app.screen
    await camera.until(lambda: isinstance(home, HomeScreen) and (empty or bool(home.runs)), "cases in it")
