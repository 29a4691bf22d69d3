"""What is told of a failure that is another extension's: that first, then where it logs and how bad it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.analyse.rules import ANY
from troubleshooter.model.extension import System
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.analyse.rules import RuleText
    from troubleshooter.analyse.whose import Whose
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.finding import Finding


class Down(NamedTuple):
    """What is known of nodes that do not work."""

    nodes: frozenset[str]
    anywhere: bool
    """Something that is of no node, as an answer is, says so of one."""

    def of(self, finding: Finding) -> bool:
        """Whether a node that it was seen on is down; of what was seen on none, whether any is."""
        return self.anywhere or bool(self.nodes & set(finding.nodes) if finding.nodes else self.nodes)


SYMPTOMS = ("batch-node-unusable", "batch-node-unusable-no-error")
"""What a node that is down because of an extension shows beside it."""
_SMALL = frozenset({"A", "An", "The", "Only", "Programs", "Extensions", "No", "Old"})
"""Words that begin a title and are no name: within a sentence they are small."""
_NOWHERE = (
    " Where it logs is not known here; what became of every extension the guest agent writes to"
    " /var/log/waagent.log or C:\\WindowsAzure\\Logs\\WaAppAgent.log."
)


def told(
    finding: Finding,
    rule: RuleText,
    whose: Whose,
    known: Iterable[Extension],
    system: str,
    *,
    down: bool,
) -> Finding:
    """The finding of a rule for one of the `known`, whose lines are all about another.

    An error where a node is down because of it, else a warning: what it does to the one looked for, nobody
    said. No fix of a pool's settings is for it.
    """
    extensions = tuple(known)
    other = next((one for one in extensions if one.id == whose.id), None)
    ours = next((one.title for one in extensions if one.sought), "")
    name = f"the {other.title} extension" if other and whose.shown == other.id else whose.shown
    return replace(
        finding,
        severity=_severity(finding.severity, down=down),
        title=_title(finding, name, ours),
        explanation=_explanation(finding, other, name, ours, system),
        fixes=tuple(fix for fix in finding.fixes if rule.extension in {ANY, whose.id} and not fix.provable),
        confirm=finding.confirm if rule.extension in {ANY, whose.id} else (),
        explains=(*finding.explains, *SYMPTOMS) if down else finding.explains,
        extension=whose.id,
        another=True,
    )


def _severity(severity: Severity, *, down: bool) -> Severity:
    return Severity.WARNING if severity is Severity.ERROR and not down else severity


def _title(finding: Finding, name: str, ours: str) -> str:
    first, _, rest = finding.title.partition(" ")
    because = f"{first.lower() if first in _SMALL else first} {rest}"
    if finding.severity is Severity.ERROR:
        return f"Not the {ours} extension: {name} failed, because {because}"
    return f"Not the {ours} extension, but {name}: {because}"


def _explanation(finding: Finding, other: Extension | None, name: str, ours: str, system: str) -> str:
    whose = f" {name} is another extension; whether the {ours} extension is hit as well is not said there."
    rules = f" There are no rules of its own for {name} yet, only those of the guest agent and of Azure."
    return f"{finding.explanation}{whose}{_logs(other, system)}{rules}"


def _logs(other: Extension | None, system: str) -> str:
    """Of the system, where it is known."""
    editions = [other.edition(one) for one in System if system in {"", one.value}] if other else []
    logs = [place for edition in editions for place in edition.logs]
    if not logs:
        return _NOWHERE
    status = [place for edition in editions for place in edition.status]
    also = f", its status: {' and '.join(status)}" if status else ""
    return f" Its own log: {' and '.join(logs)}{also}."


def not_told_otherwise(findings: tuple[Finding, ...], fallbacks: Iterable[RuleText]) -> tuple[Finding, ...]:
    """Without what a fallback says of an extension on a file where a rule that knows the error says more."""
    general = {rule.id: {rule.id, *rule.general} for rule in fallbacks}
    return tuple(
        finding
        for finding in findings
        if finding.id not in general
        or not any(
            one.id not in general[finding.id]
            and one.extension == finding.extension
            and one.severity is not Severity.INFO
            and _files(one) >= _files(finding)
            for one in findings
        )
    )


def _files(finding: Finding) -> set[tuple[str | None, str]]:
    return {(place.node, place.file) for place in finding.evidence}
