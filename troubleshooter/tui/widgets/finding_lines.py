"""A diagnosis as lines of text for a given width: findings, proof and cure, then what stayed open."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from troubleshooter.model.finding import Confidence, Severity, Verdict
from troubleshooter.report.counted import counted
from troubleshooter.report.look_up import look_up
from troubleshooter.report.ruled_out import ruled_out_told
from troubleshooter.report.untold import untold
from troubleshooter.tui.text import plain
from troubleshooter.tui.text.excerpt import proof_lines
from troubleshooter.tui.widgets.line_pane import MATCHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.excerpt import Excerpt
    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.report.symbols import Glyphs
    from troubleshooter.tui.widgets.strips import Piece

_PROOFS = 4
_PROOF_LINES = 3
"""Of a finding's first proof: enough for what matched and some of what stands around it."""
_MORE_LINES = 2
"""Of each further proof."""
_LABEL = 12
_ROOM = 44
"""Cells that a proof's text wants beside its place; with less it goes below."""


class Stop(NamedTuple):
    """Where the cursor may stand: a finding, one of its proofs, or a line that nobody explained."""

    finding: Finding | None
    proofs: tuple[Evidence, ...]
    at: int = 0


class DrawnLine(NamedTuple):
    pieces: tuple[Piece, ...]
    stop: Stop | None = None
    """The same object on each line of one stop."""


def lines(diagnosis: Diagnosis, width: int, marks: Glyphs, proven: str = "") -> list[DrawnLine]:
    """`proven` is the id of the finding whose fix was proven."""
    titles = {finding.id: finding.title for finding in diagnosis.findings}
    drawn: list[DrawnLine] = []
    for finding in diagnosis.findings:
        drawn += _finding(finding, width, marks, titles, proven=finding.id == proven)
        drawn.append(DrawnLine(()))
    if not diagnosis.findings:
        drawn += [DrawnLine((("Nothing that was read shows a known failure.", "bold"),)), DrawnLine(())]
    return drawn + list(_open_ends(diagnosis, width, marks))


def _finding(
    finding: Finding, width: int, marks: Glyphs, titles: Mapping[str, str], *, proven: bool
) -> Iterator[DrawnLine]:
    sure = f"{marks.certainty(finding.confidence)} {finding.confidence.value}"
    if proven:
        sure = f"{marks.done} proven"
    *above, title = textwrap.wrap(
        plain.one_line(finding.title), max(20, width - len(sure) - 4), break_on_hyphens=False
    ) or [""]
    tone = {Severity.ERROR: "$error bold", Severity.WARNING: "$warning bold"}.get(finding.severity, "$quiet")
    stop = Stop(finding, finding.evidence)
    mark: Piece = (f"{marks.severity(finding.severity)} ", tone)
    for part in above:
        yield DrawnLine((mark, (part, "bold")), stop)
        mark = ("  ", "")
    certainty: Piece = (sure, "$accent" if finding.confidence is Confidence.CONFIRMED else "$quiet")
    yield DrawnLine(
        (mark, (f"{plain.fit(title, width - len(sure) - 4, marks.cut)}  ", "bold"), certainty), stop
    )
    said = finding.explanation.removesuffix(finding.remark)
    for text, style in ((said, ""), (finding.remark, "$quiet")):
        for part in textwrap.wrap(plain.one_line(text), max(20, width - 2), break_on_hyphens=False):
            yield DrawnLine((("  " + part, style),))
    if finding.nodes:
        shown = ", ".join(plain.one_line(node) for node in finding.nodes)
        yield _labelled("on", plain.fit(shown, width - _LABEL, marks.cut).rstrip())
    yield from _proofs(finding, width, marks)
    summaries = [fix.summary for fix in finding.fixes]
    yield from _listed("fix", summaries, width, "$accent")
    yield from _listed("not surer", [finding.why_not_surer] if finding.why_not_surer else [], width)
    yield from _listed("make sure", finding.confirm, width)
    yield from _listed("explains", [titles[each] for each in finding.explains if each in titles], width)
    yield from _listed("more", [look_up(finding.id)], width)


def _listed(label: str, texts: Iterable[str], width: int, style: str = "") -> Iterator[DrawnLine]:
    """Each text from its own line on, the label before the first."""
    for text in texts:
        for part in plain.wrapped(text, max(20, width - _LABEL)):
            yield _labelled(label, part, style)
            label = ""


def _proofs(finding: Finding, width: int, marks: Glyphs) -> Iterator[DrawnLine]:
    ends = plain.apart(finding.nodes)
    for index in range(min(_PROOFS, len(finding.evidence))):
        label = "  proof" if index == 0 else ""
        yield from proof_drawn(label, _LABEL, Stop(finding, finding.evidence, index), width, marks, ends)
    kept = len(finding.evidence)
    if kept > _PROOFS:
        yield _labelled("", f"and {kept - _PROOFS} more: open one, then n")
    if finding.count > kept:
        yield _labelled("", f"{finding.count} lines say so in all files")


