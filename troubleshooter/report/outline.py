"""What a report says and in which order, as blocks; markdown.py and html.py only give them their form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.forms import before_and_after, change_of, forms
from troubleshooter.model.finding import Verdict
from troubleshooter.report.acts import acts_told
from troubleshooter.report.away import alarm
from troubleshooter.report.json_report import changes_json
from troubleshooter.report.rights import READER, rights, signed_in_as
from troubleshooter.report.summary import end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding, Fix
    from troubleshooter.model.run import RunState


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Links:
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Verbatim text under a caption: a quoted line, a patch, a command."""

    caption: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """What is to stand out in it: start and end, in characters."""


Block = Heading | Paragraph | Links | Table | Code


def outline(state: RunState) -> tuple[Block, ...]:
    """Build the whole report of a run."""
    return (
        *_opening(state),
        *_findings(state.diagnosis),
        *_change(state),
        *_not_seen(state.diagnosis),
        *_steps(state),
        *_receipt(state),
        *_rights(state),
        *_files(state),
    )


def _opening(state: RunState) -> Iterator[Block]:
    cause = state.diagnosis.cause
    yield Heading(1, f"{state.target.pool}: {cause.title if cause else 'Key Vault extension report'}")
    if state.away:
        yield Paragraph(alarm(state.away))
    yield Paragraph(end(state).headline)
    yield Table(
        ("what", "value"),
        (
            ("pool", state.target.resource_id),
            ("run", state.id),
            ("playbook", state.playbook),
            ("started", state.created),
            ("last event", state.updated),
            ("root cause", state.diagnosis.root_cause or "none"),
        ),
    )


def _findings(diagnosis: Diagnosis) -> Iterator[Block]:
    yield Heading(2, "Findings")
    if not diagnosis.findings:
        yield Paragraph("None.")
    for number, finding in enumerate(diagnosis.findings, start=1):
        yield from _finding(number, finding)


def _finding(number: int, finding: Finding) -> Iterator[Block]:
    yield Heading(3, f"{number}. {finding.title}")
    yield Paragraph(f"{finding.id}: severity {finding.severity.value}, {finding.confidence.value}.")
    yield Paragraph(finding.explanation)
    if finding.nodes:
        yield Paragraph(f"Nodes: {', '.join(finding.nodes)}")
    for place in finding.evidence:
        yield Code(f"Proof: {where(place)}", place.text, place.marks)
    for fix in finding.fixes:
        yield from _fix(fix)
    if finding.sources:
        yield Links(finding.sources)


def where(place: Evidence) -> str:
    """Name the place of a proof, as precisely as it is known."""
    line = f", line {place.line}" if place.line else ""
    node = f", node {place.node}" if place.node else ""
    return f"{place.file}{line}{node}"


def _fix(fix: Fix) -> Iterator[Block]:
    yield Paragraph(f"Fix: {fix.summary}")
    if fix.patch:
        yield Code(
            "JSON Patch on the pool's definition", json.dumps([dict(op) for op in fix.patch], indent=2)
        )
    for form, text in fix.commands.items():
        yield Code(form, text)


_BLOCKS = frozenset({"arm", "bicep", "terraform", "patch"})
"""What a report holds; the other forms hold the whole pool each."""


def _change(state: RunState) -> Iterator[Block]:
    """The change that the run chose for the original, to be made in whatever the pool is created from."""
    change = change_of(state)
    if change is None:
        return
    yield Heading(2, "The change for the original")
    yield Paragraph(f"{change.why_anew} Change what it is created from first; the blocks below are for that.")
    yield Code("Before (-) and after (+)", "\n".join(before_and_after(change)))
    written = forms(change)
    for form in written:
        if form.name in _BLOCKS:
            yield Code(f"{form.title}, as {form.file}", form.text.rstrip("\n"))
            yield from (Paragraph(note) for note in form.remarks)
    if others := [form.name for form in written if form.name not in _BLOCKS]:
        yield Paragraph(
            f"The whole pool as {', '.join(others)}: troubleshooter runs show {state.id} --form NAME"
        )


def _not_seen(diagnosis: Diagnosis) -> Iterator[Block]:
    undecided = [check for check in diagnosis.checked if check.verdict is Verdict.UNKNOWN]
    if undecided:
        yield Heading(2, "What could not be decided")
        yield Table(("check", "what would have decided it"), tuple((c.id, c.missing) for c in undecided))
    if diagnosis.unexplained:
        yield Heading(2, "Error lines that no rule explains")
        for place in diagnosis.unexplained:
            yield Code(where(place), place.text, place.marks)


def _steps(state: RunState) -> Iterator[Block]:
    yield Heading(2, "Steps")
    yield Table(
        ("step", "state", "seconds", "what came out"),
        tuple((s.id, s.state.value, f"{s.seconds:.1f}", s.why) for s in state.steps),
    )


def _receipt(state: RunState) -> Iterator[Block]:
    yield Heading(2, "Changes in Azure")
    changes = changes_json(state)
    if not any(changes.values()):
        yield Paragraph("Nothing was changed.")
        return
    if state.acts:
        yield Table(("time, UTC", "what was done"), tuple(acts_told(state.acts)))
    open_ones = {"left": "still there", "unknown": "no answer told what came of it, and it was not seen"}
    rows = tuple(
        (change["kind"], change["id"], told) for key, told in open_ones.items() for change in changes[key]
    )
    if rows:
        yield Table(("kind", "id", "how it stands"), rows)


def _rights(state: RunState) -> Iterator[Block]:
    yield Heading(2, "Rights")
    if who := signed_in_as(state):
        yield Paragraph(f"Signed in as {who}.")
    used = tuple(rights(state))
    yield Table(
        ("what was done", "what it needs", "least built-in role", "how sure"),
        tuple((each.did, each.needs, each.role, each.label) for each in used),
    )
    yield Paragraph(
        f"To read alone, {READER} on the account should do; for the whole run, "
        + (
            " and ".join(dict.fromkeys(each.role for each in used if each.role != READER))
            or "it should do too"
        )
        + ". Secrets, certificates and keys in a vault were not read."
    )


def _files(state: RunState) -> Iterator[Block]:
    if not state.files:
        return
    yield Heading(2, "Files kept")
    yield Table(
        ("node", "file", "bytes", "SHA-256 as kept", "left out"),
        tuple((f.node, f.name, str(f.size), f.sha256, f.cut) for f in state.files),
    )
