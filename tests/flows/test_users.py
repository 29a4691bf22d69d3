"""A temporary administrator never outlives the collection it was made for, however that ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.flows.inside import Inside
from troubleshooter.errors import ExitCode
from troubleshooter.model.change import NODE_USER
from troubleshooter.model.step import StepState
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from troubleshooter.simulator.server import Simulator


@pytest.fixture(autouse=True)
def nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test signs in with is forgotten after it."""
    for name in (
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_AUTHORITY_HOST",
        "NO_PROXY",
    ):
        monkeypatch.setenv(name, "")


@pytest.fixture
def world(simulator: Callable[..., Simulator], tmp_path: Path) -> Iterator[Inside]:
    inside = Inside(simulator("wrong-client-id").connection, tmp_path / "runs")
    yield inside
    inside.bench.close()


def users(world: Inside) -> list[str]:
    pools = world.state()["pools"]
    return [user for pool in pools for node in pool["nodes"] for user in node["users"]]


def test_a_collection_that_breaks_leaves_no_user_on_the_node(world: Inside) -> None:
    """Where the evidence belongs lies something that is no folder: nothing can be kept."""
    run = world.start()
    world.drive(run, {}, until="wait-for-idle")
    folder = world.home / "runs" / run.id / "files"
    for kept in folder.iterdir() if folder.is_dir() else ():
        kept.rename(folder.parent / f"earlier-{kept.name}")
    if folder.is_dir():
        folder.rmdir()
    folder.write_bytes(b"no folder")
    ended = ""
    try:
        state = world.resumed(run)
        ended = state.step("collect").state
    except OSError as error:
        ended = type(error).__name__

    assert ended != StepState.DONE, "it broke"
    assert world.client.control("GET", "/calls")["calls"]
    made = [c for c in world.client.control("GET", "/calls")["calls"] if c["path"].endswith("/users")]
    assert made, "a user was there to be removed"
    assert users(world) == []
    state = world.bench.read(run.id)
    assert [change.id for change in state.open_changes if change.kind == NODE_USER] == []


@pytest.mark.parametrize(
    "habits",
    [
        Habits(expiry_cut=True),
        Habits(expiry_cut=False),
        Habits(refused_keys=frozenset({"ssh-ed25519"})),
        Habits(refused_keys=frozenset({"ssh-rsa"})),
        pytest.param(Habits(users_after=20.0), marks=pytest.mark.slow),
    ],
    ids=["expiry cut", "expiry kept", "RSA", "ed25519", "refused for 20 s"],
)
def test_however_azure_takes_a_user_the_run_ends_the_same(
    simulator: Callable[..., Simulator], tmp_path: Path, habits: Habits
) -> None:
    world = Inside(simulator("wrong-client-id", habits=habits).connection, tmp_path / "runs")
    state = world.drive(world.start(), {})

    assert (state.verified, state.open_changes) == (True, ())
    assert state.diagnosis.findings[0].id == "imds-identity-not-found"
    assert state.step("collect").exit_code == ExitCode.DONE
    assert users(world) == []
    world.bench.close()


@pytest.mark.parametrize("says", [True, False], ids=["the node says where", "it does not"])
def test_nodes_are_reached_where_their_port_22_is(world: Inside, says: bool) -> None:
    """The remote login settings name another port, as that of RDP where a pool maps both."""
    if says:
        wrong = json.dumps({"remoteLoginIPAddress": "127.0.0.1", "remoteLoginPort": 1})
        world.client.control(
            "POST", "/fault", {"match": "GET /remoteloginsettings", "body": wrong, "times": 9}
        )
    else:
        world.client.control(
            "POST", "/fault", {"match": "GET /nodes/[^/]+$", "drop": ["endpointConfiguration"], "times": 9}
        )
    state = world.drive(world.start(), {}, until="collect")

    assert state.step("collect").exit_code == ExitCode.DONE
    assert state.step("collect").state is StepState.DONE
