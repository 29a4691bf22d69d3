"""Lint findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter import __version__
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.lint.finding import LintFinding

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(findings: Iterable[LintFinding]) -> dict[str, Any]:
    """One run with all findings."""
    listed = list(findings)
    rules = {finding.id: finding for finding in listed}
    driver = {
        "name": "troubleshooter",
        "version": __version__,
        "rules": [_rule(finding) for finding in rules.values()],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(finding) for finding in listed]}],
    }


def _rule(finding: LintFinding) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": finding.id, "fullDescription": {"text": finding.why}}
    if finding.sources:
        rule["helpUri"] = finding.sources[0]
    return rule


def _result(finding: LintFinding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": finding.file}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    location = {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.path}]}
    return {
        "ruleId": finding.id,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
    }
