"""Files do not import each other in a circle, and the two big rooms stay shallow and small."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import troubleshooter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(troubleshooter.__file__).parent
PACKAGES = sorted(path.name for path in ROOT.iterdir() if (path / "__init__.py").exists())
DEEPEST = {"actions": 5, "operations": 5, "pooldef": 5, "simulator": 6}
"""Rooms in the longest chain of imports: folders, and files that lie loose beside them."""
MOST_FILES = 20


def test_the_rooms_are_found() -> None:
    assert len(PACKAGES) > 12
    assert set(DEEPEST) < set(PACKAGES)
    assert sum(map(len, _files().values())) > 1000


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _files() -> dict[str, frozenset[str]]:
    """Every file of the product, and which others it imports, also inside functions."""
    paths = {_name(path): path for path in ROOT.rglob("*.py")}
    return {name: frozenset(_imports(name, path, paths)) for name, path in paths.items()}


def _imports(name: str, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    for node in _at_run_time(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield from ({whole if whole in known else node.module} & known.keys()) - {name}
        elif isinstance(node, ast.Import):
            yield from ({alias.name for alias in node.names} & known.keys()) - {name}


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _at_run_time(child)


def _circle(start: str, files: Mapping[str, frozenset[str]]) -> list[str]:
    """A way from a file back to itself; empty where there is none."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop()
        for to in files[way[-1]]:
            if to == start:
                return [*way, to]
            if to not in seen:
                seen.add(to)
                ways.append([*way, to])
    return []


def test_no_file_imports_itself_by_way_of_others() -> None:
    circles = [_circle(name, _files()) for name in _files()]
    assert [" -> ".join(circle) for circle in circles if circle] == []


def test_a_circle_is_seen() -> None:
    files = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert _circle("a", files) == ["a", "b", "c", "a"]
    assert _circle("d", files) == []


def _rooms(package: str) -> dict[str, set[str]]:
    """Folders and loose files of a package, and which of each other they import."""
    prefix = f"troubleshooter.{package}"
    rooms: dict[str, set[str]] = {}
    for name, imports in _files().items():
        if name == prefix or name.startswith(f"{prefix}."):
            here = _room(name, prefix)
            inside = {_room(to, prefix) for to in imports if to.startswith(f"{prefix}.")}
            rooms.setdefault(here, set()).update(inside - {here})
    return rooms


def _room(name: str, prefix: str) -> str:
    return (name.removeprefix(prefix).lstrip(".") + ".").split(".")[0] or "__init__"


def _depth(room: str, rooms: Mapping[str, set[str]], above: tuple[str, ...] = ()) -> int:
    assert room not in above, f"a circle of rooms: {' -> '.join([*above, room])}"
    return 1 + max((_depth(to, rooms, (*above, room)) for to in rooms[room]), default=0)


@pytest.mark.parametrize("package", DEEPEST)
def test_a_chain_of_rooms_is_short(package: str) -> None:
    rooms = _rooms(package)
    depths = {room: _depth(room, rooms) for room in rooms}
    assert {room: depth for room, depth in depths.items() if depth > DEEPEST[package]} == {}


@pytest.mark.parametrize("package", DEEPEST)
def test_a_room_holds_no_more_files_than_one_sees(package: str) -> None:
    folders = [ROOT / package, *(path for path in (ROOT / package).rglob("*") if path.is_dir())]
    counts = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) for folder in folders}
    assert {folder: count for folder, count in counts.items() if count > MOST_FILES} == {}
