"""What little can cost by other doors: lies, overlaps, counts, depths; and files that change meanwhile."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.attacks import packs
from tests.attacks.bombs import ERROR
from tests.attacks.child import BUG, GIB, MIB, PROGRAM, Limits, ended

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.child import Ended

MEMORY = 300 * MIB
CHEAP = Limits(processor=60, written=2 * GIB + 128 * MIB)
"""The clock of a busy machine is not the program's; the seconds are measured apart."""


def analyzed(folder: Path, name: str, data: bytes) -> Ended:
    (folder / name).write_bytes(data)
    did = ended("analyze", str(folder / name), folder=folder, limits=CHEAP)
    assert did.code in {3, 4, 8}, did.text[-2000:]
    assert did.memory < MEMORY
    return did


@pytest.mark.slow
def test_a_zip_whose_members_overlap_is_bounded(tmp_path: Path) -> None:
    data = packs.zip_of([packs.pack("0.log", bytes(200 * MIB))], times=20_000)
    did = analyzed(tmp_path, "overlap.zip", data)

    assert did.code == 8
    assert b"would" in did.err


@pytest.mark.parametrize("stated", [10, 2**62], ids=["less", "more"])
def test_a_zip_that_lies_about_its_sizes_is_left_out(tmp_path: Path, stated: int) -> None:
    data = ERROR * 1000
    lie = (
        packs.zip_of([packs.pack("0.log", data, stated)])
        if stated < GIB
        else packs.zip64_of_a_lie("0.log", data, stated)
    )
    did = analyzed(tmp_path, "lie.zip", lie)

    assert did.code == 8
    assert b"left out" in did.err


def test_a_damaged_member_does_not_end_the_others(tmp_path: Path) -> None:
    wrong = packs.Packed(b"0.log", b"no deflate", 10, 0)
    did = analyzed(tmp_path, "one.zip", packs.zip_of([wrong, packs.pack("1.log", ERROR)]))

    assert did.code == 8
    assert b"0.log" in did.err
    assert "ForbiddenByRbac" in did.text


@pytest.mark.slow
def test_a_bzip2_of_gibibytes_is_bounded(tmp_path: Path) -> None:
    data = packs.bzip2_bomb(255)
    assert len(data) < 4096
    analyzed(tmp_path, "bzip2.zip", data)


def test_an_lzma_that_wants_gibibytes_of_memory_is_left_out(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "lzma.zip", packs.lzma_that_wants(3))
    assert b"memory" in did.err


@pytest.mark.slow
def test_a_gzip_of_a_million_empty_parts_is_bounded(tmp_path: Path) -> None:
    inner = packs.empty_parts(5_000_000)
    did = analyzed(tmp_path, "parts.zip", packs.zip_of([packs.pack("parts.gz", inner)]))
    assert b"more than 20000 files" in did.err


@pytest.mark.slow
def test_a_tar_of_a_million_empty_members_is_bounded(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "empty.tar.gz", packs.tar_of_nothing(1_000_000))
    assert b"more than 20000 files" in did.err
    assert did.err.count(b"\n") < 20


@pytest.mark.slow
def test_members_are_counted_over_all_archives_of_a_call(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "spread.zip", packs.spread(30, 1000))
    assert b"more than 20000 files" in did.err
    assert did.err.count(b"\n") < 20


@pytest.mark.parametrize(("depth", "read"), [(3, True), (4, False)])
def test_what_lies_deeper_than_three_archives_is_left_out(tmp_path: Path, depth: int, read: bool) -> None:
    did = analyzed(tmp_path, "deep.zip", packs.nested(ERROR, "a.log", depth))
    assert ("ForbiddenByRbac" in did.text) is read
    assert (b"left out" in did.err) is not read


def test_names_of_64_kib_fill_no_memory(tmp_path: Path) -> None:
    members = [packs.Packed(b"%05d" % number + b"n" * 65_000, b"", 0, 0, 0) for number in range(200)]
    did = analyzed(tmp_path, "names.zip", packs.zip_of(members))
    assert b"its name has 65" in did.err
    assert len(did.err) < 200 * 2000


@pytest.mark.slow
def test_a_sparse_map_without_end_is_left_out(tmp_path: Path) -> None:
    assert analyzed(tmp_path, "map.tar.gz", packs.tar_with_endless_map()).code == 8


def test_a_cut_gzip_gives_what_comes_before(tmp_path: Path) -> None:
    did = analyzed(tmp_path, "cut.log.gz", gzip.compress(ERROR * 100)[:-9])
    assert did.code == 8
    assert "ForbiddenByRbac" in did.text
    assert b"bytes before that were read" in did.err


