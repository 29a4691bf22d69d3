"""Walks the screens as an operator does: by keys alone, looking at what is on the screen before each."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from troubleshooter.model.step import StepState
from troubleshooter.tui.screens.confirm import ConfirmScreen
from troubleshooter.tui.screens.forms import FormsScreen
from troubleshooter.tui.screens.run import RunScreen
from troubleshooter.tui.views.gate import GateView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.pilot import Pilot

    from troubleshooter.model.run import Question, RunState

LIMIT = 180.0
"""Seconds after which a test gives up; of safety alone, nothing is measured by it."""


async def until(pilot: Pilot[str | None], holds: Callable[[], bool], what: str) -> None:
    """Let the application work until something holds; fail with its name when it never does."""
    deadline = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < deadline, f"never came: {what}"
        await pilot.pause()
        await asyncio.sleep(0.01)


def shown_gate(pilot: Pilot[str | None]) -> Question | None:
    """The question on the screen, once it is the run's and its view has the focus."""
    screen = pilot.app.screen
    if not isinstance(screen, RunScreen) or screen.state is None or screen.state.question is None:
        return None
    if screen.focused is None or not screen.query(GateView):
        return None
    gate = screen.query_one(GateView)
    ready = gate in screen.focused.ancestors and gate.question.plan_hash == screen.state.question.plan_hash
    return gate.question if ready else None


def run_state(pilot: Pilot[str | None]) -> RunState | None:
    screen = next((each for each in pilot.app.screen_stack if isinstance(each, RunScreen)), None)
    return screen.state if screen else None


def rests(pilot: Pilot[str | None]) -> bool:
    """Whether the run asks, has failed, or has ended."""
    state = run_state(pilot)
    if state is None:
        return False
    if reads(pilot):
        return False
    ended = state.current is None or state.current.state is StepState.FAILED
    return ended or shown_gate(pilot) is not None


def reads(pilot: Pilot[str | None]) -> bool:
    """Whether the change for the original stands before the operator, over the run."""
    return isinstance(pilot.app.screen, FormsScreen)


async def answer(pilot: Pilot[str | None], question: Question, chosen: str = "") -> None:
    """Take the choice that is marked; what removes things is marked, confirmed and typed on purpose."""
    if chosen:
        values = [choice.value for choice in question.choices]
        await pilot.press(*["up"] * len(values), *["down"] * values.index(chosen))
    destructive = next((n for n, choice in enumerate(question.choices) if choice.destructive), None)
    if destructive is not None:
        await pilot.press(*["up"] * len(question.choices), *["down"] * destructive, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen), "the box that confirms")
        await confirm(pilot, question)
    else:
        await pilot.press("enter")
    await until(pilot, lambda: asked_no_more(pilot, question), f"an end of {question.gate}")


async def confirm(pilot: Pilot[str | None], question: Question) -> None:
    """In the box: one key for what the run itself made, the name for anything else."""
    box = pilot.app.screen
    assert isinstance(box, ConfirmScreen)
    if any(choice.own for choice in question.choices if choice.destructive):
        await until(pilot, lambda: not box.deaf, "the box that hears")
        await pilot.press("y")
    else:
        await pilot.press(*question.confirm, "enter")


def asked_no_more(pilot: Pilot[str | None], question: Question) -> bool:
    state = run_state(pilot)
    return state is not None and (state.question is None or state.question.plan_hash != question.plan_hash)


async def walk(
    pilot: Pilot[str | None], chosen: Mapping[str, str] | None = None
) -> tuple[RunState, list[str]]:
    """From where the run stands to its end; the gates that were answered, in order.

    `chosen` is gate to choice, where the marked one is not taken. A node is looked at first, as documented.
    """
    chosen = {"next": "look", **(chosen or {})}
    gates: list[str] = []
    while True:
        await until(pilot, lambda: rests(pilot) or reads(pilot), "a gate, a failure or the end")
        if reads(pilot):
            await pilot.press("escape")
            continue
        question = shown_gate(pilot)
        if question is None:
            state = run_state(pilot)
            assert state is not None
            return state, gates
        gates.append(question.gate)
        await answer(pilot, question, chosen.get(question.gate, ""))
