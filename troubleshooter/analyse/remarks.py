"""What findings say about each other, and nodes about findings, in words at the end of an explanation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from troubleshooter.model.finding import Finding

_NAMED = 3


def remarked(
    findings: Iterable[Finding], nodes: Collection[str], succeeded: Collection[str]
) -> tuple[Finding, ...]:
    """Say it anew, in place of what was said before more was known."""
    found = tuple(findings)
    known = {finding.id: finding.title for finding in found}
    return tuple(_with_remark(finding, known, nodes, succeeded) for finding in found)


def _with_remark(
    finding: Finding, known: Mapping[str, str], nodes: Collection[str], succeeded: Collection[str]
) -> Finding:
    plain = finding.explanation.removesuffix(finding.remark)
    symptoms = [known[name] for name in finding.explains if name in known]
    said = [f"It is not of this incident: {finding.apart}."] if finding.apart else []
    said += [f"This explains: {'; '.join(symptoms)}."] if symptoms else []
    if finding.nodes and len(nodes) > 1:
        said.append(_spread(finding.nodes, nodes, succeeded))
    remark = "".join(f" {sentence}" for sentence in said)
    return replace(finding, explanation=plain + remark, remark=remark)


def _spread(hit: Collection[str], nodes: Collection[str], succeeded: Collection[str]) -> str:
    if set(hit) >= set(nodes):
        count = "Both" if len(nodes) == 2 else f"All {len(nodes)}"
        all_of_them = f"{count} nodes that were read have it"
        return f"{all_of_them}: that points at the configuration, not at a node."
    well = [node for node in succeeded if node not in hit]
    others = len(nodes) - len(hit)
    some = f"{len(hit)} of {len(nodes)} nodes that were read have it ({_names(hit)})"
    if len(well) == others:
        it = "that node" if len(hit) == 1 else "those nodes"
        rest = "the other reports" if others == 1 else f"the other {others} report"
        return f"{some}; {rest} success: look for what differs on {it}."
    if well:
        return f"{some}; {len(well)} of the others report success ({_names(well)}), the rest say nothing."
    rest = "node" if others == 1 else f"{others} nodes"
    return f"Seen on {_names(hit)}; what was read of the other {rest} tells it neither way."


def _names(nodes: Collection[str]) -> str:
    more = f" and {len(nodes) - _NAMED} more" if len(nodes) > _NAMED else ""
    return ", ".join(list(nodes)[:_NAMED]) + more
