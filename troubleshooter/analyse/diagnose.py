"""Files and rules in, a diagnosis out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.facts import pool_values
from troubleshooter.analyse.fill import fix, words
from troubleshooter.analyse.order import ordered, surest, worst
from troubleshooter.analyse.scan import scan
from troubleshooter.model.finding import Check, Confidence, Diagnosis, Finding, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from troubleshooter.analyse.facts import PoolValues
    from troubleshooter.analyse.rules import Rule, RuleBook
    from troubleshooter.analyse.scan import Hit, Scan
    from troubleshooter.model.evidence import Evidence, SourceFile

EVIDENCE_KEPT = 200
"""Places shown of one finding; every node keeps at least one while they last."""


def analyse(files: Iterable[SourceFile], rules: RuleBook, pool: Mapping[str, Any] | None = None) -> Diagnosis:
    """Conclude what is wrong. `pool` is its ARM definition; it fills in what a fix needs to know."""
    scans = [scan(file, rules) for file in files]
    facts = pool_values(pool)
    findings = []
    for rule in rules.rules:
        hits = [hit for one in scans for hit in one.hits if hit.rule is rule]
        if hits:
            findings.append(_finding(rule, hits, facts))
    failed = {finding.id for finding in findings}
    checked = tuple(_check(rule, scans, facts, failed=rule.id in failed) for rule in rules.rules)
    return Diagnosis(ordered(findings), checked, _unexplained(scans))


def merge(diagnosis: Diagnosis, findings: Iterable[Finding]) -> Diagnosis:
    """Add what was concluded independently of the files, e.g. by the linter.

    The same id on both sides proves it: two independent witnesses make it confirmed.
    """
    joined = {finding.id: finding for finding in diagnosis.findings}
    for finding in findings:
        known = joined.get(finding.id)
        joined[finding.id] = _joined(known, finding) if known else finding
    return replace(diagnosis, findings=ordered(joined.values()))


def _joined(seen: Finding, other: Finding) -> Finding:
    """What the node says goes first; a fix that can be applied to the pool goes before one that cannot."""
    apart = {e.file for e in seen.evidence}.isdisjoint(e.file for e in other.evidence)
    evidence = tuple(dict.fromkeys(seen.evidence + other.evidence))
    fixes = tuple({fix.summary: fix for fix in (*seen.fixes, *other.fixes)}.values())
    return replace(
        seen,
        severity=worst(seen.severity, other.severity),
        confidence=Confidence.CONFIRMED if apart and evidence else surest(seen.confidence, other.confidence),
        evidence=evidence,
        nodes=tuple(sorted({*seen.nodes, *other.nodes})),
        fixes=tuple(sorted(fixes, key=lambda fix: not fix.patch)),
        sources=tuple(dict.fromkeys(seen.sources + other.sources)),
        explains=tuple(dict.fromkeys(seen.explains + other.explains)),
    )


def _finding(rule: Rule, hits: list[Hit], facts: PoolValues) -> Finding:
    values = dict(facts.values)
    for hit in reversed(hits):
        values |= hit.values  # the first place wins, and a log wins over the definition
    text = rule.text
    foreign = all(hit.foreign for hit in hits)
    fixes = (fix(entry, values) for entry in text.fixes)
    return Finding(
        id=rule.id,
        severity=Severity.WARNING if foreign and text.severity is Severity.ERROR else text.severity,
        confidence=Confidence.POSSIBLE if foreign else text.confidence,
        title=words(text.title, values),
        evidence=_evidence(hits),
        explanation=words(text.explanation, values) + (_FOREIGN if foreign else ""),
        nodes=tuple(sorted({hit.evidence.node for hit in hits if hit.evidence.node})),
        fixes=tuple(entry for entry in fixes if entry is not None),
        sources=text.sources,
        explains=text.explains,
    )


_FOREIGN = (
    " The lines name another extension; whether the Key Vault extension is hit as well is not said there."
)


def _evidence(hits: list[Hit]) -> tuple[Evidence, ...]:
    first: dict[tuple[str | None, str], Evidence] = {}
    for hit in hits:
        first.setdefault((hit.evidence.node, hit.evidence.file), hit.evidence)
    more = dict.fromkeys([*first.values(), *(hit.evidence for hit in hits)])
    return tuple(more)[:EVIDENCE_KEPT]


def _check(rule: Rule, scans: list[Scan], facts: PoolValues, *, failed: bool) -> Check:
    if failed:
        return Check(rule.id, Verdict.FAIL)
    applies = rule.text.applies
    if applies.os != "any" and facts.os and applies.os != facts.os:
        return Check(rule.id, Verdict.NOT_APPLICABLE, f"a {applies.os} pool; this one runs {facts.os}")
    if facts.major is not None and not _covers(applies.versions, facts.major):
        return Check(
            rule.id, Verdict.NOT_APPLICABLE, f"extension {applies.versions}; this pool has {facts.major}.x"
        )
    wanted = [one for one in scans if one.kind in applies.files]
    if any(not one.unreadable for one in wanted):
        return Check(rule.id, Verdict.PASS)
    return Check(rule.id, Verdict.UNKNOWN, "one of: " + ", ".join(applies.files))


def _covers(versions: str, major: int) -> bool:
    if versions == "any":
        return True
    low, _, high = versions.partition(" - ")
    return int(low[0]) <= major <= int(high[0])


def _unexplained(scans: list[Scan]) -> tuple[Evidence, ...]:
    shapes: dict[str, Evidence] = {}
    for one in scans:
        for shape, evidence in one.unexplained.items():
            shapes.setdefault(shape, evidence)
    return tuple(shapes.values())
