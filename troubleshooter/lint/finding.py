"""What the linter says, and how it becomes one voice of a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import Confidence, Finding, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One mistake in a definition."""

    id: str
    severity: Severity
    file: str
    path: str
    """JSON pointer of the value in the linted document."""
    line: int
    """Counted from 1; 0 where the definition is no text."""
    message: str
    why: str
    fix: Fix | None = None
    """Its patch holds for the linted document."""
    sources: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """As `lint --output json` prints it."""
        shown: dict[str, Any] = {
            "id": self.id,
            "severity": str(self.severity),
            "file": self.file,
            "path": self.path,
            "line": self.line,
            "message": self.message,
            "why": self.why,
            "sources": list(self.sources),
        }
        if self.fix is not None:
            shown["fix"] = {"summary": self.fix.summary, "patch": [dict(step) for step in self.fix.patch]}
        return shown


@dataclass(frozen=True, slots=True)
class LintResult:
    file: str
    extensions: int
    """Key Vault extensions, or settings of one, that were found."""
    findings: tuple[LintFinding, ...]
    repaired: str | None = None
    """The text as JSON, where it was none and the mistake is a known one."""


def findings_of(lint_findings: Iterable[LintFinding], node: str | None = None) -> tuple[Finding, ...]:
    """As findings of a diagnosis, one per id. What a definition alone says is likely at most."""
    result: dict[str, Finding] = {}
    for found in lint_findings:
        evidence = Evidence(found.file, found.line, f"{found.path}: {found.message}"[:500], node)
        fixes = (found.fix,) if found.fix else ()
        known = result.get(found.id)
        result[found.id] = Finding(
            id=found.id,
            severity=found.severity,
            confidence=Confidence.LIKELY if found.severity is Severity.ERROR else Confidence.POSSIBLE,
            title=known.title if known else found.message,
            evidence=(*known.evidence, evidence) if known else (evidence,),
            explanation=known.explanation if known else found.why,
            nodes=(node,) if node else (),
            fixes=(*known.fixes, *fixes) if known else fixes,
            sources=found.sources,
            explains=found.explains,
        )
    return tuple(result.values())
