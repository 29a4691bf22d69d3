"""In place and back, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.client import Client
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.flows.outside import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "runs", "wrong-client-id") as world:
        yield world


@pytest.mark.slow(every_change=True)
def test_in_place_and_back(world: World) -> None:
    arguments = ("--mode", "in-place", "--answer", "jobs=requeue")
    code, refused = world.call(*world.run[:-2], *arguments)
    assert (code, "--confirm render-pool" in refused["error"]["do"]) == (9, True)
    assert world.call("runs", "list")[1]["runs"] == []

    code, document = world.call(*world.run[:-2], *arguments, "--confirm", "render-pool")
    assert (code, document["verified"], document["changes"]["left"]) == (0, True, [])
    assert [(change["kind"], change["what"]) for change in document["changes"]["changed"]] == [
        ("job", "disabled"),
        ("original-pool", "resized"),
        ("original-pool", "settled"),
        ("job", "enabled"),
    ]
    for twice in ("created", "removed"):
        acts = [change["kind"] for change in document["changes"][twice]]
        assert acts == ["original-pool", "node-user", "original-pool"]

    run = document["run"]
    code, refused = world.call("runs", "restore", run, "--yes")
    assert (code, refused["error"]["do"]) == (9, f"troubleshooter runs restore {run} --confirm render-pool")
    code, restored = world.call("runs", "restore", run, "--confirm", "render-pool")
    assert (code, restored["restored"], restored["differences"]) == (0, True, [])
    assert world.left() == []
    jobs = {job["id"]: job["state"] for job in world.control("GET", "state")["jobs"]}
    assert jobs == {"nightly-frames": "active", "proof-frames": "completed"}


def test_without_an_answer_for_the_jobs_nothing_is_changed(world: World) -> None:
    code, document = world.call(*world.run[:-2], "--mode", "in-place", "--confirm", "render-pool")

    assert code == 9
    assert "gate jobs" in document["error"]["what"]
    assert document["changes"]["changed"] == []


@pytest.mark.slow(every_change=True)
def test_fields_that_azure_does_not_return_are_waived_by_several_answers(world: World) -> None:
    client = Client(world.connection)
    read = client.arm("GET", world.connection["pool_id"]).body
    body = {key: read[key] for key in ("properties", "identity")}
    body["properties"]["userAccounts"] = [{"name": name, "password": "a-password"} for name in ("ada", "bob")]
    rich = f"{client.account_path}/pools/rich"
    assert client.arm("PUT", rich, body).status == 200
    call = ("run", rich, *world.run[2:-2])

    code, document = world.call(*call)
    assert (code, document["changes"]["created"]) == (9, [])
    assert document["error"]["do"].endswith("--answer waive=userAccounts[0].password")
    assert "TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD" in document["error"]["why"]

    waive = [f"--answer=waive=userAccounts[{number}].password" for number in range(2)]
    code, document = world.call(*call, *waive)
    assert (code, document["verified"]) == (0, True)

    supplied = {
        f"TROUBLESHOOTER_SECRET_USERACCOUNTS_{number}_PASSWORD": "Canary-4711-x" for number in range(2)
    }
    code, document = world.call(*call, **supplied)
    assert (code, document["verified"], "Canary-4711" in str(document)) == (0, True, False)
