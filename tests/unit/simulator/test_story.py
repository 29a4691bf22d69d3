from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troubleshooter.simulator import scenarios, story
from troubleshooter.simulator.clock import FAST
from troubleshooter.simulator.node.disk import write_disk

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


def test_without_the_extension_nothing_of_it_lies_on_the_disk(tmp_path: Path) -> None:
    world = scenarios.build("healthy", 1, FAST).world
    body = scenarios.pool_body(scenarios.SCENARIOS["healthy"], 1)
    body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"] = []
    pool = world.found_pool("bare", body, scenarios.SINCE)
    ((cohort, machine),) = pool.machines.values()
    write_disk(tmp_path, story.tell(cohort, machine, world.conditions))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["os-release"]
