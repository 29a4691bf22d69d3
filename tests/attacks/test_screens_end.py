"""The screens in a real terminal, ended from outside or left: what is still said, and with which code."""

from __future__ import annotations

import contextlib
import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.attacks.terminal import LEFT, SHOWN_CURSOR, Terminal, screens
from tests.attacks.wire import AT_ONCE, JOB, POOL, until
from troubleshooter.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.attacks.wire import Wire

pytestmark = pytest.mark.slow

CLOSED, HUNG_UP = "a terminal that is closed in silence", "a terminal that is closed and says so"
END: dict[str, Callable[[Terminal], int]] = {
    "SIGHUP": lambda terminal: terminal.stop(signal.SIGHUP),
    "SIGTERM": lambda terminal: terminal.stop(signal.SIGTERM),
    "SIGINT": lambda terminal: terminal.stop(signal.SIGINT),
    CLOSED: Terminal.closed,
    HUNG_UP: Terminal.closed,
}
_CONTROLS = re.compile(rb"\x1b\[[0-9;?<>=$]*[a-zA-Z]|\x1b[=>]")


def after(terminal: Terminal) -> list[str]:
    """The lines written since the screens were left."""
    _, _, rest = terminal.received.rpartition(LEFT)
    return [line for line in _CONTROLS.sub(b"", rest).decode().splitlines() if line.strip()]


def away(wire: Wire) -> str:
    """A run that deleted the original, and was refused the pool in its place."""
    wire.plant(f"PUT /batchAccounts/[^/]+/pools/{POOL}$", status=403, times=50, **AT_ONCE)
    wire.told(*wire.in_place())
    wire.clear()
    assert wire.definition() is None
    return wire.latest()


@pytest.mark.parametrize("end", END)
def test_the_screens_end_in_the_middle_of_a_call(wire: Wire, end: str) -> None:
    wire.plant("GET /pools/render-pool$", status=503, times=50, retry_after=20)
    with screens(wire.environ, "open", wire.connection["pool_id"], hangs_up=end == HUNG_UP) as terminal:
        until(lambda: wire.calls("GET", "/pools/render-pool"), "the call")
        assert END[end](terminal) == ExitCode.INTERRUPTED
    wire.clear()

    if end not in {CLOSED, HUNG_UP}:
        assert SHOWN_CURSOR in terminal.received[-3000:]
        assert any("is kept" in line for line in after(terminal))
    run = wire.latest()
    resumed = wire.asked(
        "runs", "resume", run, "--yes", "--answer", "allow-from=127.0.0.1/32", "--until", "survey"
    )
    assert resumed.document["steps"][0]["state"] == "done"


def test_a_call_that_never_ends_is_not_waited_for(wire: Wire) -> None:
    wire.plant("GET /pools/render-pool$", delay=120, times=50)
    with screens(wire.environ, "open", wire.connection["pool_id"]) as terminal:
        terminal.rests(5)
        assert terminal.stop(signal.SIGHUP) == ExitCode.INTERRUPTED


def test_the_screens_left_while_the_original_is_away_say_it_first(wire: Wire) -> None:
    run = away(wire)
    with screens(wire.environ, "open", run) as terminal:
        terminal.until(b"is away")
        terminal.press(b"\x11")
        terminal.press(b"\x1b[C", b"\r")
        code = terminal.ended()
    lines = after(terminal)
    assert code == ExitCode.INCOMPLETE
    assert lines[0].startswith(f"✖ Pool {POOL} is away: run {run}")
    assert f"troubleshooter runs restore {run} --confirm {POOL}" in lines[0]
    told = "\n".join(lines)
    assert f"Left in Azure: job {JOB}" in told
    assert f"troubleshooter runs cleanup {run}" in told
    assert f"troubleshooter open {run}" in told


@pytest.mark.parametrize("end", END)
def test_ended_from_outside_while_the_original_is_away_they_say_it_too(wire: Wire, end: str) -> None:
    run = away(wire)
    with screens(wire.environ, "open", run, hangs_up=end == HUNG_UP) as terminal:
        terminal.until(b"is away")
        code = END[end](terminal)
    assert code == ExitCode.INTERRUPTED
    if end not in {CLOSED, HUNG_UP}:
        assert after(terminal)[0].startswith(f"✖ Pool {POOL} is away: run {run}")
    assert wire.told("runs", "list").out.startswith(f"✖ Pool {POOL} is away: run {run}")


def test_the_screens_left_with_nothing_in_azure_end_with_0(wire: Wire) -> None:
    with screens(wire.environ) as terminal:
        terminal.press(b"q")
        assert terminal.ended() == ExitCode.DONE


def test_left_by_way_of_the_list_of_runs_they_say_what_they_say_when_closed_at_once(wire: Wire) -> None:
    with screens(wire.environ, "open", wire.connection["pool_id"]) as terminal:
        terminal.until(b"From which address range")
        terminal.press(b"\x11")
        assert terminal.ended() == ExitCode.DONE
        closed = after(terminal)
    run = wire.latest()
    assert closed == [
        f"Run {run} is kept. On screen: troubleshooter open {run}",
        f"Without: troubleshooter runs resume {run}",
    ]
    with screens(wire.environ, "open", run) as terminal:
        terminal.until(b"From which address range")
        for _ in range(10):  # a question that is drawn may get its focus a moment later, and take the q
            terminal.press(b"\t", b"q")
            with contextlib.suppress(AssertionError):
                terminal.until(b"r resumes it.", 6)
                break
        assert b"r resumes it." in terminal.received, after(terminal)
        terminal.rests(1, 20)  # the list has its keys once it is drawn
        terminal.press(b"q")
        assert terminal.ended() == ExitCode.DONE
        assert after(terminal) == closed


def test_a_second_try_in_the_process_that_owns_a_run_gives_it_to_nobody_else(wire: Wire) -> None:
    """Left while a call is in flight, which hears it, and opened again: the second try must cost no lock."""
    wire.plant("GET /pools/render-pool$", delay=60, times=50)
    planted = wire.state()["faults"]
    with screens(wire.environ, "open", wire.connection["pool_id"]) as terminal:
        until(lambda: wire.state()["faults"] != planted, "the call")
        run = wire.latest()
        assert wire.told("runs", "resume", run, "--yes").code == ExitCode.REFUSED
        met = wire.state()["faults"]
        terminal.press(b"q", b"r", b"R")
        until(lambda: wire.state()["faults"] != met, "the call of the second try")
        again = wire.told("runs", "resume", run, "--yes", "--until", "survey")
        assert again.code == ExitCode.REFUSED
        assert "open in another process" in again.out
