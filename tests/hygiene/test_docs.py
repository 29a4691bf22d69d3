"""Documentation is executed: every command is in the README, and what the README shows works."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import click
import pytest

from troubleshooter.cli.root import COMMANDS, root
from troubleshooter.printer import Form, Printer

README = Path(__file__).resolve().parents[2] / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```[a-z]*\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SHOWN = sorted({
    line.split("#")[0].strip()
    for block in BLOCKS for line in block.splitlines() if line.startswith("troubleshooter ")
})  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_shows_every_command(command: str) -> None:
    assert f"troubleshooter {command}" in TEXT


@pytest.mark.parametrize("line", SHOWN)
def test_a_command_line_of_the_readme_is_understood(line: str) -> None:
    """Parsed to its end, as it would be when run; nothing is run."""
    words = shlex.split(line)[1:]
    command: click.Command = root
    context = click.Context(root, obj=Printer(Form.TEXT, io.StringIO(), io.StringIO(), {}))
    while isinstance(command, click.Group) and words:
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"{name} is no command"
        command = found
    parsed = command.make_context(command.name, words, parent=context)

    assert parsed.args == []


def test_two_lines_set_everything_up() -> None:
    """One starts the demo, one passes the tests; each stands alone on its line in a block."""
    lines = [line for block in BLOCKS for line in block.splitlines() if "-m venv" in line]

    assert len(lines) == 2
    assert sum("troubleshooter demo" in line for line in lines) == 1
    assert sum("pytest" in line for line in lines) == 1


def test_the_pictures_of_the_readme_are_there() -> None:
    pictures = re.findall(r"\((\.github/[^)]+)\)|src=\"(\.github/[^\"]+)\"", TEXT)

    assert pictures
    assert all((README.parent / (markdown or html)).is_file() for markdown, html in pictures)


def test_the_readme_says_what_consent_covers() -> None:
    from troubleshooter.actions import GATES  # noqa: PLC0415 - a test of one sentence

    answered = [f"{gate.name}={gate.yes}" for gate in GATES.values() if gate.yes]
    assert len(answered) > 4
    assert [each for each in answered if each not in TEXT] == []


RECIPES = (README.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


PROMISES = (README.parent / "SECURITY.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", re.findall(r"^\| (.+?) \| (.*`tests/.*) \|$", PROMISES, re.MULTILINE))
def test_what_holds_a_promise_is_there(row: tuple[str, str]) -> None:
    held = re.findall(r"`([^`]+)`", row[1])
    assert held
    assert [path for path in held if not (README.parent / path).exists()] == []


def test_every_promise_has_what_holds_it() -> None:
    listed = PROMISES.partition("| promise | held by |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(listed) > 9
    assert [row for row in listed if "`tests/" not in row] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w.]+/[\w./-]*)`", RECIPES))))
def test_every_path_of_the_recipes_is_there(path: str) -> None:
    assert (README.parent / path).exists()


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m (tests[\w.]+)", RECIPES))))
def test_every_command_of_the_recipes_is_there(module: str) -> None:
    place = README.parent / module.replace(".", "/")
    assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()


@pytest.mark.parametrize("recipe", re.findall(r"^### (.+)\n((?:(?!^##).*\n)+)", RECIPES, re.MULTILINE))
def test_a_recipe_is_short_and_names_its_test(recipe: tuple[str, str]) -> None:
    lines = [line for line in recipe[1].splitlines() if line]
    assert 4 <= len(lines) <= 10
    assert "`tests/" in lines[-1]
