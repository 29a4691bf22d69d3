"""What a report says and in which order, as blocks; markdown.py and html.py only give them their form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter import __version__
from troubleshooter.forms import before_and_after, change_of, forms
from troubleshooter.model.handover import Surveyed
from troubleshooter.model.road import VIEW
from troubleshooter.report.acts import acts_told
from troubleshooter.report.away import alarm
from troubleshooter.report.counted import counted
from troubleshooter.report.json_report import changes_json
from troubleshooter.report.look_up import look_up
from troubleshooter.report.opening import opening
from troubleshooter.report.rights import READER, rights, signed_in_as
from troubleshooter.report.roads import road_rows, roads_of
from troubleshooter.report.ruled_out import ruled_out_told
from troubleshooter.report.steps_told import steps_told
from troubleshooter.report.summary import Mood, certainty, end, known_so_far, titles
from troubleshooter.report.to_do import got_no_nodes, to_do
from troubleshooter.report.untold import untold
from troubleshooter.report.way_free import way_free
from troubleshooter.report.when import when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding, Fix
    from troubleshooter.model.run import KeptFile, RunState


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


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The result in one sentence, and what to feel about it."""

    mood: Mood
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A label and what is known, each; a label may have several lines."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One of several things to do, in their order."""

    number: int
    text: str


_PROOFS = 5
"""Different words quoted of one finding; JSON has all."""
_NODES_NAMED = 10
_FILES_NAMED = 60

Block = Heading | Paragraph | Links | Table | Code | Conclusion | Facts | Item


def outline(state: RunState) -> tuple[Block, ...]:
    """Build the whole report of a run: what everybody needs first, what an auditor needs last."""
    return (
        *_opening(state),
        *_to_do(state),
        *_findings(state),
        *_change(state),
        *_receipt(state),
        *_steps(state),
        *_roads(state),
        *_untold(known_so_far(state)),
        *_about(state),
        *_rights(state),
        *_files(state),
    )


def _opening(state: RunState) -> Iterator[Block]:
    yield Heading(1, f"{state.target.pool}: {_title(state)}")
    if state.away:
        yield Conclusion(Mood.BAD, alarm(state.away).removeprefix("✖ "))
    ending = end(state)
    yield Conclusion(ending.mood, ending.headline)
    yield Facts(tuple(opening(state, ending)))


def _title(state: RunState) -> str:
    """A cause that is cured is no title any more: it would read as if it still stood."""
    cause = known_so_far(state).cause
    if state.healthy:
        return "healthy"
    if state.verified:
        return "the cause is found and its fix is proven"
    if got_no_nodes(state):
        return "cause not found: the debug pool got no nodes"
    if way_free(state):
        return "the way is free, the extension was not run"
    return cause.title if cause else "no cause found"


def _to_do(state: RunState) -> Iterator[Block]:
    yield Heading(2, "What you must do now")
    things = to_do(state)
    if not things:
        yield Paragraph("Nothing.")
    for number, thing in enumerate(things, start=1):
        yield Item(number, thing.text)
        form = "az" if "az" in thing.commands else "shell"
        if form in thing.commands:
            yield Code("Command", thing.commands[form])


def _about(state: RunState) -> Iterator[Block]:
    yield Heading(2, "About this run")
    surveyed = state.of(Surveyed)
    known = {
        "pool": state.target.resource_id,
        "region": surveyed.location if surveyed else "",
        "run": state.id + ", a demo: nothing real was touched" * state.rehearsal,
        "playbook": state.playbook,
        "started": moment(state.created),
        "last event": moment(state.updated),
        "signed in as": signed_in_as(state),
        "made by": f"batch-kv-troubleshooter {__version__}",
    }
    yield Facts(tuple((label, value) for label, value in known.items() if value))


def moment(at: str) -> str:
    """Write a time of the journal as people do."""
    return f"{at[:10]} {at[11:19]} UTC" if len(at) > 18 else at


def _findings(state: RunState) -> Iterator[Block]:
    told = known_so_far(state)
    if told.findings or state.diagnosed:
        yield Heading(2, "Findings" if state.diagnosed else "Findings before any log was read")
    if state.diagnosed and not told.findings:
        yield Paragraph("None.")
    if times := tuple(when(told)):
        yield Facts(times)
    for number, finding in enumerate(told.findings, start=1):
        yield from _finding(number, finding, state)


def _finding(number: int, finding: Finding, state: RunState) -> Iterator[Block]:
    sure = certainty(state, finding).lower()
    yield Heading(3, f"{number}. {finding.title}")
    yield Facts(tuple(_known_of(finding, sure, state)))
    yield Paragraph(finding.explanation)
    yield from _proof(finding)
    for fix in finding.fixes:
        yield from _fix(fix)
    if finding.sources:
        yield Links(finding.sources)


