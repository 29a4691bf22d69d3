"""What only nodes with other addresses than the pool's own say about addresses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.unit.analyse.sources import BOOK
from troubleshooter.analyse import analyse
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.facts import KnownNodes
from troubleshooter.model.finding import Confidence, Severity

if TYPE_CHECKING:
    from troubleshooter.model.finding import Finding

_HEAD = b"2026-05-16 19:49:22: <info> [CertificateManager] failed with exception: "
FIREWALL = (
    _HEAD + b'Client address (10.0.0.4) is not authorized; "innererror":{"code":"ForbiddenByFirewall"}\n'
)
ROLE = _HEAD + b'"DecisionReason": "DeniedWithNoValidRBAC", "innererror":{"code":"ForbiddenByRbac"}\n'


def found(says: dict[str, bytes], *elsewhere: str, **known: frozenset[str]) -> dict[str, Finding]:
    files = [
        SourceFile("akvvm_service.log", lambda text=text: io.BytesIO(text), node)  # type: ignore[misc]  # bound at once
        for node, text in says.items()
    ]
    nodes = KnownNodes(frozenset(elsewhere), **known)
    return {each.id: each for each in analyse(files, BOOK, nodes=nodes).findings}


def test_it_is_a_remark_and_no_cause() -> None:
    told = found({"debug-1": FIREWALL, "debug-2": FIREWALL}, "debug-1", "debug-2")["kv-403-firewall"]
    assert (told.severity, told.confidence, told.elsewhere) == (Severity.WARNING, Confidence.POSSIBLE, True)
    assert (told.fixes, told.explains) == ((), ())
    assert told.why_not_surer == "No node with the pool's own addresses said so."
    assert told.nodes == ("debug-1", "debug-2")


def test_what_a_node_of_its_own_says_counts_alone() -> None:
    told = found({"own-1": FIREWALL, "debug-1": FIREWALL}, "debug-1")["kv-403-firewall"]
    assert (told.severity, told.confidence, told.elsewhere) == (Severity.ERROR, Confidence.CONFIRMED, False)
    assert told.nodes == ("own-1",)
    assert told.fixes


@pytest.mark.parametrize("elsewhere", [(), ("another",)])
def test_where_nobody_has_another_address_it_is_a_cause(elsewhere: tuple[str, ...]) -> None:
    assert found({"n1": FIREWALL}, *elsewhere)["kv-403-firewall"].severity is Severity.ERROR


def test_what_is_not_about_addresses_is_a_cause_wherever_it_was_seen() -> None:
    assert found({"debug-1": ROLE}, "debug-1")["kv-403-rbac"].severity is Severity.ERROR


PUBLIC = FIREWALL.replace(b"10.0.0.4", b"203.0.113.9")
DEBUG = frozenset({"debug-1"})


@pytest.mark.parametrize(
    ("says", "sure"),
    [
        ({"debug-1": PUBLIC}, "likely"),
        ({"debug-1": FIREWALL}, "confirmed"),  # an address of the subnet that both pools are in
        ({"debug-1": PUBLIC, "own-1": PUBLIC}, "confirmed"),
        ({"own-1": PUBLIC}, "confirmed"),
    ],
)
def test_what_a_vault_answers_another_pools_address_is_certain_of_that_pool_alone(
    says: dict[str, bytes], sure: str
) -> None:
    told = found(says, beside=DEBUG)["kv-403-firewall"]
    assert (told.severity, str(told.confidence)) == (Severity.ERROR, sure)
    assert ("each pool has public addresses of its own" in told.why_not_surer) is (sure == "likely")
    assert told.fixes


@pytest.mark.parametrize(
    ("says", "strangers", "sure"),
    [
        ({"debug-1": ROLE}, frozenset[str](), "confirmed"),
        ({"debug-1": ROLE}, DEBUG, "likely"),
        ({"debug-1": ROLE, "own-1": ROLE}, DEBUG, "confirmed"),
    ],
)
def test_what_a_vault_answers_another_identity_is_certain_of_that_one_alone(
    says: dict[str, bytes], strangers: frozenset[str], sure: str
) -> None:
    told = found(says, beside=DEBUG, strangers=strangers)["kv-403-rbac"]
    assert (told.severity, str(told.confidence)) == (Severity.ERROR, sure)
    assert ("another identity" in told.why_not_surer) is (sure == "likely")
