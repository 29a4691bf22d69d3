"""What a node meets first goes first, unless a node was seen to have come further."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from troubleshooter.checks import ROWS
from troubleshooter.checks.way import as_met, stage
from troubleshooter.model.evidence import PROBE, Evidence
from troubleshooter.model.finding import Confidence, Diagnosis, Finding, Severity


def finding(name: str, confidence: Confidence = Confidence.LIKELY, **more: Any) -> Finding:
    return Finding(name, Severity.ERROR, confidence, name.upper(), (), "So it is.", **more)


NO_ROLE = finding("kv-403-rbac", Confidence.CONFIRMED)
CLOSED = finding("kv-403-firewall")
DAMAGED = finding("agent-manifest-missing", nodes=("n1", "n2"))


def order(
    *found: Finding, nodes: tuple[str, ...] = ("n1", "n2"), succeeded: tuple[str, ...] = ()
) -> list[str]:
    said = as_met(Diagnosis(found, nodes=nodes, succeeded=succeeded))
    return [one.id for one in said.findings]


def test_rows_stand_in_the_order_of_the_way() -> None:
    stages = [number for row in ROWS if (number := stage(row.id)) is not None]
    assert len(stages) > 12
    assert stages == sorted(stages)


def test_the_door_is_met_before_a_right_is_asked_for() -> None:
    said = as_met(Diagnosis((NO_ROLE, CLOSED)))

    assert [one.id for one in said.findings] == ["kv-403-firewall", "kv-403-rbac"]
    assert said.findings[1].explanation.endswith("only once this is mended: KV-403-FIREWALL.")
    assert said.findings[0] == CLOSED


def test_what_nodes_meet_before_anything_of_the_vault_goes_first() -> None:
    assert order(NO_ROLE, CLOSED, DAMAGED) == ["agent-manifest-missing", "kv-403-firewall", "kv-403-rbac"]


def test_what_some_nodes_met_hides_nothing_of_the_others() -> None:
    some = replace(DAMAGED, nodes=("n1",))
    assert order(NO_ROLE, some) == ["kv-403-rbac", "agent-manifest-missing"]
    assert order(NO_ROLE, some, succeeded=("n2",)) == ["agent-manifest-missing", "kv-403-rbac"]


def test_what_azure_tells_of_the_pool_holds_for_nodes_that_no_log_was_read_of() -> None:
    """A debug pool's log says it of its own node, and Azure's record of them all."""
    closed = replace(CLOSED, nodes=("debug",))
    record = Evidence("vault", 0, "networkAcls", source="azure", call="GET vault", field="networkAcls")
    view = replace(record, node="debug")

    assert order(NO_ROLE, closed) == ["kv-403-rbac", "kv-403-firewall"]
    assert order(NO_ROLE, replace(closed, evidence=(view,))) == ["kv-403-rbac", "kv-403-firewall"]
    assert order(NO_ROLE, replace(closed, evidence=(record,))) == ["kv-403-firewall", "kv-403-rbac"]


def test_a_node_that_was_refused_had_come_that_far() -> None:
    refused = replace(NO_ROLE, nodes=("n1", "n2"))
    assert order(refused, CLOSED, DAMAGED) == ["kv-403-rbac", "agent-manifest-missing", "kv-403-firewall"]


@pytest.mark.parametrize(
    "first",
    [
        replace(CLOSED, severity=Severity.WARNING),
        replace(CLOSED, confidence=Confidence.POSSIBLE),
        replace(CLOSED, another=True),
        replace(CLOSED, elsewhere=True),
        replace(CLOSED, apart="it was before"),
        finding("batch-node-unusable"),
    ],
)
def test_what_may_not_be_so_or_is_met_elsewhere_hides_nothing(first: Finding) -> None:
    assert order(NO_ROLE, first) == [NO_ROLE.id, first.id]


def test_of_one_stage_the_order_stays() -> None:
    policy = finding("kv-403-access-policy")
    assert order(NO_ROLE, policy) == ["kv-403-rbac", "kv-403-access-policy"]
    assert order(policy, NO_ROLE) == ["kv-403-access-policy", "kv-403-rbac"]


def test_what_only_a_probe_met_stands_behind_what_the_extension_meets_first() -> None:
    """Who asks a node itself comes to what its extension never does."""
    ask = Evidence("answers/probe.txt", 3, "vault fail: 403", "tvm-1", source=PROBE)
    probed = replace(finding("kv-403-rbac", nodes=("tvm-1",)), evidence=(ask,))
    logged = finding("kv-uri-no-hostname", nodes=("tvm-1",))
    said = as_met(Diagnosis((probed, logged), nodes=("tvm-1",)))
    assert [one.id for one in said.findings] == ["kv-uri-no-hostname", "kv-403-rbac"]
    both = replace(probed, evidence=(ask, Evidence("akvvm.log", 7, "403", "tvm-1")))
    assert as_met(Diagnosis((both, logged), nodes=("tvm-1",))).root_cause == "kv-403-rbac"
