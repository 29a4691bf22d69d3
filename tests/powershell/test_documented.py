"""The scripts for Windows use what Windows PowerShell 5.1 brings along and Microsoft's pages describe.

`documented.json` names each command with its parameters and each type of .NET, with the page about it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.powershell import scripts

_LEARN = "https://learn.microsoft.com/"


@cache
def documented() -> dict[str, Any]:
    listed: dict[str, Any] = json.loads(Path(__file__).with_name("documented.json").read_text())
    return listed


def own() -> set[str]:
    return {name for text in scripts.parts().values() for name in scripts.functions(text)}


def used() -> dict[str, set[str]]:
    """Each command that is none of the scripts' own, with the parameters it is given."""
    found: dict[str, set[str]] = {}
    for text in scripts.parts().values():
        for command in scripts.commands(text):
            found.setdefault(command.name, set()).update(command.parameters)
    return {name: given for name, given in found.items() if name not in own()}


def types() -> set[str]:
    """As the list names them: without what they hold."""
    found = {name for text in scripts.parts().values() for name in scripts.types(text)}
    return {name.partition("[")[0] and f"[{name.partition('[')[0]}]" for name in found}


def test_only_documented_commands_and_parameters_are_used() -> None:
    known = {name: set(one["parameters"]) for name, one in documented()["commands"].items()}

    assert used() == known


def test_only_documented_types_are_used() -> None:
    assert types() == set(documented()["types"])


def test_each_has_its_page() -> None:
    pages = [one["page"] for one in documented()["commands"].values()] + [*documented()["types"].values()]

    assert len(pages) > 40
    assert [page for page in pages if not page.startswith(_LEARN) or "view=" not in page] == []


@pytest.mark.parametrize(
    "more",
    ["Invoke-WebRequest -Uri x", "Get-Item -Path x -Stream y", "& netsh.exe winhttp show proxy", "curl x"],
)
def test_what_is_not_in_the_list_is_seen(more: str) -> None:
    (command,) = scripts.commands(f"function Test-It {{ {more} }}")
    known = documented()["commands"].get(command.name, {"parameters": []})

    assert command.name not in documented()["commands"] or command.parameters - set(known["parameters"])
    assert command.name not in own()


@pytest.mark.slow(every_change=True)
def test_a_parameter_of_our_own_is_given_by_its_place() -> None:
    """So that none of them can be misspelt unseen."""
    named = {
        (command.name, *command.parameters)
        for text in scripts.parts().values()
        for command in scripts.commands(text)
        if command.name in own() and command.parameters
    }
    assert named == set()


def test_every_function_is_called_with_as_many_arguments_as_it_takes() -> None:
    takes = {
        name: number for text in scripts.parts().values() for name, number in scripts.functions(text).items()
    }
    given = {
        (name, command.name, command.arguments)
        for name, text in scripts.parts().items()
        for command in scripts.commands(text)
        if command.name in takes and command.arguments != takes[command.name]
    }
    assert given == set()


def test_every_function_is_used() -> None:
    """What one file has another may call: they arrive as one text."""
    called = {command.name for text in scripts.parts().values() for command in scripts.commands(text)}

    assert own() - called == set()
