"""Archives from a stranger, given to `analyze`: what they unpack to has an end, and they harm nothing."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.attacks import bombs
from tests.attacks.bombs import ERROR
from tests.attacks.child import BUG, GIB, MIB, Limits, ended

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.child import Ended

READ = {3, 8}
"""Exit codes of an analysis that ended: a cause found, or parts missing."""
UNPACKED = 2 * GIB + 128 * MIB
"""What one call may unpack in all, and something for what holds it."""


def analyzed(folder: Path, name: str, data: bytes, limits: Limits | None = None) -> Ended:
    (folder / name).write_bytes(data)
    return ended("analyze", str(folder / name), folder=folder, limits=limits)


def held(did: Ended) -> bool:
    return did.code in READ and b"was not foreseen" not in did.err


def test_names_that_climb_or_are_absolute_unpack_nowhere(tmp_path: Path) -> None:
    target = tmp_path / "outside.log"
    climbing = "../" * 30 + str(target).lstrip("/")
    did = analyzed(
        tmp_path, "slip.zip", bombs.zip_of({climbing: ERROR, str(target): ERROR, "a/../../b": ERROR})
    )

    assert did.code == 3
    assert not target.exists()
    assert not (tmp_path.parent / "b").exists()
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.slow
def test_a_zip_of_members_over_the_limit_unpacks_no_more_than_the_limit(tmp_path: Path) -> None:
    data = bombs.zip_of_zeros(9, 257)
    assert len(data) < 3 * MIB
    assert held(analyzed(tmp_path, "bomb.zip", data, Limits(written=UNPACKED)))


@pytest.mark.slow
def test_zips_in_a_zip_unpack_no_more_than_the_limit(tmp_path: Path) -> None:
    inner = bombs.zip_of_zeros(3, 257)
    data = bombs.zip_of({f"{number}.zip": inner for number in range(3)})
    assert len(data) < 64 << 10
    assert held(analyzed(tmp_path, "nested.zip", data, Limits(written=UNPACKED)))


@pytest.mark.slow
def test_gzips_two_archives_deep_cost_no_more_than_one_call_may(tmp_path: Path) -> None:
    inner = bombs.gzip_of_zeros(2048)
    once = bombs.zip_of({f"{number}.gz": inner for number in range(5)})
    data = bombs.zip_of({"in.zip": once})
    assert len(data) < 64 << 10
    assert held(analyzed(tmp_path, "deep.zip", data, Limits(processor=20)))


@pytest.mark.slow
def test_a_tar_with_a_long_name_fills_no_memory(tmp_path: Path) -> None:
    bombs.tar_with_long_name(tmp_path / "long.tar.gz", 320)
    did = ended("analyze", str(tmp_path / "long.tar.gz"), folder=tmp_path, limits=Limits(space=700 * MIB))

    assert held(did)
    assert did.memory < 300 * MIB


@pytest.mark.slow
def test_a_zip_of_more_members_than_are_read_says_so(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(21_000):
            archive.writestr(f"{number}.log", b"x")
    did = analyzed(tmp_path, "many.zip", made.getvalue())

    assert did.code == 8
    assert b"more than 20000 files" in did.err
    assert did.err.count(b"\n") < 10
    assert did.memory < 300 * MIB


@pytest.mark.parametrize(
    "headers",
    [
        {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "a.log",
            "GNU.sparse.realsize": "99",
        },
        {"GNU.sparse.map": "1,2,x", "GNU.sparse.size": "zz"},
    ],
    ids=["1.0", "0.1"],
)
def test_a_tar_with_a_broken_sparse_map_is_left_out(tmp_path: Path, headers: dict[str, str]) -> None:
    assert held(analyzed(tmp_path, "sparse.tar", bombs.sparse_tar(headers)))


def test_a_zip_with_damaged_lzma_is_left_out(tmp_path: Path) -> None:
    assert held(analyzed(tmp_path, "lzma.zip", bombs.damaged_zip(zipfile.ZIP_LZMA)))


def test_damaged_bzip2_and_gzip_are_left_out(tmp_path: Path) -> None:
    data = {
        "bzip2.zip": bombs.damaged_zip(zipfile.ZIP_BZIP2),
        "cut.gz": bombs.gzip_of_zeros(1)[:-300],
        "junk.gz": b"\x1f\x8b\x08" + bytes(100),
    }
    for name, damaged in data.items():
        did = analyzed(tmp_path, name, damaged)
        assert did.code in READ, name
        assert did.code != BUG
        assert b"left out" in did.err, name


def test_a_bundle_of_a_stranger_harms_nothing(tmp_path: Path) -> None:
    """Remark: it is read as evidence, and what lies beside `evidence/` is not read."""
    made = io.BytesIO()
    names = {
        "run-x/manifest.json": b"{}",
        "run-x/events.jsonl": b"",
        "run-x/beside.log": ERROR,
        "run-x/evidence/../../etc/climbing.log": ERROR,
        "run-x/evidence/\x1b[31mnode/..\x1b]0;x\x07/escapes.log": ERROR,
    }
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, data in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    did = analyzed(tmp_path, "forged.tar.gz", made.getvalue())

    assert did.code == 3
    assert list((tmp_path / "spool").iterdir()) == []
    assert not list(tmp_path.rglob("climbing.log"))
