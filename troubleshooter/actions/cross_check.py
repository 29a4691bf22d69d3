"""The step after the survey: what Azure says of identity, vault, secret and network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.actions.findings import concluded
from troubleshooter.analyse.commands import commands
from troubleshooter.checks import ROWS, judged
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.lint.catalogue import checks
from troubleshooter.model.finding import Finding, Severity, Verdict
from troubleshooter.model.handover import CrossChecked, Surveyed
from troubleshooter.operations.facts import cloud_facts
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.checks.check import Outcome
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Check, Fix
    from troubleshooter.operations.tools import Tools


def cross_check(tools: Tools, ctx: StepContext) -> StepOutcome:
    facts = cloud_facts.ask(tools.azure, tools.definition(), tools.extension, ctx.cancel)
    told = judged(ROWS, facts)
    linted = {one.id: one for one in findings_of(lint_pool(tools.definition(), tools.rules().known))}
    found = tuple(
        _finding(tools, check, said, linted.get(check.id))
        for check, said in told
        if check.verdict is Verdict.FAIL
    )
    handed = CrossChecked(tuple(check for check, _ in told), found)
    ctx.diagnosed(concluded(tools, ctx, crossed=handed)[0], likely=True)
    barred = ctx.need(Surveyed).no_way_in
    return StepOutcome(
        _why(handed), outcome="no-way-in" if barred else "", output=handed, attention=bool(found)
    )


def _finding(tools: Tools, check: Check, said: Outcome, linted: Finding | None) -> Finding:
    """Under the id of the cause, in the words of its rule or of the catalogue, and proven by the answer.

    What the settings alone show of the same knows how to mend it in the definition.
    """
    rule = next((one.text for one in tools.rules().rules if one.id == check.id), None)
    text = next((one for one in checks() if one.id == check.id), None)
    title = text.title if text else rule.title if rule else check.id
    sources = text.sources if text else rule.sources if rule else ()
    return Finding(
        id=check.id,
        severity=Severity.ERROR,
        confidence=said.confidence,
        title=title.partition("${")[0].strip() if "${" in title else title,
        evidence=said.evidence,
        explanation=said.says,
        fixes=tuple(map(_written, said.fixes)) or (linted.fixes if linted else ()),
        sources=sources,
        explains=rule.explains if rule else linted.explains if linted else (),
        why_not_surer=said.why_not_surer,
        exact=True,
        extension=tools.extension.id,
    )


def _written(fix: Fix) -> Fix:
    """With the commands for whoever makes the change."""
    return replace(fix, commands=commands(fix.outside)) if fix.outside else fix


def _why(crossed: CrossChecked) -> str:
    numbers = {verdict: sum(check.verdict is verdict for check in crossed.checks) for verdict in Verdict}
    told = [_titles(crossed.findings)] if crossed.findings else []
    told.append(f"{counted(numbers[Verdict.PASS], 'check')} passed")
    if open_ones := numbers[Verdict.UNKNOWN]:
        told.append(f"{open_ones} could not be told")
    return "; ".join(told)


def _titles(findings: Iterable[Finding]) -> str:
    return ", ".join(finding.title for finding in findings)
