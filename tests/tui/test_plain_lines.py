"""What a widget forgot to make visible is not drawn, and takes the places that were reckoned for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Static

from troubleshooter.tui.device.plain_lines import PlainLines

if TYPE_CHECKING:
    from tests.tui.stage import Stage

HOSTILE = "a\x1b]0;owned\x07b\x9b2Jc\u202ed\u200be"


def drawn(text: str) -> str:
    (segment,) = PlainLines().apply([Segment(text, Style(bold=True))], Color(0, 0, 0))
    assert segment.style == Style(bold=True)
    return segment.text


def test_nothing_but_what_is_drawn_goes_to_the_terminal() -> None:
    assert drawn(HOSTILE) == "a]0;ownedb2Jcde"
    assert drawn("漢\ue000 é") == "漢? é"
    same = [Segment("as it was")]
    assert PlainLines().apply(same, Color(0, 0, 0)) is same


async def test_the_screens_look_at_every_line(stage: Stage) -> None:
    async with stage.application().run_test() as pilot:
        await pilot.app.screen.mount(Static(f"mine {HOSTILE}", markup=False))
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip) for strip in strips]

    assert any("mine " in line for line in lines)
    assert all(line.isprintable() for line in lines)
