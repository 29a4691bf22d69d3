"""What the service itself says of an image and of a size goes before what was announced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.analyse.sources import BOOK
from tests.unit.lint.pools import good, machine
from troubleshooter.diagnosis import diagnosis
from troubleshooter.lint import supported
from troubleshooter.lint.ends import TODAY
from troubleshooter.model.finding import Confidence
from troubleshooter.model.support import Support

if TYPE_CHECKING:
    from troubleshooter.model.finding import Finding

IMAGE, AGENT = "canonical 0001-com-ubuntu-server-focal 20_04-lts", "batch.node.ubuntu 20.04"
LISTED = Support("2026-11-25", IMAGE, AGENT, (AGENT,), size="Standard_DS2_v2")


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TODAY, "2026-11-25")


def heard(said: Support, *announced: str) -> list[tuple[str, str]]:
    return [(one.id, str(one.severity)) for one in supported.findings(said, announced)]


@pytest.mark.parametrize(
    ("ends", "severity"),
    [("2025-04-23", "warning"), ("2026-11-24", "warning"), ("2026-11-25", "info"), ("2027-05-24", "info")],
)
def test_an_end_is_told_when_it_is_over_or_near(ends: str, severity: str) -> None:
    assert heard(replace(LISTED, image_ends=ends)) == [(supported.SYSTEM, severity)]
    assert heard(replace(LISTED, size_ends=ends)) == [(supported.SIZE, severity)]


def test_a_far_end_is_told_only_where_another_was_announced() -> None:
    far = replace(LISTED, image_ends="2027-05-25", size_ends="2029-01-01")
    assert heard(far) == []
    assert heard(far, supported.SYSTEM) == [(supported.SYSTEM, "info")]
    assert heard(far, supported.SIZE) == [(supported.SIZE, "info")]


def test_without_an_end_nothing_is_told() -> None:
    assert heard(LISTED, supported.SYSTEM, supported.SIZE) == []
    assert heard(Support("2026-11-25")) == []


@pytest.mark.parametrize(
    ("agents", "cure"),
    [((), "Use an image that Batch lists"), (("batch.node.el 9",), "Use the node agent batch.node.el 9")],
)
def test_an_image_that_is_not_listed_with_its_node_agent(agents: tuple[str, ...], cure: str) -> None:
    (found,) = supported.findings(replace(LISTED, agents=agents), ())
    assert (found.id, str(found.severity)) == (supported.NOT_LISTED, "warning")
    assert [fix.summary for fix in found.fixes] == [cure]
    assert ("batch-agent-install-failure" in found.explains) is bool(agents)


def test_a_node_agent_is_the_same_however_it_is_spelt() -> None:
    assert heard(replace(LISTED, agent=AGENT.upper())) == []


def concluded(ends: str) -> dict[str, Finding]:
    """Of a pool with Ubuntu 20.04, whose end was announced, and a size of a family that is to end."""
    pool: dict[str, Any] = good()
    machine(pool)["nodeAgentSkuId"] = AGENT
    pool["properties"]["vmSize"] = "Standard_DS2_v2"
    told = supported.findings(replace(LISTED, image_ends=ends), {supported.SYSTEM})
    return {one.id: one for one in diagnosis((), BOOK, pool, told).findings}


@pytest.mark.parametrize(("ends", "severity"), [("2025-04-30", "warning"), ("2028-01-01", "info")])
def test_what_the_service_says_stands_for_what_was_announced(ends: str, severity: str) -> None:
    found = concluded(ends)[supported.SYSTEM]
    assert (str(found.severity), found.confidence) == (severity, Confidence.LIKELY)
    assert found.title.endswith(ends)
    (proof,) = found.evidence
    assert (proof.file, AGENT in proof.text) == ("Azure's list of 2026-11-25", True)


def test_of_what_the_service_says_nothing_the_announced_end_stands() -> None:
    found = concluded("2025-04-30")[supported.SIZE]
    assert (str(found.severity), found.confidence) == ("info", Confidence.POSSIBLE)
