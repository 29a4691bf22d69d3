"""Fragments as people paste them, in each language: dots, placeholders, half a block, prompt signs.

`fragments/` has a file for each language. A line of five # begins a fragment: its name, how many extensions
are in it, what is said with the line of each, and whether nothing literal is left of some.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.known import KNOWN
from troubleshooter.lint import lint_text

FOLDER = Path(__file__).parent / "fragments"
LANGUAGES = {"bicep", "csharp", "hcl", "powershell", "python", "shell", "yaml"}


class Fragment(NamedTuple):
    name: str
    extensions: int
    said: list[str]
    left_out: bool
    text: str


def fragments(language: str) -> list[Fragment]:
    found = []
    for part in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").split("##### ")[1:]:
        head, _, text = part.partition("\n")
        name, extensions, said, left_out = head.split(" | ")
        ids = [] if said == "-" else said.split()
        found.append(Fragment(name, int(extensions), ids, left_out != "-", text))
    return found


ALL = [one for path in sorted(FOLDER.glob("*.txt")) for one in fragments(path.stem)]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_there_are_ten_of_each_language(language: str) -> None:
    assert len(fragments(language)) >= 10


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_fragment_is_read_as_far_as_it_goes(one: Fragment) -> None:
    result = lint_text(one.text, one.name, KNOWN)
    assert sorted(f"{found.id}:{found.line}" for found in result.findings) == one.said
    assert (result.extensions, bool(result.left_out)) == (one.extensions, one.left_out)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_its_form_is_told_by_its_content(one: Fragment) -> None:
    """Without a name the same is said, but where only the name tells which shell a line is for."""
    result = lint_text(one.text, "-", KNOWN)
    said = sorted(f"{found.id}:{found.line}" for found in result.findings)
    assert said == one.said or "kv-settings-quoting" in one.said[0]
