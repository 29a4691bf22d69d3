"""What cannot be interrupted is done where nobody has to wait for it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from troubleshooter.apart import apart


class Enough(Exception):
    """Nobody wants it any more."""


def nothing() -> None:
    """It is still wanted."""


def test_it_gives_what_was_done() -> None:
    assert apart(lambda: 7, nothing) == 7


def test_what_goes_wrong_goes_wrong_here() -> None:
    def fails() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        apart(fails, nothing)


def test_what_comes_too_late_is_dropped() -> None:
    go, dropped = threading.Event(), threading.Event()
    late: list[int] = []

    def act() -> int:
        go.wait(30)
        return 7

    def enough() -> None:
        raise Enough

    def drop(came: int) -> None:
        late.append(came)
        dropped.set()

    with pytest.raises(Enough):
        apart(act, enough, drop)
    go.set()
    assert dropped.wait(30)
    assert late == [7]


def test_its_thread_keeps_no_process_alive() -> None:
    seen: list[bool] = []
    apart(lambda: seen.append(threading.current_thread().daemon), nothing)
    assert seen == [True]


def in_a_process(name: str) -> str:
    """What it finds where no other test has begun a thread."""
    text = (
        "import threading; from troubleshooter.apart import ONLY_WAITS, settled; go = threading.Event();"
        f"threading.Thread(target=go.wait, name={name}, daemon=True).start(); first = settled(0.05);"
        "go.set(); print(first, settled(10))"
    )
    told = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=True
    )
    return told.stdout.strip()


def test_a_thread_of_a_library_is_one_that_the_process_waits_for() -> None:
    """Ended under it, what is in the middle of its own code would crash."""
    assert in_a_process("'of a library'") == "False True"


def test_one_that_only_waits_is_not() -> None:
    assert in_a_process("ONLY_WAITS + 'tests'") == "True True"
