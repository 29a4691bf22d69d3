"""What the record of a screen is made of: marks by name, and stand-ins that move nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.content import Content
from textual.widgets import Static

from tests.record.screen_text import as_text
from tests.record.stand_ins import stable
from troubleshooter.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Small(App[None]):
    CSS = "Screen { background: $background; color: $foreground; } #panel { background: $panel; }"

    def __init__(self, theme: str) -> None:
        super().__init__()
        for each in (DARK, LIGHT):
            self.register_theme(each)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble("plain ", ("wrong again", "$error bold"), " 表", ("!", "reverse")))
        yield Static("here", id="panel")


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name])
async def test_marks_name_the_theme_s_colours(theme: str) -> None:
    app = Small(theme)
    async with app.run_test(size=(24, 3)) as pilot:
        await pilot.pause()
        assert as_text(app).splitlines() == [
            "|plain wrong again 表!   |",
            "|here                    |",
            "|                        |",
            "",
            f"theme {theme}",
            "    1  6+11 bold error, 20+1 reverse",
            "    2  0+24 on panel",
        ]


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("2026-11-25T19:57:23.731Z", "0000-00-00T00:00:00.000Z"),
        ("ready    0:42 of 30:00", "ready    0:00 of 30:00"),
        ("tvm-1399436420_1-20261125t195743z", "tvm-1399436420_1-00000000t000000z"),
        ("on tvm-…_1-20261…", "on tvm-…_1-00000…"),
        ("akvvm_servi…1-25_08-41-12.0.log:8", "akvvm_servi…0-00_00-00-00.0.log:8"),
        ("akvvm_…-12.0.log:8", "akvvm_…-00.0.log:8"),
        ("…41-12.0.log:2", "…00-00.0.log:2"),
        ("| 08-41-12.0.log:8 |", "| 00-00-00.0.log:8 |"),
        ("https://127.0.0.1:43317", "https://127.0.0.1:00000"),
        ("  survey  failed   16.7     Windows", "  survey  failed   0.0      Windows"),
        ("id 00000000-0000-4000-8000-00000000002f).", "id 00000000-0000-4000-8000-000000000000)."),
        ("role 4633458b-17de-408a-b874-0445c86b69e6", "role 4633458b-17de-408a-b874-0445c86b69e6"),
        ("run 7f3a0001, 30 rules of 97", "run 7f3a0001, 30 rules of 97"),
    ],
)  # fmt: skip
def test_only_what_differs_from_run_to_run_has_a_stand_in(shown: str, kept: str) -> None:
    assert stable(shown) == kept


async def test_a_shorter_stand_in_is_marked_no_longer_than_it_is() -> None:
    class Aged(Small):
        def compose(self) -> ComposeResult:
            yield Static(Content.styled("12 min ago", "$error"))

    app = Aged(DARK.name)
    async with app.run_test(size=(24, 1)) as pilot:
        await pilot.pause()
        assert as_text(app, stable).splitlines()[-1] == "    1  0+8 error"
