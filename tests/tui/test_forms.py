"""The change for the original on the screens: read, copied, written, opened in an editor."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from tests.known import KEY_VAULT
from tests.tui.acts import asks
from tests.tui.test_gate import FIX
from tests.tui.test_run_screen import gate, keys
from tests.tui.walker import until
from tests.tui.worlds import CLEAN_UP
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.forms import NAMES
from troubleshooter.model.handover import Printed
from troubleshooter.pooldef.deliverable import deliverable
from troubleshooter.tui.screens.forms import FormsScreen
from troubleshooter.tui.screens.write_file import WriteFileScreen
from troubleshooter.tui.text import plain
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.forms_view import FormsView, FormText

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.tui.acts import Act
    from tests.tui.stage import Stage
    from troubleshooter.engine.context import StepContext

OLD, NEW = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
PLACE = "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions/0/settings/msiClientId"
DEFINITION = {
    "properties": {
        "deploymentConfiguration": {
            "virtualMachineConfiguration": {
                "extensions": [
                    {"name": "kv", "publisher": "Microsoft.Azure.KeyVault", "settings": {"msiClientId": OLD}}
                ]
            }
        }
    }
}
CHANGE = deliverable(DEFINITION, [{"op": "replace", "path": PLACE, "value": NEW}], KEY_VAULT)


def prints(_: StepContext) -> StepOutcome:
    return StepOutcome("change its template, and create it again", output=Printed(CHANGE))


ACTS: dict[str, Act] = {"apply": prints, "clean-up": asks(CLEAN_UP)}


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another machine's terminal, no editor, a directory of its own."""
    monkeypatch.setenv("SSH_CONNECTION", "203.0.113.7 50000 203.0.113.8 22")
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@asynccontextmanager
async def looked_at(stage: Stage, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Pilot[str | None]]:
    """Step apply, after it has printed."""
    async with stage.opened("clean-up", ACTS, size=size) as (pilot, _run):
        await gate(pilot)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: bool(pilot.app.screen.query(FormText)), "the change")
        await until(pilot, lambda: bool(lines(pilot)), "its text")
        pilot.app.screen.query_one(FormText).focus()
        await pilot.pause()
        yield pilot


def lines(pilot: Pilot[str | None]) -> list[str]:
    """The whole text, also what has to be scrolled to; nothing while the screen is being made."""
    drawn = (line for view in pilot.app.screen.query(FormText) for line in view._drawn)
    return ["".join(piece for piece, _ in line) for line in drawn]


def told(pilot: Pilot[str | None]) -> str:
    return " ".join(notice.message for notice in pilot.app._notifications)


async def test_what_to_change_is_shown_in_every_form(stage: Stage) -> None:
    async with looked_at(stage) as pilot:
        shown = "\n".join(lines(pilot))
        assert f'- "{OLD}"' in shown
        assert f'+ "{NEW}"' in shown
        assert f'"msiClientId": "{NEW}"' in shown
        seen = []
        for _ in NAMES:
            seen.append(pilot.app.screen.query_one(FormsView).form.name)
            assert NEW in "\n".join(lines(pilot)[5:])
            await pilot.press("right")
        assert tuple(seen) == NAMES
        assert pilot.app.screen.query_one(FormsView).form.name == NAMES[0]
        assert all(key in keys(pilot) for key in ("y copy", "w write", "E editor"))


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_nothing_of_it_is_cut_where_there_is_little_room(stage: Stage, size: tuple[int, int]) -> None:
    async with looked_at(stage, size) as pilot:
        view = pilot.app.screen.query_one(FormText)
        await pilot.press("right", "right")
        width = view.scrollable_content_region.width
        assert max(map(len, lines(pilot))) <= width
        text = pilot.app.screen.query_one(FormsView).form.text
        assert "".join(text.split()) in "".join("".join(lines(pilot)).split())
        await pilot.press("G")
        await until(pilot, lambda: view.scroll_offset.y + view.size.height >= len(lines(pilot)), "the end")


async def test_it_is_copied_through_the_terminal_on_another_machine(stage: Stage) -> None:
    async with looked_at(stage) as pilot:
        await pilot.press("right", "y")
        await until(pilot, lambda: "OSC 52" in told(pilot), "where it was copied to")
        assert pilot.app.clipboard == pilot.app.screen.query_one(FormsView).form.text
        assert pilot.app.clipboard.startswith("// ")


