from __future__ import annotations

import io
import subprocess
import tarfile
from functools import partial
from typing import TYPE_CHECKING, Literal

import pytest

from tests import reasons
from troubleshooter.archives import tar

if TYPE_CHECKING:
    from pathlib import Path

FORMATS: list[Literal[0, 1, 2]] = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def read(data: bytes) -> dict[str, bytes]:
    found = {}
    for member in tar.members(io.BytesIO(data).read):
        found[member.name.decode()] = b"".join(iter(partial(member.part, 1000), b""))
    return found


def made(members: dict[str, bytes], form: Literal[0, 1, 2]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as file:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return packed.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_what_the_library_writes_is_read(form: Literal[0, 1, 2]) -> None:
    members = {"a.log": b"x" * 3000, "b" * 90 + "/" + "c" * 80: b"", "d": bytes(512)}
    assert read(made(members, form)) == members


@pytest.mark.parametrize("size", [8 << 30, 40 << 30])
@pytest.mark.parametrize("form", FORMATS[1:])
def test_a_size_of_many_gibibytes_is_understood(size: int, form: Literal[0, 1, 2]) -> None:
    member = tarfile.TarInfo("large.log")
    member.size = size
    (found,) = _first(member.tobuf(form))
    assert found.size == size


def _first(data: bytes) -> list[tar.Member]:
    return [next(tar.members(io.BytesIO(data).read))]


@pytest.mark.parametrize(
    "sparse", ["--sparse-version=0.0", "--sparse-version=0.1", "--sparse-version=1.0", ""]
)
def test_a_file_with_holes_is_read_without_them(tmp_path: Path, sparse: str) -> None:
    with (tmp_path / "holes.log").open("wb") as file:
        for place in range(0, 200 << 20, 10 << 20):
            file.seek(place)
            file.write(b"line %d\n" % place)
    form = ("--format=posix", sparse) if sparse else ("--format=gnu",)
    made = subprocess.run(
        ["tar", "-C", str(tmp_path), "--sparse", *form, "-cf", "-", "holes.log"],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(reasons.TAR)
    (content,) = read(made.stdout).values()
    assert content.replace(b"\0", b"") == b"".join(
        b"line %d\n" % place for place in range(0, 200 << 20, 10 << 20)
    )


@pytest.mark.parametrize("form", FORMATS[1:])
def test_headers_are_counted(form: Literal[0, 1, 2]) -> None:
    counted: list[None] = []
    list(tar.members(io.BytesIO(made({"a" * 150: b"x", "b": b"y"}, form)).read, lambda: counted.append(None)))
    assert len(counted) >= 3
