"""Lint findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from troubleshooter import __version__
from troubleshooter.lint.catalogue import named
from troubleshooter.model.finding import Severity
from troubleshooter.report import escape
from troubleshooter.report.look_up import look_up
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from troubleshooter.lint.finding import Ignored, LintFinding
    from troubleshooter.model.extension import Extension

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(
    findings: Iterable[tuple[LintFinding, Ignored | None]],
    failures: Sequence[str] = (),
    known: Sequence[Extension] = (),
) -> dict[str, Any]:
    """One run with all findings, each with who ignores it, and with what could not be read."""
    listed = list(findings)
    rules: dict[str, LintFinding] = {}
    for finding, _ in listed:
        rules.setdefault(finding.id, finding)
    places = {identity: index for index, identity in enumerate(rules)}
    driver = {
        "name": "troubleshooter",
        "version": __version__,
        "rules": [_rule(finding, known) for finding in rules.values()],
    }
    told = [{"level": "error", "message": _message(failure)} for failure in failures]
    invocation: dict[str, Any] = {"executionSuccessful": not failures}
    if told:
        invocation["toolExecutionNotifications"] = told
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "results": [_result(finding, places[finding.id], ignored) for finding, ignored in listed],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: LintFinding, known: Iterable[Extension]) -> dict[str, Any]:
    """As the catalogue has it, or by what the finding says itself."""
    check = named(finding.id, known)
    rule: dict[str, Any] = {
        "id": visible(finding.id),
        "shortDescription": _message(check.title if check else finding.id.replace("-", " ")),
        "fullDescription": _message(check.why if check else finding.why),
        "help": _message(look_up(finding.id)),
        "defaultConfiguration": {"level": _LEVELS[check.severity[0] if check else finding.severity]},
    }
    if finding.sources and escape.is_web_address(finding.sources[0]):
        rule["helpUri"] = finding.sources[0]
    return rule


def _result(finding: LintFinding, rule: int, ignored: Ignored | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    location: dict[str, Any] = {"physicalLocation": place}
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(finding.path)}]
    if ignored is not None:
        told = {"justification": visible(ignored.why)} if ignored.why else {}
        suppressed = {"suppressions": [{"kind": "external", **told}]}
    else:
        suppressed = {}
    cure = f" Fix: {finding.fix.summary}." if finding.fix else ""
    return {
        "ruleId": visible(finding.id),
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": _message(f"{finding.message}. {finding.why}{cure}"),
        "locations": [location],
        **suppressed,
    }


def _message(text: str) -> dict[str, str]:
    return {"text": escape.sarif(text)}


def _uri(file: str) -> str:
    """A file's name as a relative reference; a colon or a space in it would make it something else.

    So would a second slash at its beginning: the name of another machine.
    """
    if file == "-":
        return "stdin"
    path = file.replace("\\", "/")
    return quote(os.fsencode("/" + path.lstrip("/") if path.startswith("//") else path))
