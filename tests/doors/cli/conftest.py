from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import Bench
from tests.doors.cli.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doors.account import Account


@pytest.fixture
def options() -> dict[str, Any]:
    """Whoever is called by a command waits in earnest."""
    return {"poll_interval": 0.01}


@pytest.fixture
def bench(account: Account, pool: str, options: dict[str, Any], machine_shut_out: Path) -> Iterator[Bench]:
    """In the data directory that commands use; close it before one is called."""
    bench = Bench(account, machine_shut_out / "troubleshooter", pool, **options)
    account.forget_calls()
    yield bench
    bench.close()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capsys)
