"""What the service itself says of a pool's image and size, as findings: it goes before what was announced."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from troubleshooter.lint.ends import known as announced
from troubleshooter.lint.ends import today
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import Confidence, Finding, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from troubleshooter.model.support import Support

SYSTEM, SIZE, NOT_LISTED = "batch-system-support-ends", "batch-size-support-ends", "batch-image-not-listed"
_IMAGES = "https://learn.microsoft.com/rest/api/batchservice/pools/list-supported-images"
_SIZES = "https://learn.microsoft.com/rest/api/batchmanagement/location/list-supported-virtual-machine-skus"
_INFERRED = "Azure's list says it itself; what becomes of this pool for it is inferred."
_NODES_GO = ("batch-allocation-failed", "batch-resize-timeout", "batch-node-unusable-no-error")


def findings(said: Support, settled: Collection[str]) -> Iterator[Finding]:
    """Of what is over or soon is, and of what is announced otherwise: `settled` are the ids that say so."""
    if said.image_ends and (_near(said.image_ends) or SYSTEM in settled):
        what, instead = f"image {said.image} with {said.agent}", "an image that Batch lists without an end"
        yield _end(SYSTEM, what, said.image_ends, said.asked, instead, _IMAGES)
    if said.size_ends and (_near(said.size_ends) or SIZE in settled):
        what, instead = f"size {said.size}", "a size of a newer family that Batch lists for the region"
        yield _end(SIZE, what, said.size_ends, said.asked, instead, _SIZES)
    if not said.listed:
        yield _not_listed(said)


def _near(day: str) -> bool:
    return (date.fromisoformat(day) - today()).days <= announced().soon_days


def _end(name: str, what: str, ends: str, asked: str, instead: str, source: str) -> Finding:
    over = today() > date.fromisoformat(ends)
    return Finding(
        name,
        Severity.WARNING if over else Severity.INFO,
        Confidence.LIKELY,
        f"Batch's support of {what} {'ended' if over else 'ends'} {ends}",
        (Evidence(f"Azure's list of {asked}", 0, f"batchSupportEndOfLife of {what}: {ends}"),),
        "From then on Batch takes no new pool with it, and may take a pool's nodes down to none: the service"
        " says the day itself, which goes before what was announced.",
        fixes=(Fix(f"Use {instead}"),),
        sources=(source,),
        why_not_surer=_INFERRED,
        explains=_NODES_GO if over else (),
    )


def _not_listed(said: Support) -> Finding:
    others = ", ".join(said.agents)
    return Finding(
        NOT_LISTED,
        Severity.WARNING,
        Confidence.LIKELY,
        f"Batch does not list {said.image} with {said.agent}",
        (
            Evidence(
                f"Azure's list of {said.asked}",
                0,
                f"{said.image}: {f'with {others}' if others else 'not there'}",
            ),
        ),
        "The list names all images that Batch supports, each with its agents (documented). With one that is"
        " not there a new pool may be refused, or its nodes may not come (inferred).",
        fixes=(Fix(f"Use the node agent {others}" if others else "Use an image that Batch lists"),),
        sources=(_IMAGES,),
        why_not_surer=_INFERRED,
        explains=("batch-agent-install-failure",) if others else (),
    )
