"""What the linter says, and how it becomes one voice of a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.correction import Correction
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Confidence, Finding, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.lint.looked_at import Field  # noqa: TC004 - annotations only: nothing reads them at run time


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
    extension: str | None = None
    """The id of the one whose settings or name it is about; None where it is about the pool around it."""
    value: str = ""
    """What stands there, where it is a setting that can be no secret and the message does not say it."""
    exact: bool = False

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
class Ignored:
    """A finding that is counted and told, and decides nothing."""

    finding: LintFinding
    by: str
    why: str
    """As the file has it; the option gives none."""

    def json(self) -> dict[str, Any]:
        return {**self.finding.json(), "ignored_by": self.by, "ignored_because": self.why}


@dataclass(frozen=True, slots=True)
class LintResult:
    file: str
    titles: tuple[str, ...]
    """Of the extensions, or settings of one, that were found."""
    findings: tuple[LintFinding, ...]
    repaired: str | None = None
    """The text as JSON, where it was none and the mistake is a known one."""
    left_out: str = ""
    """What was not checked, and why; empty where all was."""
    not_shown: str = ""
    """Which settings an answer does not show: `lint` was asked for them, a diagnosis may do without."""
    looked_at: tuple[Field, ...] = ()
    """The fields that checks look at, as they stand."""
    ignored: tuple[Ignored, ...] = ()
    """Findings that are known and meant to stay."""
    form: str = ""
    """What it is, where it is a source and no JSON: its places are those of the settings."""
    hint: str = ""
    """What gives the JSON that a source stands for."""
    corrections: tuple[Correction, ...] = ()
    """Of a source: what can be repaired in its settings."""

    @property
    def extensions(self) -> int:
        """How many were found."""
        return len(self.titles)


def findings_of(lint_findings: Iterable[LintFinding], node: str | None = None) -> tuple[Finding, ...]:
    """As findings of a diagnosis, one per id. What a definition alone says is likely at most."""
    by_id: dict[str, list[LintFinding]] = {}
    for found in lint_findings:
        by_id.setdefault(found.id, []).append(found)
    return tuple(_finding(group, node) for group in by_id.values())


def _finding(group: list[LintFinding], node: str | None) -> Finding:
    first = group[0]
    return Finding(
        id=first.id,
        severity=first.severity,
        confidence=Confidence.LIKELY if first.severity is Severity.ERROR else Confidence.POSSIBLE,
        title=_title(first.message),
        evidence=tuple(_evidence(found, node) for found in group),
        explanation=first.why,
        nodes=(node,) if node else (),
        fixes=_together([found.fix for found in group if found.fix]),
        sources=first.sources,
        explains=first.explains,
        exact=first.exact,
        extension=first.extension,
        why_not_surer="It is read from the settings; nothing that a node wrote was seen to bear it out.",
    )


_ORDINARY = frozenset({"a", "an", "it", "line", "no", "one", "the", "this", "version"})
"""Words that begin a message and are no name of a setting: those keep their letters, also in a title."""


def _title(message: str) -> str:
    """As a heading: a message that stands behind its place begins with a small letter."""
    return message[:1].upper() + message[1:] if message.split(" ", 1)[0] in _ORDINARY else message


def _evidence(found: LintFinding, node: str | None) -> Evidence:
    """Where it stands, which may be cut, and what stands and is wrong there, which may not."""
    said = f"{found.value} - {found.message}" if found.value else found.message
    text = cut(f"{found.path}: {said}", 500)
    return Evidence(
        found.file, found.line, text, node, marks=((min(len(found.path) + 2, len(text)), len(text)),)
    )


def _together(fixes: list[Fix]) -> tuple[Fix, ...]:
    """One fix for all places: a pool is proven once. Advice without a patch stays beside it."""
    patched = [fix for fix in fixes if fix.patch]
    advice = {fix.summary: fix for fix in fixes if not fix.patch}
    if not patched:
        return tuple(advice.values())
    whole = Fix(
        "; ".join(dict.fromkeys(fix.summary for fix in patched)),
        tuple(step for fix in reversed(patched) for step in fix.patch),  # from the end, so that indexes hold
        needs=tuple(dict.fromkeys(need for fix in patched for need in fix.needs)),
    )
    return (whole, *advice.values())
