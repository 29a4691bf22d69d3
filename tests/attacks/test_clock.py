"""A computer whose clock jumps while a run waits: it neither hangs nor says what is not so."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.attacks.operators import FAULT, Account, as_it_was, ended, until
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIBRARIES, reason=reasons.FAKETIME),
]
DAY = 86_400
LIMIT = 90
"""Seconds for a run that undisturbed takes a few."""


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with served(tmp_path / "data", "wrong-client-id") as world:
        yield Account(world, tmp_path / "data")


def faked(clock: Path) -> dict[str, str]:
    """The environment of a process whose wall clock is read from that file, each time anew."""
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@pytest.mark.parametrize("jump", [-DAY, DAY], ids=["back a day", "forward a day"])
def test_a_clock_that_jumps_in_a_wait_changes_nothing(jump: int, account: Account, tmp_path: Path) -> None:
    before = account.original()
    clock = tmp_path / "clock"
    clock.write_text("+0")
    account.hold("PUT /pools/[^/]*-dbg-", 5)
    process = account.started(*account.run[:-2], "--poll-interval", "0.2", **faked(clock))
    until(
        lambda: "-dbg-" in str(account.control("GET", "calls")) or len(account.pools()) > 1, "the debug pool"
    )
    clock.write_text(f"{jump:+d}")
    code, document, err = ended(process, LIMIT)

    assert (code, document["verified"]) == (0, True), err
    as_it_was(account, before)


@pytest.mark.parametrize("jump", [-DAY, DAY], ids=["a day behind", "a day ahead"])
def test_a_run_on_a_clock_a_day_off_says_what_is_so(jump: int, account: Account, tmp_path: Path) -> None:
    """Tokens, users that expire, and Azure's own times are all a day away."""
    before = account.original()
    clock = tmp_path / "clock"
    clock.write_text(f"{jump:+d}")
    process = account.started(*account.run[:-2], "--poll-interval", "0.2", **faked(clock))
    code, document, err = ended(process, LIMIT)

    assert not FAULT.search(err)
    assert code == document["exit"]
    if code != 0:
        assert document["verified"] is False
        code, _ = account.call("runs", "cleanup", document["run"], "--yes")
        assert code == 0
    as_it_was(account, before)


def test_seconds_are_not_negative_after_a_jump_back(account: Account, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    account.hold("PUT /pools/", 5)
    process = account.started(*account.run[:-2], "--poll-interval", "0.2", **faked(clock))
    time.sleep(4)
    clock.write_text(f"{-DAY:+d}")
    _, document, _ = ended(process, LIMIT)

    assert [step for step in document["steps"] if not 0 <= step["seconds"] < LIMIT] == []
    shown: Any = account.call("runs", "show", document["run"])[1]
    assert shown["exit"] == document["exit"]
