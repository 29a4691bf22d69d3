"""The simulated Azure answers in each world what its file says that Azure answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from tests.worlds.read import FILES, scene, told
from troubleshooter.simulator.around.clock import FAST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.simulator.server import Simulator

ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments"


def ask(client: Client, path: str, version: str) -> Any:
    answered = client.arm("GET", path, query={"api-version": version})
    assert answered.status == 200, path
    return answered.body


def text(value: Any) -> Any:
    """Ids and names without regard to capitals, empty lists as absent; rights to keys are not simulated."""
    match value:
        case dict():
            kept = {
                key: inner for key, inner in value.items() if inner not in ([], None, "") and key != "keys"
            }
            return {key: text(inner) for key, inner in kept.items()}
        case list():
            return [text(inner) for inner in value]
        case str():
            return value.lower()
    return value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[:2])
def test_what_the_file_says_is_what_azure_answers(file: Path, simulator: Callable[..., Simulator]) -> None:
    client, said = Client(simulator((scene(file),)).connection), told(file)
    for place, body in said["identities"].items():
        shown = ask(client, place, "2024-11-30")["properties"]
        assert shown == {key: body["properties"][key] for key in shown}
    place = said["vault"]["id"]
    shown = ask(client, place, "2023-07-01")["properties"]
    for key in ("tenantId", "publicNetworkAccess", "accessPolicies"):
        assert text(shown.get(key)) == text(said["vault"]["properties"].get(key)), key
    listed = ask(client, f"{place}{ASSIGNMENTS}", "2022-04-01")["value"]
    above = [one["properties"] for one in said["roleAssignments"]]
    assert {one["properties"]["principalId"] for one in listed} <= {one["principalId"] for one in above}
    for place, body in said["network"].items():
        if "value" not in body and "/A/" not in place:
            shown = ask(client, place, "2025-05-01")["properties"]
            assert {key for key in body["properties"] if key not in shown} == set(), place


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[:2])
def test_the_data_plane_shows_or_refuses_what_the_file_says(
    file: Path, simulator: Callable[..., Simulator]
) -> None:
    client, said = Client(simulator((scene(file),)).connection), told(file)
    vault = said["vault"]["name"]
    seen = 0
    for one in said["secrets"]:
        if "call" in one and "/versions" in one["call"] and one["status"] != 404:
            path = one["call"].partition(".net")[2]
            refused = client.vault(f"/{vault}{path}")
            assert (refused.status, refused.body["error"]["code"]) == (one["status"], one["error"]["code"])
            assert refused.body["error"].get("innererror") == one["error"].get("innererror")
            seen += 1
        elif one.get("id", "").startswith("https://") and "recoveryId" not in one:
            path, _, version = one["id"].partition(".net")[2].rpartition("/")
            answered = client.vault(f"/{vault}{path}/{'policy' if version == 'policy' else 'versions'}")
            assert answered.status == 200, one["id"]
            seen += 1
            if version != "policy":
                (found,) = (each for each in answered.body["value"] if each["id"].endswith(version))
                assert found["attributes"]["enabled"] == one["attributes"]["enabled"]
    assert seen


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem[:2])
def test_the_nodes_fail_where_something_is_wrong(file: Path) -> None:
    world = scene(file).world
    ((pool,), said) = (world.all_pools(), told(file))
    fates = [cohort.fates(machine, world.conditions)[0] for cohort, machine in pool.machines.values()]
    by_groups = file.stem.startswith("05")  # nobody outside sees who is in them; here the identity is in none
    wrong = said["expected"]["root_cause"] is not None or by_groups
    assert {fate is not None and fate.status == "success" for fate in fates} == {not wrong}
    assert world.clock is FAST
