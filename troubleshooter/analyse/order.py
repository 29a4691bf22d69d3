"""Causes before symptoms, then how bad, then how sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.finding import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.model.finding import Finding

_SEVERITIES = tuple(Severity)
_CONFIDENCES = tuple(Confidence)
_UNKNOWN = "extension-failed"
"""The rule that tells of what no other does."""


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst and surest first, each with its causes in front of it."""
    ranked = sorted(findings, key=_rank)
    result: dict[str, Finding] = {}

    def place(finding: Finding, above: frozenset[str]) -> None:
        if finding.id in result or finding.id in above:  # two rules that explain each other end here
            return
        for cause in ranked:
            if finding.id in cause.explains:
                place(cause, above | {finding.id})
        result.setdefault(finding.id, finding)

    for finding in ranked:
        place(finding, frozenset())
    return tuple(result.values())


def surest(*confidences: Confidence) -> Confidence:
    return min(confidences, key=_CONFIDENCES.index)


def worst(*severities: Severity) -> Severity:
    return min(severities, key=_SEVERITIES.index)


def _rank(finding: Finding) -> tuple[int, bool, bool, int, bool, bool, str]:
    """What was seen on a node, or on a line of a file, goes before what was only read in a definition.

    Who knows only that something failed comes behind whoever knows what.
    """
    return (
        _SEVERITIES.index(finding.severity),
        finding.another,  # ours is what somebody asks about
        finding.id == _UNKNOWN,
        _CONFIDENCES.index(finding.confidence),
        not finding.nodes,
        not finding.count,
        finding.id,
    )
