"""The step after the survey: what Azure says of identity, vault, secret and network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.actions.findings import concluded
from troubleshooter.analyse.commands import commands
from troubleshooter.checks import ROWS, judged, named
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import UsageProblem
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.lint.catalogue import checks
from troubleshooter.model.finding import Confidence, Finding, Severity, Verdict
from troubleshooter.model.handover import CrossChecked, Surveyed
from troubleshooter.model.starting import Starts
from troubleshooter.operations.facts import cloud_facts, starts
from troubleshooter.operations.facts.decided import Looked, decided
from troubleshooter.operations.node_views import read_views_of, view_of
from troubleshooter.report.counted import counted
from troubleshooter.report.decided import in_a_line

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from troubleshooter.checks.check import Outcome
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Check, Diagnosis, Fix
    from troubleshooter.model.reply import Facts
    from troubleshooter.model.target import Target
    from troubleshooter.operations.tools import Tools

_VIEWS_READ = 20
"""How many ill nodes' extension views are read; one call each."""


def cross_check(tools: Tools, ctx: StepContext) -> StepOutcome:
    only = named(str(ctx.state.options.get("only", "")))
    asked = cloud_facts.ask(tools.azure, tools.definition(), tools.extension, ctx.cancel)
    facts = replace(asked, now=tools.now(), entered=not ctx.need(Surveyed).shut)
    told = judged((only,) if only else ROWS, facts)
    linted = {one.id: one for one in findings_of(lint_pool(tools.definition(), tools.rules().known))}
    found = tuple(
        _finding(tools, check, said, linted.get(check.id))
        for check, said in told
        if check.verdict is Verdict.FAIL
    )
    handed = CrossChecked(tuple(check for check, _ in told), found)
    likely = concluded(tools, ctx, crossed=handed)[0]
    handed = handed if only or ctx.need(Surveyed).shut else _judged(tools, ctx, facts, likely, handed)
    ctx.diagnosed(likely, likely=True)
    barred = ctx.need(Surveyed).no_way_in
    return StepOutcome(
        _why(handed),
        outcome="no-way-in" if barred else "",
        output=handed,
        attention=any(one.severity is Severity.ERROR for one in found),
    )


def asked_again(tools: Tools, target: Target, check: str, cancel: threading.Event) -> Check:
    """One check by what Azure says now, of the pool as it is now; nothing that was read before is used."""
    row = named(check)
    if row is None:
        raise UsageProblem(
            f"{check} is no cross-check.",
            "Only cross-checks are asked by themselves; what nodes and settings say is read by the survey.",
            "Start a new run to read those.",
        )
    body = tools.azure.arm.pool(target).body
    asked = cloud_facts.ask(tools.azure, body, tools.extension, cancel)
    ((told, said),) = judged((row,), replace(asked, now=tools.now()))
    return replace(told, because=told.because or said.says)


def _judged(
    tools: Tools, ctx: StepContext, facts: Facts, likely: Diagnosis, crossed: CrossChecked
) -> CrossChecked:
    """Whose fault it is, and slow or broken, by what nodes and the extensions of ill ones say now."""
    surveyed, pool = ctx.need(Surveyed), ctx.state.target.pool
    nodes = tools.azure.batch.nodes(surveyed.endpoint, pool)
    progress = tools.azure.batch.progress(surveyed.endpoint, pool)
    ill = [node.id for node in nodes if not node.state.usable][:_VIEWS_READ]
    views = read_views_of(tools, ctx, surveyed.endpoint, pool, ill)
    looked = Looked(nodes, views, tools.now(), progress, surveyed.support, crossed.checks)
    own = {node: view for node, found in views.items() if (view := view_of(tools.extension, found))}
    sure = next((one.title for one in likely.findings if _excludes(tools, one)), "")
    look = starts.Look(facts.pool, progress, nodes, own)
    return replace(
        crossed,
        decision=decided(facts, tools.extension, likely.findings, looked),
        starting=starts.starting(tools, look, surveyed.starts or Starts(), sure),
    )


def _excludes(tools: Tools, finding: Finding) -> bool:
    """Whether it is certain that the extension cannot succeed."""
    if finding.severity is not Severity.ERROR or finding.confidence is not Confidence.CONFIRMED:
        return False
    return finding.extension == tools.extension.id and not finding.another


def _finding(tools: Tools, check: Check, said: Outcome, linted: Finding | None) -> Finding:
    """Under the id of the cause, in the words of its rule or of the catalogue, and proven by the answer.

    What the settings alone show of the same knows how to mend it in the definition.
    """
    row = next(one for one in ROWS if one.id == check.id)
    rule = next((one.text for one in tools.rules().rules if one.id == check.id), None)
    text = next((one for one in checks() if one.id == check.id), None)
    title = text.title if text else rule.title if rule else check.id
    sources = text.sources if text else rule.sources if rule else ()
    return Finding(
        id=check.id,
        severity=said.severity,
        confidence=said.confidence,
        title=title.partition("${")[0].strip() if "${" in title else title,
        evidence=said.evidence,
        explanation=said.says,
        fixes=tuple(map(_written, said.fixes)) or (linted.fixes if linted else ()),
        sources=sources,
        explains=rule.explains if rule else linted.explains if linted else text.shows if text else (),
        why_not_surer=said.why_not_surer,
        exact=True,
        extension=None if row.network else tools.extension.id,
    )


def _written(fix: Fix) -> Fix:
    """With the commands for whoever makes the change."""
    return replace(fix, commands=commands(fix.outside)) if fix.outside else fix


def _why(crossed: CrossChecked) -> str:
    numbers = {verdict: sum(check.verdict is verdict for check in crossed.checks) for verdict in Verdict}
    told = [in_a_line(crossed.decision)] if crossed.decision else []
    told += [_titles(crossed.findings)] if crossed.findings else []
    told.append(f"{counted(numbers[Verdict.PASS], 'check')} passed")
    if open_ones := numbers[Verdict.UNKNOWN]:
        told.append(f"{open_ones} could not be told")
    return "; ".join(told)


def _titles(findings: Iterable[Finding]) -> str:
    return ", ".join(finding.title for finding in findings)
