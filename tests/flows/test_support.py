"""What a plan says where Azure may refuse to make a pool of that image or size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

_REFUSED = "may be refused: "


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("vault-rbac-denied"))


def retired(properties: dict[str, Any]) -> None:
    properties["vmSize"] = "STANDARD_NC6S_V3"
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["imageReference"] |= {"offer": "0001-com-ubuntu-server-focal", "sku": "20_04-lts"}
    machine["nodeAgentSkuId"] = "batch.node.ubuntu 20.04"


def unlisted(properties: dict[str, Any]) -> None:
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["nodeAgentSkuId"] = "batch.node.ubuntu 24.04"


def notes(world: Inside, change: Callable[[dict[str, Any]], None], mode: str) -> list[str]:
    run = world.start(world.make_pool("old-pool", change), mode=mode)
    question = world.drive(run, {"jobs": "wait"}, yes=False).question
    assert question is not None
    assert question.gate == ("route" if mode == "in-place" else "plan")
    return [note for note in question.plan["notes"] if note.startswith(_REFUSED)]


@pytest.mark.parametrize("mode", ["debug-pool", "in-place"])
def test_a_plan_says_that_making_a_pool_may_be_refused(world: Inside, mode: str) -> None:
    image, size = notes(world, retired, mode)
    assert "0001-com-ubuntu-server-focal 20_04-lts until 2025-04-23, which is over" in image
    assert "size STANDARD_NC6S_V3 until 2025-09-30, which is over" in size


@pytest.mark.parametrize("mode", ["debug-pool", "in-place"])
def test_and_of_an_image_that_is_not_listed_with_its_node_agent(world: Inside, mode: str) -> None:
    (image,) = notes(world, unlisted, mode)
    assert image.endswith("is not in Azure's own list of images for batch.node.ubuntu 24.04")


def test_of_what_the_service_takes_nothing_is_said(world: Inside) -> None:
    assert notes(world, lambda _: None, "debug-pool") == []
