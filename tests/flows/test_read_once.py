"""A command reads every event of its run once, however often the run is asked for on the way."""

from __future__ import annotations

import io
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.inside import Inside
from troubleshooter.cli.entry import run
from troubleshooter.engine import reading
from troubleshooter.engine.journal import Journal
from troubleshooter.printer import Form, Printer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from troubleshooter.simulator.server import Simulator


class Counted:
    """What was read, as the interpreter tells it: nothing of the program is replaced."""

    def __init__(self) -> None:
        self.read: Counter[tuple[str, int]] = Counter()
        """By run and number, whatever came from the database."""
        self.decoded: Counter[tuple[str, int]] = Counter()

    def __call__(self, frame: FrameType, event: str, given: Any) -> None:
        if event == "return" and frame.f_code is Journal.rows.__code__ and given is not None:
            self.read.update((frame.f_locals["run"], row.seq) for row in given)
        elif event == "call" and frame.f_code is reading.event.__code__:
            self.decoded[frame.f_locals["run"], frame.f_locals["seq"]] += 1


@contextmanager
def counted() -> Iterator[Counted]:
    told, before = Counted(), sys.getprofile()
    sys.setprofile(told)
    threading.setprofile(told)
    try:
        yield told
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


@pytest.fixture
def inside(simulator: Callable[..., Simulator], machine_shut_out: Path) -> Iterator[Inside]:
    made = Inside(simulator("vault-rbac-denied").connection, machine_shut_out / "troubleshooter")
    yield made
    made.bench.close()


def command(*arguments: str) -> int:
    return run(arguments, Printer(Form.TEXT, io.StringIO(), io.StringIO(), {}))


def test_each_event_is_read_and_decoded_once(inside: Inside) -> None:
    begun = inside.start(poll_interval=0.1)
    assert inside.drive(begun, {}, until="collect").open_changes
    before = len(inside.bench.events(begun.id))

    with counted() as told:
        assert command("runs", "cleanup", begun.id, "--yes") == 0

    after = len(inside.bench.events(begun.id))
    assert after > before
    assert told.read == {(begun.id, seq): 1 for seq in range(1, before + 1)}
    assert told.decoded == {(begun.id, seq): 1 for seq in range(1, after + 1)}
    assert inside.pools() == [inside.target.pool]

    for words in (("show", begun.id), ("resume", begun.id, "--yes", "--until", "diagnose")):
        was = len(inside.bench.events(begun.id))
        with counted() as told:
            command("runs", *words)
        assert told.read == {(begun.id, seq): 1 for seq in range(1, was + 1)}, words
