from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest

from troubleshooter import datafiles, settings
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    level: int = 0


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"options": "with"}):
    id: str
    colour: Colour = Colour.RED
    loud: bool = False
    version: str = ""
    inner: Inner | None = None
    many: tuple[str, ...] = ()
    either: str | tuple[str, ...] = ""
    options: Mapping[str, Any] = {}
    on: Mapping[str, str] = {}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "thing.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_becomes_its_shape(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "id: a\ncolour: blue\nloud: true\nversion: '1.10'\ninner: {name: x, level: 3}\nmany: [p, q]\n"
        "either: [a, b]\nwith: {n: 1, f: 0.5, t: plain, list: [1, two]}\non: {limit: ask}\n",
    )
    thing = datafiles.read(path, Thing)
    assert thing == Thing(
        id="a",
        colour=Colour.BLUE,
        loud=True,
        version="1.10",
        inner=Inner("x", 3),
        many=("p", "q"),
        either=("a", "b"),
        options={"n": 1, "f": 0.5, "t": "plain", "list": [1, "two"]},
        on={"limit": "ask"},
    )


def test_a_list_is_read_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path, "- {id: a}\n- id: b\n")
    assert [thing.id for thing in datafiles.read_many(path, Thing)] == ["a", "b"]
    assert datafiles.read_many(written(tmp_path, "# nothing yet\n"), Thing) == ()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("id: a\nid: b\n", 2, "twice"),
        ("id: a\nverzion: x\n", 2, "Did you mean `version`?"),
        ("id: a\nversion: 1.10\n", 2, 'Write "1.10" with the quotes'),
        ("id: a\nversion: no\n", 2, "true or false"),
        ("id: a\nversion: 12:30\n", 2, "quotes"),
        ("id: a\non: {limit: yes}\n", 2, "quotes"),
        ("id: a\nwith:\n  at: 12:30\n", 3, '"12:30"'),
        ("id: a\nwith: {x: 1.10}\n", 2, '"1.10"'),
        ("id: a\nloud: yes\n", 2, "true, false"),
        ("id: a\nloud: 'true'\n", 2, "true or false is wanted"),
        ("id: a\ncolour: green\n", 2, "green"),
        ("id: a\ninner: {name: x, level: high}\n", 2, "whole number"),
        ("id: a\ninner:\n  level: 1\n", 3, "'name' is missing"),
        ("id: a\nmany: word\n", 2, "A list is wanted"),
        ("id: a\nmany:\n  - ok\n  - 7\n", 4, "quotes"),
        ("id: a\ninner: [1]\n", 2, "mapping is wanted"),
        ("id: &x a\nversion: *x\n", 1, "Anchors"),
        ("id: !!python/name:os.system x\n", 1, "Text is wanted"),
        ("id: [a\n", 2, "not YAML"),
        ("", 1, "empty"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageProblem) as caught:
        datafiles.read(path, Thing)
    assert f"{path}:{line}:" in caught.value.what
    assert says in str(caught.value)


def test_the_excerpt_of_the_line_is_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        datafiles.read(written(tmp_path, "id: a\n  \nverzion: some\n"), Thing)
    assert "The line reads: verzion: some" in caught.value.why


@pytest.mark.parametrize("data", [b"id: \xff\n", b"x" * (datafiles.SIZE_LIMIT + 1), b"[" * 5000, b"a: \x00"])
def test_hostile_bytes_are_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    with pytest.raises(UsageProblem):
        datafiles.read(path, Thing)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot be read"):
        datafiles.read(tmp_path / "none.yaml", Thing)


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    schema = datafiles.json_schema(Thing)
    jsonschema.validate({"id": "a", "with": {"x": 1}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": "a", "verzion": "x"}, schema)


def test_the_playbooks_are_found() -> None:
    assert settings.playbooks_folder().is_dir()
