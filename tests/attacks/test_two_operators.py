"""Two operators, each with a data folder of their own, bring one production pool in place at once."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.attacks.operators import COUNTED, FAULT, POOL, SETTINGS, Account, as_it_was, differing, ended
from tests.flows.crash.cases import still
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.nightly,
    pytest.mark.skipif(sys.platform == "win32", reason=reasons.POSIX),
]
LIMITS = ("--limit", "20s", "--total-limit", "40s")
OFFSETS = [number / 10 for number in range(40)]
"""Seconds between the two, from the same moment to about the end of the first."""
LOOK_AGAIN = ("--yes", "--confirm", POOL)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with served(tmp_path / "data", "wrong-client-id") as world:
        yield Account(world, tmp_path / "data")


def taken_as_original(home: Path) -> list[Any]:
    """What the runs below a data folder hold to be the production pool."""
    return [still(json.loads(path.read_bytes())) for path in home.glob("runs/*/pool.json")]


def foreign(before: Any, one: Any) -> list[str]:
    """Paths at which it is neither the pool as it was nor the pool with the fix."""
    parts = ("name", "identity", "properties")
    found = [path for part in parts for path in differing(before.get(part), one.get(part), f"/{part}")]
    return [path for path in found if not COUNTED.search(path) and not SETTINGS.search(path)]


@pytest.mark.parametrize("offset", OFFSETS)
def test_nothing_is_lost_nothing_is_taken_for_anothers_and_each_is_told(
    offset: float, account: Account
) -> None:
    before = account.original()
    environs: list[dict[str, str]] = [{}, {"TROUBLESHOOTER_HOME": f"{account.home}-other"}]
    first = account.started(*account.in_place(*LIMITS))
    time.sleep(offset)
    both = (first, account.started(*account.in_place(*LIMITS), **environs[1]))
    ends = [ended(process) for process in both]

    for home in (account.home, Path(f"{account.home}-other")):
        for one in taken_as_original(home):
            assert foreign(before, one) == []
    for (code, document, err), environ in zip(ends, environs, strict=True):
        assert not FAULT.search(err)
        assert document["exit"] == code
        if code != 0:
            assert all(document["error"][part] for part in ("what", "why", "do"))
            assert "Gave up waiting" not in document["error"]["what"]  # for what the other has made anew
            account.call("runs", "cleanup", document["run"], *LOOK_AGAIN, **environ)
        elif not document["verified"]:  # it came when the other had mended the pool
            assert document["diagnosis"]["findings"] == []
    as_it_was(account, before, fixed=True)
