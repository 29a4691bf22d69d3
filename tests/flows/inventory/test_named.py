"""A pool that is given by its name: found, shown with its id, confirmed before anything is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.flows.inventory.estate import SECOND, account, usual
from troubleshooter.simulator.scenarios.ground import SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.flows.inventory.conftest import Azure

GROUP = "/resourceGroups/rg-contoso-batch/providers/Microsoft.Batch/batchAccounts"
GOOD = f"/subscriptions/{SUBSCRIPTION}{GROUP}/contosobatch/pools/good"
ETL = f"/subscriptions/{SUBSCRIPTION}{GROUP}/contosoother/pools/etl"
OTHER_ETL = f"/subscriptions/{SECOND}{GROUP}/fabrikambatch/pools/etl"
ROAD = ("--allow-from", "127.0.0.1/32", "--answer", "next=look")


def changes(world: Azure) -> set[str]:
    return {call["method"] for call in world.calls()} - {"GET", "HEAD"}


@pytest.mark.parametrize("given", ["good", "GOOD", "contosobatch/good"])
def test_a_pool_is_found_by_its_name_and_shown_with_its_id(given: str, azure: Callable[..., Azure]) -> None:
    ended = azure(*usual()).run("check", given, "--output", "json")

    assert (ended.code, ended.document["target"]) == (0, GOOD)
    assert f"Found by its name: {GOOD}" in ended.err


@pytest.mark.parametrize("command", [("check",), ("run", *ROAD, "--yes")])
def test_of_two_with_one_name_none_is_chosen(command: tuple[str, ...], azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    ended = world.run(*command, "etl", "--output", "json")

    assert ended.code == 2
    assert ended.document["candidates"] == [ETL, OTHER_ETL]
    assert ETL in ended.document["error"]["why"]
    assert changes(world) == set()
    assert world.json("runs", "list")["runs"] == []


def test_the_account_or_the_subscription_tells_two_apart(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())

    assert world.json("check", "fabrikambatch/etl")["target"] == OTHER_ETL
    assert world.json("check", "etl", "--subscription", SUBSCRIPTION)["target"] == ETL
    assert world.run("check", "etl", "--resource-group", "rg-nowhere").code == 5


def test_one_that_is_nowhere_is_told_with_what_was_searched(azure: Callable[..., Azure]) -> None:
    error = azure(*usual()).run("check", "nobody", "--output", "json")

    assert error.code == 5
    assert error.document["error"] == {
        "what": "There is no pool nobody.",
        "why": "3 Batch accounts in 2 subscriptions could be looked at, and none has such a pool.",
        "do": "See all that can be read: troubleshooter pools. Or give the pool's whole id.",
    }


def test_what_could_not_be_searched_is_told(azure: Callable[..., Azure]) -> None:
    world = azure(*usual())
    world.fault(match="GET /batchAccounts/fabrikambatch/pools$", status=403)
    error = world.run("check", "nobody", "--output", "json").document["error"]

    assert (
        "1 place could not be read: Azure refused listing the pools of account fabrikambatch." in error["why"]
    )


def test_the_shortest_way_to_a_proof_is_confirmed_as_well(azure: Callable[..., Azure]) -> None:
    world = azure(account("contosoother", "polling-interval-number", pools=("etl",)))
    ended = world.run("run", "etl", "--allow-from", "127.0.0.1/32", "--yes", "--output", "json")

    assert (ended.code, ended.document["error"]["what"]) == (9, "Nobody answered the gate this-pool.")
    assert changes(world) == set()


def test_before_anything_is_written_it_is_confirmed_whatever_yes_says(azure: Callable[..., Azure]) -> None:
    world = azure(account("contosoother", "vault-rbac-denied", pools=("etl",)))
    ended = world.run("run", "etl", *ROAD, "--yes", "--output", "json")

    assert ended.code == 9
    assert ended.document["target"] == ETL
    assert ended.document["error"]["what"] == "Nobody answered the gate this-pool."
    assert f"--answer this-pool={ETL}|stop" in ended.document["error"]["do"]
    assert changes(world) == set()
    states = {step["id"]: step["state"] for step in ended.document["steps"]}
    assert (states["survey"], states["recreate"]) == ("done", "pending")


def test_once_confirmed_it_goes_on(azure: Callable[..., Azure]) -> None:
    world = azure(account("contosoother", "vault-rbac-denied", pools=("etl",)))
    begun = world.json("run", "etl", *ROAD, "--yes")
    gone_on = world.run(
        "runs", "resume", begun["run"], "--yes", "--answer", f"this-pool={ETL}", "--output", "json"
    )

    assert gone_on.code == 3
    assert changes(world) >= {"PUT", "DELETE"}
    assert gone_on.document["changes"]["left"] == []


@pytest.mark.parametrize(
    ("answer", "code"), [("stop", 9), (OTHER_ETL, 2), ("yes", 2), (ETL.replace("etl", "ETL"), 2)]
)
def test_no_other_answer_confirms_it(answer: str, code: int, azure: Callable[..., Azure]) -> None:
    world = azure(account("contosoother", "vault-rbac-denied", pools=("etl",)))
    ended = world.run("run", "etl", *ROAD, "--yes", "--answer", f"this-pool={answer}")

    assert ended.code == code
    assert changes(world) == set()


def test_a_pool_that_was_given_whole_is_not_asked_about(azure: Callable[..., Azure]) -> None:
    world = azure(account("contosoother", "vault-rbac-denied", pools=("etl",)))
    ended = world.run("run", ETL, *ROAD, "--yes", "--until", "recreate", "--output", "json")

    assert "PUT" in changes(world)
    assert ended.document.get("error") is None


def test_the_subscription_that_az_has_chosen_is_looked_at_too(
    azure: Callable[..., Azure], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = azure(*usual())
    (tmp_path / "azureProfile.json").write_text(
        json.dumps({"subscriptions": [{"id": SECOND, "isDefault": True, "user": {"name": "ada"}}]})
    )
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
    listed = json.dumps({"value": [{"subscriptionId": SUBSCRIPTION, "displayName": "Contoso"}]})
    world.fault(match="GET ^/subscriptions$", status=200, body=listed)
    ended = world.run("check", "a", "--output", "json")

    assert ended.document["target"].startswith(f"/subscriptions/{SECOND}/")
    assert "Found by its name: " in ended.err
