from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.around.conditions import Compute, Flaw
from troubleshooter.simulator.extension import trouble
from troubleshooter.simulator.scenarios import WELL
from troubleshooter.simulator.scenarios.agent import custom_image, with_flaws
from troubleshooter.simulator.scenarios.ground import extension_of, working_pool

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions


def codes(body: dict[str, Any], conditions: Conditions) -> list[str]:
    return [error.code for error in trouble.of_nodes(body["properties"], conditions)]


def test_node_errors_follow_from_image_and_packages() -> None:
    packaged = custom_image(working_pool(1))
    packaged["properties"]["applicationPackages"] = [{"id": "/a/applications/tool", "version": "1"}]
    assert codes(working_pool(1), WELL) == []
    assert codes(packaged, with_flaws()) == ["ApplicationPackageError"]
    assert codes(packaged, replace(with_flaws(), packages=("tool:1",))) == []
    assert codes(packaged, replace(with_flaws(Flaw.DISK_FULL), packages=("tool:1",))) == ["DiskFull"]
    mismatch = replace(with_flaws(system="almalinux-9"), packages=("tool:1",))
    assert codes(packaged, mismatch) == ["BatchAgentInstallationFailure"]


@pytest.mark.parametrize(
    ("conditions", "version", "code"),
    [
        (replace(WELL, compute=Compute(locked=True)), "3.0", "AllocationFailed"),
        (replace(WELL, compute=Compute(slow=True)), "3.0", "AllocationTimedout"),
        (WELL, "3.9", "AllocationFailed"),
        (WELL, "7.0", "AllocationFailed"),
        (WELL, "3.5", None),
    ],
)
def test_a_resize_fails_as_the_platform_and_the_definition_say(
    conditions: Conditions, version: str, code: str | None
) -> None:
    world = scenarios.build("healthy", 1, FAST).world
    world.conditions = conditions
    body = working_pool(2)
    extension_of(body)["typeHandlerVersion"] = version
    pool = world.put_pool("new", body, None, "*")
    assert [error.code for error in pool.resize_errors] == ([code] if code else [])
    assert len(pool.machines) == (0 if code else 2)


def test_a_spot_node_counts_against_its_own_quota() -> None:
    world = scenarios.build("healthy", 1, FAST).world
    world.account = replace(world.account, spot_quota=2)
    body = working_pool(0)
    body["properties"]["scaleSettings"]["fixedScale"]["targetLowPriorityNodes"] = 3
    pool = world.put_pool("new", body, None, "*")
    assert [error.code for error in pool.resize_errors] == ["AccountLowPriorityCoreQuotaReached"]
    assert [machine.dedicated for _, machine in pool.machines.values()] == [False]
