"""For a terminal: short enough to read at a glance, the cause first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from troubleshooter.model.finding import Verdict
from troubleshooter.model.run import StepState
from troubleshooter.report.acts import acts_told
from troubleshooter.report.away import alarm
from troubleshooter.report.change_text import change_text
from troubleshooter.report.escape import one_line, visible
from troubleshooter.report.json_report import changes_json, progress_word
from troubleshooter.report.outline import verdict
from troubleshooter.report.symbols import SEVERITY_SYMBOLS, STEP_SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding, Fix
    from troubleshooter.model.run import RunState

_WIDTH = 100
_PROOFS = 3


def run_text(state: RunState, form: str = "arm") -> str:
    """`form` is the one in which a change for the original is shown."""
    return "\n".join(
        [
            *([alarm(state.away), ""] if state.away else []),
            f"{state.target.account}/{state.target.pool}, run {state.id}" + ", a demo" * state.rehearsal,
            "",
            *_steps(state),
            "",
            *_findings(state.diagnosis),
            verdict(state),
            *_changes(state),
            *change_text(state, form),
        ]
    )


def diagnosis_text(diagnosis: Diagnosis) -> str:
    lines = [*_findings(diagnosis)]
    if not diagnosis.findings:
        lines.append("No known cause was found.")
    if diagnosis.unexplained:
        lines.append(f"Error lines that no rule explains, by shape: {len(diagnosis.unexplained)}")
        shown = diagnosis.unexplained[:5]
        lines += [f"  {line.count} times  {_place(line)}  {one_line(line.text)}" for line in shown]
    counts = {verdict: sum(c.verdict is verdict for c in diagnosis.checked) for verdict in Verdict}
    lines.append(
        f"{len(diagnosis.checked)} rules: {counts[Verdict.FAIL]} fail, {counts[Verdict.PASS]} pass, "
        f"{counts[Verdict.UNKNOWN]} not decided, {counts[Verdict.NOT_APPLICABLE]} not applicable"
    )
    return "\n".join(lines)


def runs_text(states: Iterable[RunState]) -> str:
    rows = [
        f"{state.id:<6}  {visible(state.target.pool):<24}  {progress_word(state):<24}  "
        f"{state.updated:<20}  "
        + ("a demo" if state.rehearsal else f"{len(state.open_changes) or 'nothing'} left in Azure")
        for state in states
    ]
    return "\n".join(rows) or "No runs yet."


def _steps(state: RunState) -> Iterator[str]:
    for record in state.steps:
        symbol = "▲" if record.attention and record.state is StepState.DONE else STEP_SYMBOLS[record.state]
        took = f"{record.seconds:7.1f} s" if record.seconds else " " * 9
        yield f"  {symbol} {record.id:<14}{took}  {one_line(record.why)}".rstrip()


def _findings(diagnosis: Diagnosis) -> Iterator[str]:
    for finding in diagnosis.findings:
        yield from _finding(finding)
        yield ""


def _finding(finding: Finding) -> Iterator[str]:
    symbol = SEVERITY_SYMBOLS[finding.severity]
    yield f"{symbol} {one_line(finding.title)}  [{finding.id}, {finding.confidence.value}]"
    yield from textwrap.wrap(
        one_line(finding.explanation), _WIDTH, initial_indent="    ", subsequent_indent="    "
    )
    for place in finding.evidence[:_PROOFS]:
        yield f"    proof  {_place(place)}  {one_line(place.text)}"
    if (more := max(finding.count, len(finding.evidence)) - len(finding.evidence[:_PROOFS])) > 0:
        yield f"           and {more} more"
    for step in finding.confirm:
        yield f"    make sure  {one_line(step)}"
    for fix in finding.fixes:
        yield from _fix(fix)


def _fix(fix: Fix) -> Iterator[str]:
    yield f"    fix    {one_line(fix.summary)}"
    if command := fix.commands.get("az"):
        yield from (f"           {line}" for line in visible(command, keep_newlines=True).splitlines())


def _place(place: Evidence) -> str:
    line = f":{place.line}" if place.line else ""
    node = f"{one_line(place.node)}  " if place.node else ""
    return f"{node}{one_line(place.file)}{line}"


def _changes(state: RunState) -> Iterator[str]:
    changes = changes_json(state)
    if not any(changes.values()):
        yield "Nothing was changed in Azure."
        return
    if state.acts:
        yield "Changed in Azure, times in UTC:"
        yield from (f"  {at[11:19]}  {one_line(act)}" for at, act in acts_told(state.acts))
    yield from still_open(state)


def still_open(state: RunState) -> Iterator[str]:
    """What is left in Azure, and what nobody knows the outcome of, with the command that looks after it."""
    changes = changes_json(state)
    for left in changes["left"]:
        yield f"▲ Left in Azure: {left['kind']} {one_line(left['id'])}"
    if changes["left"] and not state.rehearsal:
        yield f"  Remove it with: troubleshooter runs cleanup {state.id}"
    for unknown in changes["unknown"]:
        yield f"▲ Not known, and not seen: {unknown['kind']} {one_line(unknown['id'])}"
    if changes["unknown"] and not state.rehearsal:
        yield "  No answer told what came of it, and it may still come."
        yield f"  Look again with: troubleshooter runs cleanup {state.id}"
    if state.rehearsal and (changes["left"] or changes["unknown"]):
        yield "  It ends with the demo, and is left nowhere."
