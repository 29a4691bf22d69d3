"""One simulated Azure for all of these tests in a process; each has a pool of its own and its own run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.account import Account
from tests.doors.bench import Bench
from tests.doors.scripted import SIGN_IN, Scripted
from troubleshooter.cli import worlds
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def one_account() -> Iterator[Account]:
    with Simulator("wrong-client-id") as simulator:
        yield Account(simulator)


@pytest.fixture
def account(one_account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """As it was when it began; this process is signed in to it."""
    for name in worlds._OURS:
        monkeypatch.setenv(name, "")
    worlds.sign_in_as(one_account.client.connection)
    one_account.empty()
    return one_account


@pytest.fixture
def pool(account: Account) -> str:
    """The original of this test."""
    return account.make_pool()


@pytest.fixture
def options() -> dict[str, Any]:
    """What the run is started with; a test may say otherwise. Who waits in vain gives up after 400 looks."""
    return {"limit_seconds": 20.0}


@pytest.fixture
def bench(account: Account, pool: str, options: dict[str, Any], tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(account, tmp_path / "data", pool, **options)
    account.forget_calls()
    yield bench
    bench.close()


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    made = Scripted(tmp_path)
    yield made
    made.close()
