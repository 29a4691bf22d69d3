"""The disk of the journal is full from the moment at which the original is away."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.attacks.away import assert_away, assert_said, assert_said_in_json, assert_whole, bring_back
from tests.attacks.wire import ARM_POOL, azure, finished, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.attacks.wire import Ended, Wire


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid():
        pytest.skip(reasons.ROOT)
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(reasons.ROOT)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def wire(disk: Path) -> Iterator[Wire]:
    with azure(disk / "data") as wire:
        yield wire


def filled(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    with pytest.raises(OSError, match="No space") as full, (disk / "more").open("wb", buffering=0) as file:
        file.write(bytes(4096))
    assert full.value.errno == errno.ENOSPC
    return filler


def ended_on_a_full_disk(wire: Wire, disk: Path, *form: str) -> Ended:
    wire.plant(f"PUT {ARM_POOL}", status=403, delay=4)
    running = wire.start(*wire.in_place(), *form)
    until(lambda: not wire.state()["faults"], "the creation")
    filler = filled(disk)
    ended = finished(running)
    filler.unlink()
    assert_away(wire)
    return ended


@pytest.mark.slow
def test_it_is_said_on_a_full_disk(wire: Wire, disk: Path) -> None:
    before = wire.definition()
    ended = ended_on_a_full_disk(wire, disk)
    run = wire.latest()
    assert_said(ended, run)
    assert_said(wire.told("runs", "list"), run)
    assert bring_back(wire, run, "cleanup").code == 0
    assert_whole(wire, before)


@pytest.mark.slow
def test_it_is_said_on_a_full_disk_in_json(wire: Wire, disk: Path) -> None:
    ended = ended_on_a_full_disk(wire, disk, "--output", "json")
    assert_said_in_json(ended, wire.latest())


@pytest.mark.slow
def test_what_a_full_disk_stopped_can_be_brought_back(wire: Wire, disk: Path) -> None:
    before = wire.definition()
    assert ended_on_a_full_disk(wire, disk).code != 0
    assert bring_back(wire, wire.latest(), "restore").code == 0
    assert_whole(wire, before)
