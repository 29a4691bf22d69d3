"""What `runs cleanup` removes, with and without the journal, and its receipt."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.flows.outside import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "runs", "auth-settings-misplaced") as world:
        yield world


@pytest.fixture
def run(world: World) -> str:
    """A run that stopped with a pool in Azure."""
    code, document = world.call(*world.run[:-2], "--until", "wait-for-idle")
    assert world.left() == [f"render-pool-dbg-{document['run']}"]
    assert code in {0, 3, 4, 8}
    return str(document["run"])


def account_id(world: World) -> str:
    return str(world.connection["pool_id"]).rpartition("/pools/")[0]


def ids(listed: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in listed]


def test_the_journal_and_the_mark_suffice_with_yes(world: World, run: str) -> None:
    code, receipt = world.call("runs", "cleanup", run, "--yes")
    name = f"render-pool-dbg-{run}"
    assert (code, ids(receipt["created"]), ids(receipt["removed"]), receipt["left"]) == (
        0,
        [name],
        [name],
        [],
    )
    assert world.left() == []


def test_nobody_agreeing_removes_nothing(world: World, run: str) -> None:
    code, document = world.call("runs", "cleanup", run)
    assert code == 9
    assert f"render-pool-dbg-{run}" in document["error"]["what"]
    assert world.left() == [f"render-pool-dbg-{run}"]


def test_what_azure_will_not_remove_is_left_with_its_reason(world: World, run: str) -> None:
    world.control("POST", "fault", {"match": "DELETE /pools/", "status": 409, "code": "ScopeLocked"})
    code, receipt = world.call("runs", "cleanup", run, "--yes")
    assert code == 8
    assert ids(receipt["left"]) == [f"render-pool-dbg-{run}"]
    assert "ScopeLocked" in receipt["left"][0]["why"]
    assert world.call("runs", "cleanup", run, "--yes")[0] == 0
    assert world.left() == []


def test_without_the_journal_each_pool_wants_its_name(world: World, run: str, tmp_path: Path) -> None:
    elsewhere = {"TROUBLESHOOTER_HOME": str(tmp_path / "lost")}
    name = f"render-pool-dbg-{run}"
    offered = ("runs", "cleanup", run, "--in", account_id(world))
    code, receipt = world.call(*offered, "--yes", **elsewhere)
    assert (code, receipt["removed"], ids(receipt["left"])) == (8, [], [name])
    assert f"--confirm {name}" in receipt["left"][0]["why"]
    code, receipt = world.call(*offered, "--confirm", "another", **elsewhere)
    assert (code, receipt["removed"]) == (8, [])
    code, receipt = world.call(*offered, "--confirm", name, **elsewhere)
    assert (code, ids(receipt["removed"]), receipt["left"]) == (0, [name], [])
    assert world.left() == []
    assert not (tmp_path / "lost").exists()


def test_without_the_journal_only_marked_pools_are_offered(world: World, run: str) -> None:
    original = world.connection["pool"]
    code, receipt = world.call(
        "runs", "cleanup", "00000000", "--in", account_id(world), "--confirm", original
    )
    assert (code, receipt["created"], receipt["removed"], receipt["left"]) == (0, [], [], [])
    names = {pool["name"] for pool in world.control("GET", "state")["pools"]}
    assert names == {original, f"render-pool-dbg-{run}"}


@pytest.mark.parametrize(("run_id", "account"), [("7f3", "ok"), ("7f3a7f3a", "/subscriptions/nowhere")])
def test_what_is_not_named_in_full_is_refused(world: World, run_id: str, account: str) -> None:
    place = account_id(world) if account == "ok" else account
    code, document = world.call("runs", "cleanup", run_id, "--in", place)
    assert code == 2
    assert document["error"]["do"]


@pytest.mark.skipif(os.name == "nt", reason=reasons.POSIX)
def test_the_data_directory_is_its_owners_alone(world: World, run: str) -> None:
    home = Path(world.environ["TROUBLESHOOTER_HOME"])
    everything = [home, *home.rglob("*")]
    assert any(path.name == "owner.sqlite3" for path in everything)
    open_to_others = [str(path) for path in everything if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []
    assert [path for path in everything if path.name.startswith(".new-")] == []


@pytest.mark.slow
def test_a_run_past_its_total_limit_stops_waiting_and_cleans_up(tmp_path: Path) -> None:
    with served(tmp_path / "runs", "auth-settings-misplaced", "--speed", "real") as world:
        code, document = world.call(*world.run[:-2], "--total-limit", "20s")
        assert code == 7
        assert "as long as it may" in document["not_verified_because"]
        assert world.left() == []
