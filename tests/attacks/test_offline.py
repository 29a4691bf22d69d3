"""Files and folders of a stranger, given to `analyze` and `lint`: bounded, no bug, never deaf to Ctrl-C."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.attacks.bombs import ERROR
from tests.attacks.child import BUG, MIB, Limits, ended

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.child import Ended

INTERRUPTED = 130
EXTENSION = b'"publisher":"Microsoft.Azure.KeyVault","type":"KeyVaultForLinux","typeHandlerVersion":"3.0"'
SETTINGS = (
    b'{"properties":{' + EXTENSION + b',"settings":{"secretsManagementSettings":{"pollingIntervalInS":%b}}}}'
)
SAID = {2, 3, 4, 8}
"""Exit codes of a file that was judged, or refused by name."""


def write(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A folder with one good log, that a test makes worse."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.log").write_bytes(ERROR)
    return folder


def analyzed(place: object, folder: Path, **given: object) -> Ended:
    return ended("analyze", str(place), folder=folder, **given)  # type: ignore[arg-type] # passed on as they came


@pytest.mark.slow
def test_a_folder_of_more_files_than_are_read_says_so(tmp_path: Path, inside: Path) -> None:
    for number in range(21_000):
        (inside / f"{number}.log").touch()
    did = analyzed(inside, tmp_path)

    assert did.code in {3, 8}
    assert b"more than 20000 files" in did.err
    assert did.err.count(b"\n") < 10
    assert did.memory < 300 * MIB


@pytest.mark.slow
def test_a_sparse_file_of_two_gibibytes_fills_no_memory(tmp_path: Path, inside: Path) -> None:
    with (inside / "sparse.log").open("wb") as sparse:
        sparse.truncate(2048 * MIB)
    did = analyzed(inside, tmp_path)

    assert did.code in {3, 8}
    assert did.memory < 300 * MIB


def test_a_quarter_gibibyte_without_newline_fills_no_memory(tmp_path: Path, inside: Path) -> None:
    with (inside / "one.log").open("wb") as line:
        for _ in range(256):
            line.write(b"A" * MIB)
    did = analyzed(inside, tmp_path)

    assert did.code in {3, 8}
    assert did.memory < 300 * MIB


def test_dev_zero_is_left_out(tmp_path: Path) -> None:
    did = analyzed("/dev/zero", tmp_path)

    assert did.code == 8
    assert b"left out /dev/zero" in did.err


def test_a_pipe_in_a_folder_is_skipped(tmp_path: Path, inside: Path) -> None:
    os.mkfifo(inside / "pipe.log")
    assert analyzed(inside, tmp_path, limits=Limits(wall=30)).code == 3


def test_a_pipe_that_nobody_writes_to_hears_ctrl_c(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for command in ("analyze", "lint"):
        did = ended(
            command, str(tmp_path / "pipe"), folder=tmp_path, interrupted_after=3, limits=Limits(wall=30)
        )
        assert did.code == INTERRUPTED, command


def test_loops_of_links_are_survived(tmp_path: Path, inside: Path) -> None:
    for name, target in (("a", "b"), ("b", "a"), ("self", ".")):
        (inside / name).symlink_to(target)
    assert analyzed(inside, tmp_path).code == 3
    alone = analyzed(inside / "a", tmp_path)
    assert alone.code == 5
    assert b"cannot be read" in alone.err


@pytest.mark.slow
def test_proc_is_no_bug(tmp_path: Path) -> None:
    did = analyzed("/proc", tmp_path, interrupted_after=15, limits=Limits(written=3 << 30))
    assert did.code in {3, 4, 8, INTERRUPTED}


def test_a_link_into_a_closed_folder_is_left_out(tmp_path: Path, inside: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "deep").mkdir(parents=True)
    (closed / "deep" / "x.log").write_bytes(ERROR)
    (inside / "link.log").symlink_to(closed / "deep" / "x.log")
    closed.chmod(0)
    try:
        did = analyzed(inside, tmp_path, powerless=True)
    finally:
        closed.chmod(0o700)
    assert did.code == 3


HOSTILE = {
    "200,000 arrays deep": b"[" * 200_000 + b"]" * 200_000,
    "200,000 objects deep": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "number of ten million digits": SETTINGS % (b"9" * 10_000_000),
    "number of 5,000 digits": SETTINGS % (b"9" * 5_000),
    "number beyond any": SETTINGS % b"1e999999",
    "not a number": b'{"a":NaN,"b":Infinity}',
    "100,000 duplicate keys": b'{"properties":{' + b'"a":1,' * 100_000 + b'"a":2}}',
    "escapes in values": SETTINGS % b'"\\u001b]0;P\\u0007\\u001b[31m"',
    "raw escapes": SETTINGS.replace(b"polling", b"\x1b[31mpolling") % b'"\x1b]0;P\x07"' + b" \x1b[31m",
    "UTF-16": (SETTINGS % b"1").decode().encode("utf-16"),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_lint_says_what_it_makes_of(tmp_path: Path, data: bytes) -> None:
    did = ended("lint", write(tmp_path, "hostile.json", data), folder=tmp_path, limits=Limits(processor=15))

    assert did.code in SAID
    assert did.memory < 200 * MIB
    assert b"\x1b" not in did.shown
    assert b"\x07" not in did.shown


def test_lint_fixes_nothing_it_cannot_write(tmp_path: Path) -> None:
    path = write(tmp_path, "big.json", SETTINGS % (b"9" * 5_000))
    did = ended("lint", "--fix", path, folder=tmp_path)
    assert did.code in SAID


def test_lint_of_dev_zero_is_refused(tmp_path: Path) -> None:
    did = ended("lint", "/dev/zero", folder=tmp_path)

    assert did.code == 2
    assert did.memory < 300 * MIB


def test_lint_of_half_a_gibibyte_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "big.json").open("wb") as big:
        big.write(b"[")
        big.truncate(500 * MIB)
    did = ended("lint", str(tmp_path / "big.json"), folder=tmp_path)

    assert did.code == 2
    assert did.memory < 300 * MIB


@pytest.mark.slow
def test_lint_of_many_empty_arrays_is_bounded(tmp_path: Path) -> None:
    path = write(tmp_path, "many.json", b"[" + b"[]," * (12 * MIB // 3) + b"1]")
    did = ended("lint", path, folder=tmp_path, limits=Limits(space=600 * MIB, processor=25))

    assert did.code in SAID
    assert did.code != BUG
    assert did.memory < 400 * MIB
