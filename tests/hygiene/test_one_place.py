"""What makes foreign text safe, the symbols, and durations stand in one place each."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import troubleshooter
from troubleshooter.report.symbols import UNICODE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(troubleshooter.__file__).parent
FILES = [path for path in ROOT.rglob("*.py") if "simulator" not in path.parts]
JUDGES = {"text.py", "cli/bundle/layout.py"}
"""Who asks of a character whether it can be drawn; a bundle asks it of names of files, which it replaces."""
SYMBOLS = {UNICODE.skipped, UNICODE.running, UNICODE.pending}
"""Those that only a step has."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def test_one_place_judges_what_can_be_drawn() -> None:
    asking = {
        _name(path)
        for path in FILES
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "isprintable"
    }
    assert asking == JUDGES


def test_one_place_divides_seconds_into_minutes() -> None:
    dividing = {
        _name(path)
        for path in FILES
        for call in _calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "divmod"
        if any(isinstance(argument, ast.Constant) and argument.value == 60 for argument in call.args)
    }
    assert dividing == {"text.py"}


def test_one_place_draws_a_steps_states() -> None:
    """Elsewhere a symbol is coloured, or says how a run is; a table of steps' states were a second set."""
    tables = {
        _name(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call | ast.Dict)
        if sum(_drawn(child) for child in ast.iter_child_nodes(node)) > 1
    }
    assert tables == {"report/symbols.py"}


def _drawn(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.keyword) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value in SYMBOLS
