"""What Batch takes in the account's region: images with their node agents, and sizes that it supports."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, failed, not_applicable, passed, proof
from troubleshooter.checks.decision.names import account_of
from troubleshooter.checks.reading import below, objects, same
from troubleshooter.model.finding import Fix, Severity, Verdict
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from troubleshooter.model.reply import Facts, Reply

_SOON = 180
"""Days before an end at which it is told."""
_NOT_NOW = "Nodes of the pool came with it before; when Azure gives no more of them is not told."


_MACHINE = ("properties", "deploymentConfiguration", "virtualMachineConfiguration")
_NAMES = ("publisher", "offer", "sku")


def image_is_listed(facts: Facts) -> Outcome:
    """batch-image-not-listed: Batch's list has the pool's image with another node agent, or not at all."""
    machine = below(facts.pool, *_MACHINE)
    reference, agent = below(machine, "imageReference"), str(machine.get("nodeAgentSkuId") or "")
    if reference.get("id"):
        return not_applicable("the image is the operator's own, and Batch lists those of the Marketplace")
    named = tuple(str(reference.get(name) or "") for name in _NAMES)
    if not all(named):
        return not_applicable("the pool does not name an image")
    images = facts.of(Kind.IMAGES, account_of(facts.pool))
    if not images.known:
        return cannot_tell(images)
    found = (one for one in objects(images.body) if all(map(same, map(one.get, _NAMES), named)))
    agents = [str(one.get("agent")) for one in found]
    image = " ".join(named)
    if any(same(one, agent) for one in agents):
        return passed(f"Batch lists {image} with {agent} ({images.name})")
    with_others = f"it lists it with {', '.join(agents)}" if agents else "it does not list it at all"
    return failed(
        f"Batch does not list {image} with {agent}: {with_others}",
        proof(images, "nodeAgentSKUId", ", ".join(agents) or "none"),
        doubt="The list says it itself; what becomes of this pool for it is inferred.",
        severity=Severity.WARNING,
        fixes=(
            Fix(f"Use the node agent {', '.join(agents)}" if agents else "Use an image that Batch lists"),
        ),
    )


def size_is_supported(facts: Facts) -> Outcome:
    """batch-size-support-ends: Azure's list for the region says when Batch's support of the size ends."""
    size = below(facts.pool, "properties").get("vmSize")
    if not isinstance(size, str):
        return not_applicable("the pool does not say its size")
    sizes = facts.of(Kind.SIZES, account_of(facts.pool))
    if not sizes.known:
        return cannot_tell(sizes)
    listed = next((one for one in objects(sizes.body) if same(one.get("name"), size)), None)
    if listed is None:
        said = f"Batch does not list the size {size} in the account's region"
        return _aged(sizes, said, "value", size, Severity.WARNING)
    ends = _day(listed.get("batchSupportEndOfLife"))
    if ends is None:
        return passed(f"Batch lists {size} and no end of its support ({sizes.name})")
    return _until(facts, sizes, size, ends)


def _until(facts: Facts, sizes: Reply, size: str, ends: date) -> Outcome:
    if facts.now is None:
        return Outcome(Verdict.UNKNOWN, missing="it is not known which day it is")
    left = (ends - facts.now.date()).days
    if left > _SOON:
        return passed(f"Batch supports {size} until {ends} ({sizes.name})")
    said = f"Batch's support of the size {size} {'ended' if left < 0 else 'ends'} {ends}"
    severity = Severity.WARNING if left < 0 else Severity.INFO
    return _aged(sizes, said, "value.batchSupportEndOfLife", str(ends), severity)


def _aged(sizes: Reply, said: str, field: str, value: str, severity: Severity) -> Outcome:
    return failed(
        said,
        proof(sizes, field, value),
        doubt=_NOT_NOW,
        severity=severity,
        fixes=(Fix("Choose a size that Batch lists for the region without an end"),),
    )


def _day(told: Any) -> date | None:
    try:
        return date.fromisoformat(str(told)[:10])
    except ValueError:
        return None
