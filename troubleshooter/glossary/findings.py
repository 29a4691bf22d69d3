"""Entries of what a finding may be: log rules, and the checks of lint and of Azure's answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troubleshooter.analyse import steps
from troubleshooter.analyse.certainty import certainty
from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.fill import words
from troubleshooter.analyse.rules import ANY, NONE, Label, RuleSystem
from troubleshooter.glossary.entry import Entry, Kind, Section
from troubleshooter.lint.catalogue import FoundBy
from troubleshooter.model.finding import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.analyse.rules import FixText, RuleText
    from troubleshooter.glossary.entry import Value
    from troubleshooter.lint.catalogue import CheckText

_SEEN = {
    Label.KV: "in this extension's own log or status, or in a report about it",
    Label.AGENT: "in the guest agent's log or source",
    Label.SVC: "in a service's answer to some client",
    Label.LIB: "in the source of a library that the extension seems to use",
    Label.DOC: "in documentation alone",
    Label.ASKED: "asked on the node",
}
_WHOSE = {ANY: "of whichever extension the lines name", NONE: "no extension's"}


_BY_AZURE = "Azure's own answer shows what by itself excludes success; else the finding says what is inferred"


def of_rule(rule: RuleText, titles: Mapping[str, str], facts: tuple[str, ...] = ()) -> Entry:
    """`titles` are those of all rules, by id; `facts` are the checks that show the same from Azure's side."""
    return Entry(
        Kind.RULE,
        rule.id,
        rule.title,
        rule.good,
        tuple(_facts(rule)),
        words(rule.explanation, {}),
        tuple(section for section in _sections(rule, titles, facts) if section.lines),
    )


def _facts(rule: RuleText) -> Iterator[tuple[str, Value]]:
    severities = {rule.severity, *(way.severity or rule.severity for way in rule.also)}
    yield "severity", tuple(one.value for one in Severity if one in severities)
    yield "at most", (Confidence.CONFIRMED if rule.raises else rule.confidence).value
    yield "confirmed when", confirmed_when(rule)
    if not rule.record or rule.also:
        yield "otherwise", certainty(rule, foreign=False, raised=False, first=False).why_not_surer
    yield "text seen", f"{_SEEN[rule.label]} ({rule.label})"
    yield "whose failure", _WHOSE.get(rule.extension, rule.extension)
    yield "system", "any" if rule.applies.os is RuleSystem.ANY else rule.applies.os.value
    yield "version", rule.applies.versions
    yield "looked for in", tuple(kind.value for kind in (*rule.applies.files, FileKind.TEXT))


def confirmed_when(rule: RuleText) -> str:
    """What a finding of this rule needs in order to be confirmed."""
    ways = (
        [f"a line that matches has the service's own code, {' or '.join(rule.raises)}"] if rule.raises else []
    )
    ways += [f"a line matches: {rule.record.rstrip('.')}"] if rule.record else []
    return "; or ".join(ways) or f"never by its text alone: it is {rule.confidence} at most"


def _sections(rule: RuleText, titles: Mapping[str, str], facts: tuple[str, ...]) -> Iterator[Section]:
    yield Section("How it looks", rule.matches, quoted=True)
    yield Section("What is not meant", rule.ignores, quoted=True)
    explained = tuple(f"{name}: {titles.get(name, name)}" for name in rule.explains)
    yield Section("What it explains", explained)
    yield Section("What Azure's side shows of it", facts)
    yield Section("Make sure", tuple(steps.step(line, {}) for line in rule.confirm), numbered=True)
    yield Section("Fixes", tuple(_fix(fix) for fix in rule.fixes), numbered=True)
    yield Section("Sources", rule.sources, links=True)


def _fix(fix: FixText) -> str:
    told = words(fix.summary, {})
    if fix.outside is not None:
        return f"{told} (outside the pool: {fix.outside.kind})"
    return f"{told} (in the pool: {_patched(fix.patch)})" if fix.patch else told


def _patched(patch: tuple[Mapping[str, object], ...]) -> str:
    return "; ".join(f"{step.get('op')} {words(str(step.get('path')), {})}" + _value(step) for step in patch)


def _value(step: Mapping[str, object]) -> str:
    return f" = {words(json.dumps(step['value']), {})}" if "value" in step else ""


def of_check(check: CheckText, rules: Mapping[str, str], also: tuple[str, ...]) -> Entry:
    """`rules` are the titles of log rules by id: one of the same id tells of the same mistake.

    `also` are the ids that it has with the prefixes of extensions.
    """
    asked = check.by is FoundBy.AZURE
    facts: tuple[tuple[str, Value], ...] = (
        ("severity", tuple(severity.value for severity in check.severity)),
        ("fixable", check.fixable),
        (
            "found in",
            "what Azure answers, by a run" if asked else "definitions and settings, by lint and analyze",
        ),
        ("confirmed when", _BY_AZURE if asked else _by_a_log(check.id in rules)),
    )
    shown = tuple(f"{name}: {rules.get(name, name)}" for name in check.shows)
    sections = (
        Section("What a node shows of it", shown),
        Section("Sources", check.sources, links=True),
    )
    told = tuple(section for section in sections if section.lines)
    return Entry(Kind.CHECK, check.id, check.title, check.good, facts, check.why, told, also)


def _by_a_log(rule: bool) -> str:
    if rule:
        return "the log rule of the same id finds what confirms it on a node as well"
    return "never by itself: read from settings alone, an error is likely and all else possible"
