"""What people read: singular and plural are right, and one thing has one name."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import troubleshooter

if TYPE_CHECKING:
    from collections.abc import Iterator

PRODUCT = Path(troubleshooter.__file__).parent
BANNED = {
    r"\w\(s\)": "a number goes with its noun: report.counted",
    r"\btime line\b": "timeline",
    r"\bNo cases\b|\b[Tt]his case\b|\bthe cases\b": "a run is a run, not a case",
    r"\bprove nothing\b": "a sentence for the author",
}


def told() -> Iterator[tuple[str, str]]:
    """Every text of the program that is no docstring; the simulated Azure speaks for itself."""
    for path in sorted(PRODUCT.rglob("*.py")):
        if "simulator" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield f"{path.relative_to(PRODUCT)}:{node.lineno}", node.value


def test_what_is_told_uses_the_words_of_the_house() -> None:
    wrong = [
        f"{place}: {text!r}: {better}"
        for place, text in told()
        for pattern, better in BANNED.items()
        if re.search(pattern, text)
    ]

    assert wrong == []


def test_texts_are_found_at_all() -> None:
    assert sum(1 for _ in told()) > 3000
