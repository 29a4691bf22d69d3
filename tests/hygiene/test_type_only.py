"""What a file that deletes or undoes imports for annotations alone is not loaded when the program runs."""

from __future__ import annotations

import ast
import importlib
from typing import TYPE_CHECKING

import pytest

from tests.floors import PACKAGE, places

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("place", places())
def test_what_is_imported_for_annotations_is_not_loaded(place: str) -> None:
    names = set(_for_annotations(ast.parse((PACKAGE / place).read_text(encoding="utf-8"))))
    module = importlib.import_module(".".join(("troubleshooter", *place.removesuffix(".py").split("/"))))

    assert names
    assert not names & vars(module).keys()


def _for_annotations(tree: ast.Module) -> Iterator[str]:
    """By any guard that asks for it: one that was turned round is what this is to find."""
    for guard in tree.body:
        if isinstance(guard, ast.If) and "TYPE_CHECKING" in ast.unparse(guard.test):
            for line in guard.body:
                if isinstance(line, ast.ImportFrom):
                    yield from (each.asname or each.name for each in line.names)
