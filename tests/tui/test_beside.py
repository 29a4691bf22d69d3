"""Help stands beside what it explains where both have room, and gives the room back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.acts import asks
from tests.tui.stage import NARROW, WIDE
from tests.tui.test_gate_layout import shown
from tests.tui.test_run_screen import gate
from tests.tui.walker import until
from tests.tui.worlds import PLAN
from troubleshooter.tui.screens.beside import BesideScreen
from troubleshooter.tui.screens.help import keys

if TYPE_CHECKING:
    from tests.tui.stage import Stage


@pytest.mark.parametrize("key", ["e", "question_mark"])
@pytest.mark.parametrize(("size", "beside"), [(WIDE, True), (NARROW, False)])
async def test_help_covers_nothing_where_there_is_room(
    stage: Stage, key: str, size: tuple[int, int], beside: bool
) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN)}, size=size) as (pilot, _run):
        await gate(pilot)
        await pilot.pause()
        before = shown(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, BesideScreen), "the help")
        await pilot.pause()
        both = [PLAN.text, "the plan", *(choice.label for choice in PLAN.choices)]
        assert pilot.app.screen.has_class("-beside") == beside
        assert not beside or [text for text in both if text not in shown(pilot)] == []
        await pilot.press("escape")
        await gate(pilot)
        await until(pilot, lambda: shown(pilot) == before, "the room given back")


async def test_help_begins_with_what_does_something_and_has_each_key_once(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(PLAN)}, size=WIDE) as (pilot, _run):
        await gate(pilot)
        listed = [each for each, _, _ in keys(pilot.app.screen)]
        assert len(listed) == len(set(listed))
        assert listed.index("enter") < listed.index("q") < listed.index("\u2191 k")
