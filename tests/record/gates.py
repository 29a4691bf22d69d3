"""Walks a run from gate to gate to where it rests for good, and takes each gate on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.record.walking import press, resting, screen_is
from tests.tui.walker import asked_no_more, confirm, shown_gate
from troubleshooter.tui.screens.confirm import ConfirmScreen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.record.camera import Camera
    from tests.record.held_world import HeldWorld
    from troubleshooter.model.run import Question


async def walk_on(
    camera: Camera,
    world: HeldWorld,
    chosen: Mapping[str, str],
    held: Mapping[str, int] | None = None,
) -> None:
    """Answer every gate with what is chosen for it, else with what is marked.

    After the gates in `held` the world stands still after so many looks, until that was taken as well.
    """
    number, still = 0, dict(held or {})
    while True:
        await resting(camera)
        question = shown_gate(camera.pilot)
        if question is None:
            await camera.take("end")
            return
        number += 1
        name = f"{number:02d}-{question.gate}"
        await camera.take(name)
        looks = still.pop(question.gate, None)
        world.hold.looks = looks
        await answer(camera, question, chosen.get(question.gate), name)
        if looks is not None:
            await camera.until(lambda: world.stands_still, "nothing but looking")
            await camera.take(f"{name}-under-way")
            world.hold.looks = None


async def answer(camera: Camera, question: Question, chosen: str | None, name: str) -> None:
    values = [choice.value for choice in question.choices]
    if chosen is not None:
        await camera.pilot.press(*["up"] * len(values), *["down"] * values.index(chosen))
        await camera.take(f"{name}-{chosen}-marked")
    if chosen is not None and question.choices[values.index(chosen)].destructive:
        await press(camera, "enter", lambda: screen_is(camera, ConfirmScreen))
        await camera.take(f"{name}-confirm")
        if not question.choices[values.index(chosen)].own:
            await camera.pilot.press(*question.confirm)
            await camera.take(f"{name}-typed")
            await camera.pilot.press("enter")
        else:
            await confirm(camera.pilot, question)
    else:
        await camera.pilot.press("enter")
    await camera.until(lambda: asked_no_more(camera.pilot, question), f"an end of {question.gate}")
