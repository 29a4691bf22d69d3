"""What only nodes with other addresses than the pool's own say about addresses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.unit.analyse.sources import BOOK
from troubleshooter.analyse import analyse
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Confidence, Severity

if TYPE_CHECKING:
    from troubleshooter.model.finding import Finding

_HEAD = b"2026-05-16 19:49:22: <info> [CertificateManager] failed with exception: "
FIREWALL = (
    _HEAD + b'Client address (10.0.0.4) is not authorized; "innererror":{"code":"ForbiddenByFirewall"}\n'
)
ROLE = _HEAD + b'"DecisionReason": "DeniedWithNoValidRBAC", "innererror":{"code":"ForbiddenByRbac"}\n'


def found(says: dict[str, bytes], *elsewhere: str) -> dict[str, Finding]:
    files = [
        SourceFile("akvvm_service.log", lambda text=text: io.BytesIO(text), node)  # type: ignore[misc]  # bound at once
        for node, text in says.items()
    ]
    return {each.id: each for each in analyse(files, BOOK, elsewhere=elsewhere).findings}


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
