"""A plan is read before it is agreed to: its notes come first, nothing of it is cut, the question stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.events import MouseScrollDown

from tests.record import invariants
from tests.record.palette import Palette
from tests.record.screen_text import cells
from tests.tui.acts import asks, diagnoses
from tests.tui.test_run_screen import gate
from tests.tui.worlds import OUTSIDE, PLAN
from troubleshooter.model.run import Choice
from troubleshooter.tui.widgets.scroll_pane import ScrollPane

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tests.tui.stage import Stage
    from troubleshooter.model.run import Question

SIZES = ((60, 16), (80, 24), (120, 40), (200, 60))
OLD, NEW = "9e3d2f60-71c8-4b5a-8d49-f05a1c7e6b28", "c1a7b9e2-5d34-4c6f-9a01-77de0b3f5a1c"
SECRET = "https://a-vault-with-the-longest-name-there-is.vault.azure.net/secrets/" + "a-certificate-" * 9
NOTE = "SSH (port 22) is opened for 203.0.113.7/32 while the pool exists, and for nobody else"


def question() -> Question:
    """Three choices with details, four notes, values too long for half a screen and for a whole one."""
    choices = (
        Choice("approve", "create render-pool-dbg-7f3a0001", "the original pool is not touched"),
        Choice("in-place", "work in place instead", "shows the plan to delete the original and create it"),
        Choice("stop", "stop here", "nothing is changed"),
    )  # fmt: skip
    notes = [NOTE, "everything created is removed at the end", "a third note " * 6, "the last note"]
    same = {f"setting{number}": number for number in range(9)}
    old = {**same, "authenticationSettings": {"msiClientId": OLD}, "observed": [SECRET + "one"]}
    new = {**same, "authenticationSettings": {"msiClientId": NEW}, "observed": [SECRET + "two"]}
    return replace(PLAN, choices=choices, plan={"before": old, "after": new, "notes": notes})


def lines(pilot: Pilot[str | None]) -> list[str]:
    return ["".join(cell.text for cell in row) for row in cells(pilot.app, Palette(pilot.app))]


def shown(pilot: Pilot[str | None]) -> str:
    return "\n".join(lines(pilot))


def joined(text: list[str]) -> str:
    """What stands on lines below each other, put together again."""
    return "".join(line.strip(" -+▕│").strip() for line in text)


@pytest.mark.parametrize("size", SIZES)
async def test_the_notes_and_the_question_are_on_the_screen_at_once(
    stage: Stage, size: tuple[int, int]
) -> None:
    async with stage.opened("plan", {"plan": asks(question())}, size=size) as (pilot, _run):
        await gate(pilot)
        await pilot.pause()
        told = shown(pilot)
        asked = [PLAN.text, *(choice.label for choice in question().choices)]
        assert NOTE[:40] in told
        assert [text for text in asked if text not in told] == []
        assert told.index(NOTE[:40]) < told.index(PLAN.text)
        assert await invariants.broken(pilot) == []


@pytest.mark.parametrize("by", ["pagedown", "tab and end", "wheel"])
async def test_the_whole_plan_can_be_read_on_the_smallest_screen(stage: Stage, by: str) -> None:
    async with stage.opened("plan", {"plan": asks(question())}, size=SIZES[0]) as (pilot, _run):
        await gate(pilot)
        await pilot.pause()
        pane = pilot.app.screen.query_one(ScrollPane)
        seen: list[str] = []
        for _ in range(200):
            region = pane.scrollable_content_region
            offset = int(pane.scroll_y)
            seen[offset:] = [line[region.x : region.right] for line in lines(pilot)[region.y : region.bottom]]
            if pane.scroll_y >= pane.max_scroll_y:
                break
            await read_on(pilot, pane, by)
        whole = joined(seen)
        assert "the last note" in whole
        assert f'"msiClientId": "{OLD}"' in whole
        assert f'"msiClientId": "{NEW}"' in whole
        assert SECRET + "one" in whole
        assert SECRET + "two" in whole
        assert PLAN.text in shown(pilot)


async def read_on(pilot: Pilot[str | None], pane: ScrollPane, by: str) -> None:
    if by == "pagedown":
        await pilot.press("pagedown")
    elif by == "wheel":
        await pilot._post_mouse_events([MouseScrollDown], pane, button=0)
        await pilot.pause()
    else:
        if not pane.has_focus:
            await pilot.press("tab")
        await pilot.press("down")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_to_be_made_now_is_seen_at_once_and_can_be_copied(
    stage: Stage, size: tuple[int, int]
) -> None:
    acts = {"diagnose": diagnoses, "choose-fix": asks(OUTSIDE)}
    async with stage.opened("diagnose", acts, size=size) as (pilot, _run):
        await gate(pilot)
        await pilot.pause()
        told = shown(pilot)
        assert "az role assignment create" in told
        assert OUTSIDE.text[:40] in told
        assert "y copy" in told
        assert await invariants.broken(pilot) == []


async def test_two_columns_need_a_wide_screen(stage: Stage) -> None:
    for size, columns in (((120, 40), False), ((200, 60), True)):
        async with stage.opened("plan", {"plan": asks(question())}, size=size) as (pilot, _run):
            await gate(pilot)
            await pilot.pause()
            both = [line for line in lines(pilot) if OLD in line and NEW in line]
            assert bool(both) == columns


async def test_moving_the_mark_moves_no_choice(stage: Stage) -> None:
    async with stage.opened("plan", {"plan": asks(question())}, size=SIZES[0]) as (pilot, _run):
        await gate(pilot)
        await pilot.pause()
        before = [number for number, line in enumerate(lines(pilot)) if "stop here" in line]
        await pilot.press("down")
        await pilot.pause()
        assert "shows the plan to delete the original" in shown(pilot)
        assert [number for number, line in enumerate(lines(pilot)) if "stop here" in line] == before
