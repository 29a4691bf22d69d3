"""What an export's paths are made of: a node's names never lead out of it."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

import pytest

from troubleshooter.cli.bundle.layout import Layout, safe
from troubleshooter.cli.bundle.packed import beside, check_place
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("part", ["..", ".", "", " ", "...", ". .", "\x00", "\u202e", "\\..\\", "C:", "a\nb"])
def test_a_part_of_a_path_stays_where_it_is(part: str) -> None:
    name = safe(part)
    assert name.strip(". ")
    assert not set(name) & set('\\:*?"<>|/')
    assert name.isprintable()


@pytest.mark.parametrize("part", ["CON", "nul.log", "Com1", "-rf", "end.", "end ", "a" * 300, "ü" * 300])
def test_what_some_system_cannot_unpack_has_another_name(part: str) -> None:
    name = safe(part)
    assert name != part
    assert len(name.encode()) <= 200
    assert name[-1] not in ". "
    assert not name.startswith("-")
    assert name.split(".")[0].lower() not in {"con", "nul", "com1"}


def test_names_that_some_system_takes_for_one_lie_side_by_side() -> None:
    layout = Layout()
    names = ("/a.log", "/A.log", "/a:log", "/a?log", "/\u00e9", "/e\u0301", "a.log")
    places = [layout.place("n1", name) for name in names]
    assert len({unicodedata.normalize("NFC", place).casefold() for place in places}) == len(names)
    assert {place.split("/")[0] for place in places} == {"n1"}


@pytest.mark.parametrize("names", [("/a", "/a/b"), ("/a/b", "/a")])
def test_no_file_stands_where_a_folder_is_to_be(names: tuple[str, str]) -> None:
    layout = Layout()
    first, second = (layout.place("n1", name) for name in names)
    assert not second.startswith(f"{first}/")
    assert not first.startswith(f"{second}/")


@pytest.mark.parametrize("part", ["akvvm_service_2026-01-01.log", "waagent.log", "a b", ".hidden"])
def test_a_plain_name_is_kept(part: str) -> None:
    assert safe(part) == part


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
@pytest.mark.parametrize("which", ["bundle", "checksum"])
def test_what_is_no_plain_file_is_not_replaced_by_a_bundle(tmp_path: Path, kind: str, which: str) -> None:
    out = tmp_path / "out" / "b.tar.gz"
    out.parent.mkdir()
    place = out if which == "bundle" else beside(out)
    if kind == "folder":
        place.mkdir()
    elif kind == "link":
        place.symlink_to("/dev/null")
    else:
        os.mkfifo(place)
    with pytest.raises(UsageProblem, match="cannot be written") as refused:
        check_place(out)
    assert "folder" in refused.value.why
    assert [path.name for path in out.parent.iterdir()] == [place.name]


def test_a_name_with_no_room_for_its_checksums_is_refused_before_anything_is_collected(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageProblem, match="cannot be written"):
        check_place(tmp_path / ("b" * 250))


def test_a_bundle_that_stands_there_may_be_written_again(tmp_path: Path) -> None:
    out = tmp_path / "b.tar.gz"
    for place in (out, beside(out)):
        place.write_bytes(b"old")
    check_place(out)
    assert out.read_bytes() == b"old"
