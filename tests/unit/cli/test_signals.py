"""What asks a process to stop, raised in this one; what a whole command does then is in tests/flows."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import pytest

from troubleshooter.cli.signals import asked_to_stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def _heard_as_before() -> Iterator[None]:
    asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in asking}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_terminal_closes_once_however_many_tell_of_it() -> None:
    said: list[str] = []

    def farewell() -> None:
        with asked_to_stop(_interrupt):
            try:
                signal.raise_signal(signal.SIGHUP)
            finally:
                signal.raise_signal(signal.SIGHUP)
                said.append("last words")

    with pytest.raises(KeyboardInterrupt):
        farewell()

    assert said == ["last words"]


def test_a_terminal_that_closed_is_not_heard_twice_by_what_is_inside() -> None:
    told: list[str] = []
    with asked_to_stop(lambda: told.append("outer")):
        signal.raise_signal(signal.SIGHUP)
        with asked_to_stop(lambda: told.append("inner")):
            assert told.pop() == "inner"  # asked at once
            signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)

    assert told == ["outer"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_that_was_swallowed_is_told_to_who_begins_next(number: signal.Signals) -> None:
    told: list[str] = []
    with asked_to_stop(_interrupt):
        with suppress(KeyboardInterrupt):  # a library that catches everything while it is imported
            signal.raise_signal(number)
        with asked_to_stop(lambda: told.append("asked")):
            pass

    assert told == ["asked"]


def test_who_was_not_asked_begins_unasked() -> None:
    told: list[str] = []
    with asked_to_stop(_interrupt), asked_to_stop(lambda: told.append("asked")):
        pass

    assert told == []


@pytest.mark.parametrize(("ending", "code"), [("keep_exit_code()", 130), ("", -signal.SIGINT)])
def test_an_interrupt_in_code_run_from_text_leaves_the_exit_code_alone(
    ending: str, code: int, tmp_path: Path
) -> None:
    """The second case is what is known of CPython's -m: where it is mended, the function can go."""
    (tmp_path / "program.py").write_text(f"""
import sys
from contextlib import suppress
from troubleshooter.cli.signals import keep_exit_code
with suppress(KeyboardInterrupt):
    exec("raise KeyboardInterrupt")
{ending}
sys.exit(130)
""")
    assert subprocess.run([sys.executable, "-m", "program"], cwd=tmp_path, check=False).returncode == code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_asks_again_means_it(number: signal.Signals) -> None:
    heard: list[int] = []
    with asked_to_stop(lambda: heard.append(1)):
        signal.raise_signal(number)
        signal.raise_signal(number)

    assert len(heard) == 2


def test_nohup_is_heeded() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with asked_to_stop(_interrupt):
        signal.raise_signal(signal.SIGHUP)

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
