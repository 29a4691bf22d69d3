"""The way of a node to its certificate: what is wrong earlier on it hides what is wrong later.

Source of the order at the vault: https://learn.microsoft.com/azure/key-vault/general/authentication#key-vault-request-operation-flow-with-authentication
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.model.evidence import PROBE
from troubleshooter.model.finding import Confidence, Severity

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis, Finding

_WAY = (
    ("batch-way-",),
    ("agent-", "win-", "install-", "svc-"),
    ("kv-config-", "kv-uri-", "kv-auth", "kv-cli-", "kv-settings-", "kv-observed-"),
    ("batch-pool-identity-", "imds-", "msi-"),
    ("net-",),
    ("kv-vault-", "kv-403-public-", "kv-403-firewall"),
    ("kv-401-", "kv-403-rbac", "kv-403-access-policy", "kv-403-policy-obo"),
    ("kv-404-", "kv-409-", "kv-403-secret-", "cert-"),
)
"""By how the ids of findings begin: Batch reaches the machine, which runs the extension, which reads its
settings, gets a token, finds the vault, is let in there, may read, and is given a certificate."""


def stage(finding_id: str) -> int | None:
    """Where on the way it is met; None of what is met anywhere else."""
    return next((number for number, begins in enumerate(_WAY) if finding_id.startswith(begins)), None)


def as_met(said: Diagnosis) -> Diagnosis:
    """The same with each error that no node was seen to meet behind those that a node meets earlier.

    However sure it is: a node comes to it only once these are mended, so that its own log names the first.
    """
    ill = {*said.nodes} - {*said.succeeded}
    placed: dict[str, Finding] = {}

    def place(one: Finding) -> None:
        if one.id in placed:
            return
        before = [each for each in said.findings if _hides(each, one, ill)]
        for each in before:
            place(each)
        placed.setdefault(one.id, _behind(one, before))

    for one in said.findings:
        place(one)
    return replace(said, findings=tuple(placed.values()))


def _hides(first: Finding, second: Finding, ill: set[str]) -> bool:
    """Of something seen on nodes only where all that are ill have it: the others may have come further."""
    if first.severity is not Severity.ERROR or second.severity is not Severity.ERROR or _met(second):
        return False
    if first.confidence is Confidence.POSSIBLE or first.another or first.elsewhere or first.apart:
        return False
    earlier, later = stage(first.id), stage(second.id)
    if earlier is None or later is None or earlier >= later:
        return False
    of_all = any(proof.source == "azure" and not proof.node for proof in first.evidence)
    return of_all or not first.nodes or ({*second.nodes} or ill) <= {*first.nodes}


def _met(one: Finding) -> bool:
    """Whether an extension came so far: who asks a node itself comes to what its extension never does."""
    sources = {place.source for place in one.evidence}
    return bool(one.nodes) and not (PROBE in sources and "" not in sources)


def _behind(one: Finding, before: list[Finding]) -> Finding:
    if not before:
        return one
    titles = "; ".join(each.title for each in before)
    return replace(one, explanation=f"{one.explanation} Nodes come to it only once this is mended: {titles}.")