def proof_drawn(
    label: str, indent: int, stop: Stop, width: int, marks: Glyphs, ends: plain.Apart = plain.ALIKE
) -> Iterator[DrawnLine]:
    """tvmps_…01_d  akvvm_service.log:218  what stands there, or that below."""
    proof = stop.proofs[stop.at]
    third, room = (width - indent) // 3, width - indent
    place = _place(proof, third, third, marks, ends)
    taken = indent + sum(cell_len(text) for text, _ in place)
    beside = width - taken >= _ROOM
    if not beside:
        place = _place(proof, room // 2, room, marks, ends)
    indented = taken if beside else indent
    most = _PROOF_LINES if stop.at == 0 else _MORE_LINES
    texts = [_matched(line) for line in proof_lines(proof.excerpt, width - indented, most, marks.cut)]
    places = [[*place, *texts.pop(0)]] if beside else _below(place, room)
    for number, pieces in enumerate(places):
        yield DrawnLine(((label.ljust(indent) if number == 0 else " " * indent, "$quiet"), *pieces), stop)
    for text in texts:
        yield DrawnLine(((" " * indented, ""), *text), stop)


def _below(pieces: Iterable[Piece], width: int) -> list[list[Piece]]:
    """Pieces that fit beside each other on one line, and the next on a line of its own."""
    drawn: list[list[Piece]] = [[]]
    for text, style in pieces:
        if drawn[-1] and sum(cell_len(each) for each, _ in drawn[-1]) + cell_len(text.rstrip()) > width:
            drawn.append([])
        drawn[-1].append((text, style))
    return drawn


def _matched(line: Excerpt) -> list[Piece]:
    return [(part, MATCHED if mark else "") for part, mark in line.segments]


_LEAST = 12
"""Cells that a file's name has at least."""


def _place(
    proof: Evidence, of_node: int, of_both: int, marks: Glyphs, ends: plain.Apart
) -> tuple[Piece, ...]:
    """Node and file in so many cells each, or, where `of_both` is more, in so many together."""
    name = plain.one_line(proof.file).rpartition("/")[2]
    times = f"{proof.count} times  " if proof.count > 1 else ""
    stands = f"{name}:{proof.line}" if proof.line else name
    together = of_both > of_node
    if together:  # a short name of a file leaves its room to the node
        rest = of_both - cell_len(times) - 2 * 2
        of_node = max(min(of_node, rest - _LEAST), rest - cell_len(stands))
    node = (
        plain.telling(plain.one_line(proof.node), max(14, of_node), marks.cut, ends) + "  "
        if proof.node
        else ""
    )
    room = of_both - (cell_len(node) + cell_len(times) + 2 if together else 0)
    where = plain.middle(stands, max(_LEAST, room), marks.cut)
    return ((node, "$quiet"), (where + "  ", "$accent"), (times, "$quiet"))


def _open_ends(diagnosis: Diagnosis, width: int, marks: Glyphs) -> Iterator[DrawnLine]:
    if known := tuple(ruled_out_told(diagnosis)):
        yield DrawnLine((("Ruled out, because", "$success"),))
        for because, told in known:
            yield from _quietly(f"{plain.one_line(because)}: {plain.one_line('; '.join(told))}", width)
        yield DrawnLine(())
    if groups := tuple(untold(diagnosis)):
        yield DrawnLine((("What could not be told, for want of", "$warning"),))
        for missing, ids in groups:
            number = counted(len(ids), "known failure")
            yield from _quietly(f"{plain.one_line(missing)}: {number}", width)
        yield DrawnLine(())
    if kinds := len(diagnosis.unexplained):
        fit = "fits" if kinds == 1 else "fit"
        head = f"{counted(kinds, 'kind')} of error lines that {fit} no known failure"
        yield DrawnLine(((head, "$warning"),))
        for index in range(kinds):
            yield from proof_drawn("", 2, Stop(None, diagnosis.unexplained, index), width, marks)


def _quietly(text: str, width: int) -> Iterator[DrawnLine]:
    for part in textwrap.wrap(text, max(20, width - 4), break_on_hyphens=False, subsequent_indent="  "):
        yield DrawnLine(((f"  {part}", "$quiet"),))


def _labelled(label: str, text: str, style: str = "") -> DrawnLine:
    return DrawnLine(((f"  {label:<{_LABEL - 2}}", "$quiet"), (text, style)))


def summary(diagnosis: Diagnosis) -> str:
    """1 error, 2 warnings; 5 known failures could not be looked for."""
    severities = [finding.severity for finding in diagnosis.findings]
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    found = [counted(severities.count(each), word) for each, word in words.items() if each in severities]
    open_ones = sum(check.verdict is Verdict.UNKNOWN for check in diagnosis.checked)
    parts = [", ".join(found) or "nothing known was found"]
    if open_ones:
        parts.append(f"{counted(open_ones, 'known failure')} could not be looked for")
    return "; ".join(parts)