def _known_of(finding: Finding, sure: str, state: RunState) -> Iterator[tuple[str, str]]:
    yield "how sure", sure
    if sure != "proven":
        if finding.why_not_surer:
            yield "why not surer", finding.why_not_surer
        yield "severity", finding.severity.value
        yield from (("make sure", step) for step in finding.confirm)
    yield from (("explains", title) for title in titles(known_so_far(state), finding.explains))
    if finding.nodes:
        shown = ", ".join(finding.nodes[:_NODES_NAMED])
        more = len(finding.nodes) - _NODES_NAMED
        yield "nodes", f"{shown} and {more} more" if more > 0 else shown
    yield "known as", finding.id
    yield "more", look_up(finding.id)


def _proof(finding: Finding) -> Iterator[Block]:
    """The same words from many places are quoted once."""
    alike: dict[str, list[Evidence]] = {}
    for place in finding.evidence:
        alike.setdefault(place.text, []).append(place)
    for first, *others in list(alike.values())[:_PROOFS]:
        also = f", and the same at {counted(len(others), 'more place')}" if others else ""
        yield Code(f"Proof: {where(first)}{also}", first.text, first.marks)
    shown = sum(len(places) for places in list(alike.values())[:_PROOFS])
    if (more := max(finding.count, len(finding.evidence)) - shown) > 0:
        yield Paragraph(
            f"{counted(more, 'more line')} of this kind {'is' if more == 1 else 'are'} not quoted."
        )


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
    first = "The" if change.made else "Change what it is created from first; the"
    yield Paragraph(f"{change.why_anew} {first} blocks below are for that.")
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


def _untold(diagnosis: Diagnosis) -> Iterator[Block]:
    """What was looked at and what was not, which is no health. Grouped: one thing may decide many checks."""
    if known := tuple((because, "; ".join(told)) for because, told in ruled_out_told(diagnosis)):
        yield Heading(2, "What is ruled out")
        yield Table(("the fact that rules it out", "known failures"), known)
    rows = tuple((missing, ", ".join(ids)) for missing, ids in untold(diagnosis))
    if rows:
        yield Heading(2, "What could not be told")
        yield Table(("what is missing", "known failures that it would decide"), rows)
    if diagnosis.unexplained:
        yield Heading(2, "Error lines that fit no known failure")
        for place in diagnosis.unexplained:
            yield Code(where(place), place.text, place.marks)


def _steps(state: RunState) -> Iterator[Block]:
    yield Heading(2, "Steps")
    yield Table(
        ("step", "state", "seconds", "what came out"),
        tuple(
            (each.name, each.state, f"{each.seconds:.1f}" if each.seconds else "", each.why)
            for each in steps_told(state)
        ),
    )


def _roads(state: RunState) -> Iterator[Block]:
    """Where the first road did not lead to every node."""
    if (rungs := roads_of(state)) and (len(rungs) > 1 or rungs[0].road == VIEW):
        yield Heading(2, "How the nodes were read")
        yield Table(("road", "nodes read", "why not the others"), tuple(road_rows(rungs)))


def _receipt(state: RunState) -> Iterator[Block]:
    yield Heading(2, "What was done in Azure")
    changes = changes_json(state)
    if not any(changes.values()):
        yield Paragraph("Nothing was changed.")
        return
    if state.acts:
        told = ((moment(at).removesuffix(" UTC"), act) for at, act in acts_told(state.acts))
        yield Table(("time, UTC", "what was done"), tuple(told))
    open_ones = {"left": "still there", "unknown": "no answer told what came of it, and it was not seen"}
    rows = tuple(
        (change["kind"], change["id"], told) for key, told in open_ones.items() for change in changes[key]
    )
    if rows:
        yield Table(("kind", "id", "how it stands"), rows)


def _rights(state: RunState) -> Iterator[Block]:
    yield Heading(2, "Rights that were used")
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
    """By name and hash while they are few; of many their numbers, and where the hashes are."""
    if not state.files:
        return
    yield Heading(2, "Files kept")
    if len(state.files) <= _FILES_NAMED:
        yield _files_table(state.files)
        return
    nodes = dict.fromkeys(file.node for file in state.files)
    size = sum(file.size for file in state.files) / 1_000_000
    places = counted(len(nodes), "place")
    cut = sum(bool(file.cut) for file in state.files)
    left_out = f", of {cut} something was left out" if cut else ""
    yield Paragraph(
        f"{len(state.files)} files from {places}, {size:.1f} MB{left_out}. "
        f"Each with its SHA-256 is in what this writes: troubleshooter runs export {state.id} -o FILE.tar.gz"
    )


def _files_table(files: tuple[KeptFile, ...]) -> Table:
    header = ("node", "file", "bytes", "SHA-256 as kept", "left out")
    rows = tuple((f.node, f.name, str(f.size), f.sha256, f.cut) for f in files)
    return (
        Table(header, rows) if any(f.cut for f in files) else Table(header[:-1], tuple(r[:-1] for r in rows))
    )
