"""The fixes on offer, as what would change: pure functions from findings to choices and to a patch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.model.finding import Finding, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.finding import Diagnosis

_IDENTITY = "${identity}"
_CLIENT = "${identity.client_id}"


@dataclass(frozen=True, slots=True)
class Candidate:
    number: int
    """Counted from 1: the answer to the gate fix=N."""
    finding: Finding
    fix: Fix


def candidates(diagnosis: Diagnosis) -> tuple[Candidate, ...]:
    """The fixes that a run can prove, with their numbers."""
    return tuple(Candidate(number, *pair) for number, pair in enumerate(diagnosis.provable, start=1))


def advice(diagnosis: Diagnosis) -> str:
    """The first fix that says what to do and leaves the doing to the operator; empty when there is none."""
    return next((fix.summary for _, fix in _fixes(diagnosis) if not fix.provable), "")


def _fixes(diagnosis: Diagnosis) -> Iterator[tuple[Finding, Fix]]:
    for finding in diagnosis.findings:
        if finding.severity is Severity.ERROR:
            for fix in finding.fixes:
                yield finding, fix


def filled(fix: Fix, identity: str, definition: Any) -> list[dict[str, Any]]:
    """The fix's patch with the identity put in, where it wants one."""
    text = json.dumps(list(fix.patch))
    if identity:
        text = text.replace(_CLIENT, _escaped(client_id(definition, identity)))
        text = text.replace(_IDENTITY, _escaped(identity))
    patch: list[dict[str, Any]] = json.loads(text)
    return patch


def client_id(definition: Any, identity: str) -> str:
    """The client id that GET shows for an identity of the pool; empty when it shows none."""
    for resource_id, facts in identities(definition).items():
        if resource_id.lower() == identity.lower():
            return str((facts or {}).get("clientId", ""))
    return ""


def identities(definition: Any) -> dict[str, Any]:
    """Resource id to what GET says of it."""
    found: dict[str, Any] = (definition.get("identity") or {}).get("userAssignedIdentities") or {}
    return found


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]
