"""What asks a process to stop, raised in this one; what a whole command does then is in tests/flows."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

import pytest

from troubleshooter.cli.signals import asked_to_stop

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    signal.raise_signal(signal.SIGHUP)

    assert said == ["last words"]


def test_a_terminal_that_closed_is_not_heard_by_what_begins_afterwards() -> None:
    heard: list[str] = []
    with asked_to_stop(lambda: heard.append("first")):
        signal.raise_signal(signal.SIGHUP)
    with asked_to_stop(lambda: heard.append("second")):
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGTERM)

    assert heard == ["first", "second"]


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
