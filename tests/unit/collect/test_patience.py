"""How long one node may take and what it may cost, whoever spends it."""

from __future__ import annotations

import threading
import time

import pytest

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.patience import LIMITS, LOOK, Patience
from troubleshooter.errors import Interrupted


def burn(seconds: float) -> None:
    """Processor time of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_the_limits_are_said_in_numbers() -> None:
    assert LIMITS == (
        "One node may take 180 s, cost 60 s of this machine's processor and send 96 MiB, everything together."
    )


def test_within_its_limits_a_node_is_waited_for() -> None:
    patience = Patience("n1", threading.Event(), 60.0, 60.0)
    burn(0.05)
    patience.check("sending its files")


def test_what_taking_in_costs_is_counted() -> None:
    patience = Patience("n1", threading.Event(), 60.0, 0.05)
    burn(0.06)
    with pytest.raises(NodeProblem) as caught:
        patience.check("its files were taken in")
    assert caught.value.text.what == "n1 cost too much while its files were taken in."
    assert caught.value.text.why == LIMITS


def test_what_another_thread_spends_for_it_is_counted() -> None:
    spent = [0.0]
    patience = Patience("n1", threading.Event(), 60.0, 5.0)
    patience.count(lambda: spent[0])
    patience.check("agreeing on encryption")
    spent[0] = 5.5
    with pytest.raises(NodeProblem, match="cost too much"):
        patience.check("agreeing on encryption")


def test_waiting_costs_no_processor_but_time() -> None:
    patience = Patience("n1", threading.Event(), 0.0, 60.0)
    with pytest.raises(NodeProblem) as caught:
        patience.check("sending its files")
    assert caught.value.text.what == "n1 took too long while sending its files."


def test_one_phase_that_is_over_is_told_as_such() -> None:
    patience = Patience("n1", threading.Event(), 60.0, 60.0)
    with pytest.raises(NodeProblem) as caught:
        patience.check("signing in", time.monotonic())
    assert caught.value.text.why == "It gave no answer in time."


def test_a_cancel_comes_before_every_limit() -> None:
    cancel = threading.Event()
    patience = Patience("n1", cancel, 0.0, 0.0)
    cancel.set()
    with pytest.raises(Interrupted):
        patience.check("sending its files")


class SetAtTheThirdLook(threading.Event):
    looks = 0

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert timeout <= LOOK
        self.looks += 1
        if self.looks == 3:
            self.set()
        return self.is_set()


def test_cancel_is_heard_at_every_look_of_a_rest() -> None:
    cancel = SetAtTheThirdLook()
    with pytest.raises(Interrupted):
        Patience("n1", cancel, 60.0).rest(30.0, "letting us in")
    assert cancel.looks == 3


def test_the_limit_of_a_node_ends_a_rest() -> None:
    with pytest.raises(NodeProblem) as caught:
        Patience("n1", threading.Event(), 0.3).rest(30.0, "letting us in")
    assert caught.value.text.what == "n1 took too long while letting us in."
