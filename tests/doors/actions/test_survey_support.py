"""The survey asks how long Batch takes the pool's image and size, and what follows stands in its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import Bench
from troubleshooter.actions.findings import concluded
from troubleshooter.actions.survey import survey
from troubleshooter.errors import Interrupted
from troubleshooter.lint.supported import NOT_LISTED, SIZE, SYSTEM
from troubleshooter.model.handover import Surveyed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.doors.account import Account
    from troubleshooter.model.support import Support

    Change = Callable[[dict[str, Any]], object]

UBUNTU = "batch.node.ubuntu"
LISTED = "GET /supportedimages"


def of(offer: str, sku: str, agent: str) -> Change:
    def changed(properties: dict[str, Any]) -> None:
        machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
        reference = {"publisher": "Canonical", "offer": offer, "sku": sku, "version": "latest"}
        machine |= {"imageReference": reference, "nodeAgentSkuId": agent}

    return changed


def own(properties: dict[str, Any]) -> None:
    machine = properties["deploymentConfiguration"]["virtualMachineConfiguration"]
    gallery = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/g/images/i"
    machine["imageReference"] = {"id": gallery}


FOCAL = of("0001-com-ubuntu-server-focal", "20_04-lts", f"{UBUNTU} 20.04")
GONE = of("ubuntuserver", "18.04-lts", f"{UBUNTU} 18.04")
AGENT_OF_ANOTHER = of("0001-com-ubuntu-server-jammy", "22_04-lts", f"{UBUNTU} 24.04")


@pytest.fixture
def surveyed(account: Account, tmp_path: Path) -> Iterator[Callable[[Change], tuple[Bench, Support]]]:
    """A pool so changed, as the survey leaves it: the run, and what it says of support."""
    opened: list[Bench] = []

    def look(change: Change) -> tuple[Bench, Support]:
        bench = Bench(account, tmp_path, account.make_pool(change=change), limit_seconds=20.0)
        opened.append(bench)
        output = survey(bench.tools, bench.ctx("survey")).output
        assert isinstance(output, Surveyed)
        assert output.support is not None
        bench.over("survey", output)
        return bench, output.support

    yield look
    for bench in opened:
        bench.close()


def told(bench: Bench) -> dict[str, str]:
    found = bench.run.state.likely
    assert found is not None
    return {one.id: one.title for one in found.findings if one.id in {SYSTEM, SIZE, NOT_LISTED}}


def test_what_the_service_says_of_an_image(surveyed: Any) -> None:
    bench, said = surveyed(FOCAL)
    assert (said.listed, said.image_ends) == (True, "2025-04-23")
    assert "image Canonical 0001-com-ubuntu-server-focal 20_04-lts" in told(bench)[SYSTEM]
    assert told(bench)[SYSTEM].endswith("ended 2025-04-23")


def test_what_the_service_said_holds_for_the_diagnosis_too(surveyed: Any) -> None:
    bench, _ = surveyed(FOCAL)
    found, _ = concluded(bench.tools, bench.ctx("diagnose"))
    (title,) = (one.title for one in found.findings if one.id == SYSTEM)
    assert "image Canonical 0001-com-ubuntu-server-focal 20_04-lts" in title


def test_an_image_that_the_service_does_not_list(surveyed: Any) -> None:
    bench, said = surveyed(GONE)
    assert (said.listed, said.agents, said.image_ends) == (False, (), "")
    assert NOT_LISTED in told(bench)
    assert SYSTEM in told(bench), "what was announced stands"


def test_an_image_with_the_node_agent_of_another(surveyed: Any) -> None:
    bench, said = surveyed(AGENT_OF_ANOTHER)
    assert (said.listed, said.agents, said.image_ends) == (False, (f"{UBUNTU} 22.04",), "")
    assert "with batch.node.ubuntu 24.04" in told(bench)[NOT_LISTED]


def test_a_size(surveyed: Any) -> None:
    bench, said = surveyed(lambda properties: properties.update(vmSize="STANDARD_NC6S_V3"))
    assert (said.listed, said.size_ends) == (True, "2025-09-30")
    assert told(bench)[SIZE] == "Batch's support of size STANDARD_NC6S_V3 ended 2025-09-30"


def test_of_an_image_of_ones_own_the_service_is_not_asked(surveyed: Any) -> None:
    bench, said = surveyed(own)
    assert (said.listed, said.image, said.image_ends) == (True, "", "")
    assert not [call for call, _ in bench.account.calls() if call == LISTED]
    assert told(bench) == {}


def test_where_it_may_not_be_asked_that_is_noted_and_the_announced_stands(
    account: Account, surveyed: Any
) -> None:
    account.fault(LISTED, status=403, code="AuthorizationFailed", times=9)
    bench, said = surveyed(FOCAL)
    assert (said.image, said.listed) == ("", True)
    noted = [text for text in bench.notes() if "how long Batch takes its image is not known" in text]
    assert len(noted) == 1
    assert told(bench)[SYSTEM] == "Batch's support of Ubuntu 20.04 (batch.node.ubuntu 20.04) ended 2025-04-23"


def test_whoever_stops_the_run_meanwhile_is_heard(account: Account, tmp_path: Path) -> None:
    bench = Bench(account, tmp_path, account.make_pool(change=FOCAL), limit_seconds=20.0)
    account.fault(LISTED, status=503, code="ServerBusy", times=9)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted):
        survey(bench.tools, bench.ctx("survey"))
    bench.close()
