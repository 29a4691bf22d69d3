"""Sources that are made to cost much, or are none: bounded, and nothing unforeseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.known import KNOWN
from tests.unit.lint_source.test_fragments import ALL
from troubleshooter.fence import Unreadable, fence
from troubleshooter.lint import lint_text

if TYPE_CHECKING:
    from tests.unit.lint_source.test_fragments import Fragment
    from troubleshooter.fence import LeftOut

OURS = "secretsManagementSettings"
DEEP = 3000
MANY = 60_000
HOSTILE = {
    "deep.tf": f"locals {{\n {OURS} = " + "{ a = " * DEEP + "1" + " }" * DEEP + "\n}",
    "lists.tf": f"locals {{\n {OURS} = " + "[" * DEEP + "]" * DEEP + "\n}",
    "open.bicep": f"var {OURS} = " + "{ a: " * DEEP,
    "closed.bicep": f"var {OURS} = " + "}" * MANY,
    "calls.py": f"{OURS} = " + "dict(a=" * DEEP + ")" * DEEP,
    "news.cs": f"var {OURS} = " + "new { a = " * DEEP + "}" * DEEP + ";",
    "quotes.ps1": f"${OURS} = " + "'\"" * MANY,
    "computed.ps1": f"${OURS} = " + '"$(' * MANY,
    "heredocs.tf": f"{OURS} = 1\n" + "a = <<A\n" * (MANY // 4),
    "heredocs.sh": f"# {OURS}\n" + "cat <<A > x\n" * (MANY // 4),
    "comments.cs": f"var {OURS} = 1; " + "/*" * MANY,
    "plus.py": f"{OURS} = 'a'" + " + 'a'" * (MANY // 3),
    "dots.cs": f"var {OURS} = a" + ".b(c)" * (MANY // 4),
    "itself.py": f"{OURS} = {{'a': {OURS}, 'b': {OURS}}}\nb = [{OURS}] * 9\n",
    "names.py": f"{OURS} = {{}}\n"
    + "".join(f"a{n + 1} = [a{n}, a{n}, a{n}]\n" for n in range(40))
    + "a0 = {}\n",
    "aliases.yml": f"{OURS}: &a0 [1]\n"
    + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}, *a{n}]\n" for n in range(40)),
    "deep.yml": f"{OURS}: " + "[" * DEEP,
    "deeper.yml": "".join(" " * n + "- a:\n" for n in range(500)) + OURS,
    "broken.yml": f"{OURS}:\n" + "a: [\nb: }\n" * 400,
    "words.sh": "az vm extension set --settings " + "'{\"" * MANY + OURS,
    "lines.sh": "az vm extension set --settings x \\\n" * (MANY // 10) + OURS,
    "prompts.txt": "> " * MANY + OURS,
    "fences.md": f"{OURS}\n" + "```\n{\n" * (MANY // 8),
    "braces.txt": f"Hi {OURS}\n" + "{\n" * MANY,
    "list.txt": "Publisher : {\n" * (MANY // 8) + OURS,
    "blank.tf": f"{OURS} =" + "\n" * MANY + "  " * MANY,
    "nothing.txt": "\x00" * MANY + OURS,
    "half.yml": f"{OURS}: \ud800\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_unforeseen_comes_of_it(name: str) -> None:
    """The tests' own fence raises what nobody foresaw."""
    told: list[LeftOut] = []
    with fence(name, told.append):
        assert len(lint_text(HOSTILE[name], name, KNOWN).findings) < 100
    assert all(str(left) and not left.traceback for left in told)


def test_a_source_has_an_end() -> None:
    with pytest.raises(Unreadable, match="characters"):
        lint_text(f"{OURS} = 1\n" + "a = 1\n" * 200_000, "x.tf", KNOWN)
    with pytest.raises(Unreadable, match="words and signs"):
        lint_text(f"{OURS} = 1\n" + "a=\n" * 150_000, "x.tf", KNOWN)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_fragment_may_be_cut_anywhere(one: Fragment) -> None:
    text = one.text
    for at in range(0, len(text), 11):
        for part in (text[:at], text[at:], text[:at] + text[at + 7 :]):
            lint_text(part, "-", KNOWN)
