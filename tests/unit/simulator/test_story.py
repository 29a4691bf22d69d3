from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.world import story

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.simulator.node.story import NodeStory

HANDLER = "Microsoft.Azure.KeyVault.KeyVaultForLinux"


def tell(name: str, index: int = 0) -> NodeStory:
    world = scenarios.build(name, 2, FAST).world
    cohort, machine = list(world.pools[scenarios.POOL].machines.values())[index]
    return story.tell(cohort, machine, world.conditions)


def test_the_log_has_the_extensions_own_form() -> None:
    told = tell("vault-rbac-denied")
    assert told.log_lines[0] == f"2025-09-17 08:41:12: <debug> [Global]\tlogFolder: /var/log/azure/{HANDLER}"
    assert any("[CertificateManager]\tRefreshing 'https://" in line for line in told.log_lines)
    assert told.status == "transitioning"


def test_every_other_node_behind_a_firewall_has_another_story() -> None:
    assert [tell("mixed", index).status for index in (0, 1)] == ["success", "transitioning"]


def test_the_disk_holds_the_settings_as_they_were_sent(tmp_path: Path) -> None:
    write_disk(tmp_path, tell("polling-interval-number"))
    (written,) = tmp_path.glob(f"var/lib/waagent/{HANDLER}-*/config/0.settings")
    handed = json.loads(written.read_text())["runtimeSettings"][0]["handlerSettings"]["publicSettings"]
    assert handed["secretsManagementSettings"]["pollingIntervalInS"] == 3600


def bare(scenario: str) -> NodeStory:
    """Of a node of a pool like the scenario's, without its extensions."""
    world = scenarios.build(scenario, 1, FAST).world
    body = scenarios.pool_body(scenarios.SCENARIOS[scenario], 1)
    body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"] = []
    pool = world.found_pool("bare", body, scenarios.SINCE)
    ((cohort, machine),) = pool.machines.values()
    return story.tell(cohort, machine, world.conditions)


def test_without_the_extension_nothing_of_it_lies_on_the_disk(tmp_path: Path) -> None:
    write_disk(tmp_path, bare("healthy"))
    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"os-release", "waagent.log"}


@pytest.mark.parametrize(
    "scenario", ["agent-legacy", "agent-too-old", "extensions-off", "loader-missing", "mixed"]
)
def test_an_image_with_an_agent_shows_it_without_the_extension_too(tmp_path: Path, scenario: str) -> None:
    write_disk(tmp_path, bare(scenario))
    assert (tmp_path / "var/lib/waagent").is_dir()
    assert (tmp_path / "var/log/waagent.log").is_file()


def test_an_image_without_an_agent_shows_no_trace_of_one(tmp_path: Path) -> None:
    write_disk(tmp_path, bare("vm-agent-absent"))
    assert (tmp_path / "var/log").is_dir()
    assert not list(tmp_path.rglob("waagent*"))