@pytest.mark.slow
@pytest.mark.parametrize("line", [b"fatal\n", b"x fatal %d\n"], ids=["the same", "each another"])
def test_a_gibibyte_of_short_error_lines_is_bounded(tmp_path: Path, line: bytes) -> None:
    block = b"".join(line % number if b"%" in line else line for number in range(100_000))
    data = gzip.compress(block, 9) * (250 * MIB // len(block))
    did = analyzed(tmp_path, "lines.gz", data)
    assert b"looks like an error" in did.err


@pytest.mark.slow
def test_many_files_of_many_errors_fill_no_memory(tmp_path: Path) -> None:
    text = b"".join(b"it failed: %s\n" % (b"abcdefghij"[at % 10 :] * (at % 50 + 1)) for at in range(200))
    data = packs.zip_of([packs.pack(f"{number}.log", text + b"%d" % number) for number in range(19_000)])
    analyzed(tmp_path, "errors.zip", data)


@pytest.mark.slow
def test_many_values_in_json_are_bounded(tmp_path: Path) -> None:
    block = b'{"error":[' + b"[],\n" * (MIB - 100) + b"[]]}"
    data = packs.zip_of([packs.pack(f"{number}.json", block) for number in range(100)])
    analyzed(tmp_path, "values.zip", data)


@pytest.mark.slow
def test_a_tree_deeper_than_a_path_can_say_is_walked_as_far_as_it_goes(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "good.log").write_bytes(ERROR)
    script = "import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(5000): os.mkdir('d'); os.chdir('d')"
    subprocess.run([sys.executable, "-c", script, str(inside)], check=True)
    try:
        did = ended("analyze", str(inside), folder=tmp_path, limits=CHEAP)
    finally:
        subprocess.run(["rm", "-rf", str(inside)], check=False)

    assert did.code == 8
    assert "ForbiddenByRbac" in did.text
    assert b"left out" in did.err


@pytest.mark.slow(every_change=True)
def test_a_file_that_grows_while_it_is_read_has_an_end(tmp_path: Path) -> None:
    log = tmp_path / "grows.log"
    log.write_bytes(ERROR * 1000)
    over = threading.Event()

    def write() -> None:
        with log.open("ab") as growing:
            while not over.wait(0.01):
                growing.write(ERROR * 1000)
                growing.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        did = ended("analyze", str(log), folder=tmp_path, limits=Limits(wall=120))
    finally:
        over.set()
        writer.join()
    assert did.code == 3


def test_a_file_that_becomes_a_folder_is_left_out(tmp_path: Path) -> None:
    """The file is looked at; then the pipe is waited for, and meanwhile it is no file any more."""
    changes, pipe, good = tmp_path / "changes.log", tmp_path / "pipe", tmp_path / "good.log"
    changes.write_bytes(ERROR * 100)
    good.write_bytes(ERROR)
    os.mkfifo(pipe)
    started = subprocess.Popen(
        [*PROGRAM, "analyze", str(changes), str(pipe), str(good)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with pipe.open("wb") as writing:  # opens when it is opened for reading
        changes.unlink()
        changes.mkdir()
        writing.write(b"hello\n")
    out, err = started.communicate(timeout=60)

    assert started.returncode == 8
    assert b"changes.log" in err
    assert b"ForbiddenByRbac" in out


LINT = {
    "comments": b"// x\n" * 500_000 + b"{}",
    "commas": b"[" + b"[1,]," * 300_000 + b"1]",
    "objects": b'{"a":' + b'[{"":0},' * 1 + b'{"":0},' * 400_000 + b"0]}",
    "keys": b"{" + b",".join(b'"%x":0' % number for number in range(500_000)) + b"}",
    "blank": b" " * 20_000_000 + b"x",
    "newlines": b"[" + b"\n" * 20_000_000 + b"}",
}


@pytest.mark.parametrize("data", LINT.values(), ids=LINT.keys())
def test_lint_of_much_of_one_kind_is_bounded(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "much.json").write_bytes(data)
    did = ended("lint", str(tmp_path / "much.json"), folder=tmp_path, limits=Limits(processor=40))

    assert did.code in {2, 3, 4, 8}
    assert did.memory < 100 * MIB + 20 * len(data)


def test_a_data_file_of_blank_lines_is_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "blank.yaml").write_bytes(b"\n" * 500_000 + b"x: 1\n")
    did = ended(
        "playbooks", "validate", str(tmp_path / "blank.yaml"), folder=tmp_path, limits=Limits(processor=20)
    )
    assert did.code == 2
    assert did.code != BUG