async def test_it_is_copied_to_the_system_where_there_is_a_clipboard(
    stage: Stage, pasted: Callable[[], str]
) -> None:
    async with looked_at(stage) as pilot:
        await pilot.press("y")
        await until(pilot, lambda: "to the clipboard" in told(pilot), "where it was copied to")
        assert pasted() == pilot.app.screen.query_one(FormsView).form.text
        assert pilot.app.clipboard == ""


async def test_it_is_written_and_nothing_is_replaced_unasked(stage: Stage, tmp_path: Path) -> None:
    async with looked_at(stage) as pilot:
        text = pilot.app.screen.query_one(FormsView).form.text
        path = tmp_path / "render-pool.change.json"
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, WriteFileScreen), "the dialog")
        assert pilot.app.screen.query_one(Input).value == str(path)
        await pilot.press("enter")
        await until(pilot, lambda: path.exists() and "Written to" in told(pilot), "the file")
        assert (path.read_text(), path.stat().st_mode & 0o777) == (text, 0o600)
        path.write_text("somebody's own")
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, WriteFileScreen), "the dialog")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.query_one(Input).disabled, "the question")
        await pilot.press("enter", "n")
        assert path.read_text() == "somebody's own"
        await until(pilot, lambda: not pilot.app.screen.query_one(Input).disabled, "another name")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.query_one(Input).disabled, "the question")
        await pilot.press("y")
        await until(pilot, lambda: path.read_text() == text, "the new text")


@pytest.mark.parametrize(
    ("path", "why"), [("{tmp}/not/there", "No such file"), ("~nobodyx/change.json", "no home directory")]
)
async def test_what_cannot_be_written_says_why(stage: Stage, tmp_path: Path, path: str, why: str) -> None:
    async with looked_at(stage) as pilot:
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, WriteFileScreen), "the dialog")
        pilot.app.screen.query_one(Input).value = path.format(tmp=tmp_path)
        await pilot.press("enter")
        failure = pilot.app.screen.query_one(Failure)
        await until(pilot, lambda: failure.error is not None, "why not")
        assert failure.error is not None
        assert why in failure.error.why
        await pilot.press("escape")
        await until(pilot, lambda: bool(pilot.app.screen.query(FormsView)), "the change again")


async def test_an_editor_that_cannot_be_opened_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looked_at(stage) as pilot:
        await pilot.press("E")
        await until(pilot, lambda: "Neither VISUAL nor EDITOR" in told(pilot), "that there is none")
        monkeypatch.setenv("EDITOR", "true")
        await pilot.press("E")
        await until(pilot, lambda: "cannot be lent" in told(pilot), "that this terminal cannot")


async def test_a_gate_shows_the_change_of_the_marked_fix(stage: Stage) -> None:
    first = {**FIX.plan["fixes"][0], "change": CHANGE}
    question = replace(FIX, plan={**FIX.plan, "fixes": [first, FIX.plan["fixes"][1]]})
    async with stage.opened("choose-fix", {"choose-fix": asks(question)}) as (pilot, run):
        await gate(pilot)
        assert "v the change" in keys(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Copied the arm form" in told(pilot), "that it was copied")
        assert NEW in pilot.app.clipboard
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormsScreen), "the change")
        await until(pilot, lambda: NEW in "\n".join(lines(pilot)), "its text")
        await pilot.press("escape")
        await gate(pilot)
        await pilot.press("down")
        await until(pilot, lambda: "v the change" not in keys(pilot), "nothing for the other fix")
        assert not run.answered


async def test_what_was_printed_stands_before_the_next_question(stage: Stage) -> None:
    async with stage.opened("apply", ACTS) as (pilot, run):
        await until(pilot, lambda: isinstance(pilot.app.screen, FormsScreen), "the change")
        await until(pilot, lambda: NEW in "\n".join(lines(pilot)), "its text")
        assert "This is what you change for the original" in lines(pilot)[0]
        await until(pilot, lambda: run.state.question is not None, "the question under it")
        await pilot.press("escape")
        await gate(pilot)
        assert "v the change" in keys(pilot)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(pilot.app.screen, FormsScreen), "the change again")


def test_a_long_line_goes_on_after_a_slash_and_nothing_of_it_is_lost() -> None:
    drawn = plain.folded(f"replace {PLACE}", 60, "  ")
    assert [len(line) <= 60 for line in drawn] == [True] * len(drawn)
    assert drawn[0].endswith("/")
    assert drawn[0] + "".join(line.removeprefix("  ") for line in drawn[1:]) == f"replace {PLACE}"
    assert plain.folded("x" * 130, 60, "  ") == ["x" * 60, "  " + "x" * 58, "  " + "x" * 12]
