"""A diagnosis as lines of text for a given width: findings, proof and cure, then what stayed open."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.model.finding import Confidence, Severity, Verdict
from troubleshooter.tui import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.tui.glyphs import Glyphs
    from troubleshooter.tui.widgets.strips import Piece

_PROOFS = 4
_LABEL = 12


class Stop(NamedTuple):
    """Where the cursor may stand: a finding, one of its proofs, or a line that nobody explained."""

    finding: Finding | None
    proofs: tuple[Evidence, ...]
    at: int = 0


class DrawnLine(NamedTuple):
    pieces: tuple[Piece, ...]
    stop: Stop | None = None


def lines(diagnosis: Diagnosis, width: int, marks: Glyphs) -> list[DrawnLine]:
    drawn: list[DrawnLine] = []
    for finding in diagnosis.findings:
        drawn += [*_finding(finding, width, marks), DrawnLine(())]
    if not diagnosis.findings:
        drawn += [DrawnLine((("No rule found anything wrong in what was read.", "bold"),)), DrawnLine(())]
    return drawn + list(_open_ends(diagnosis, width, marks))


def _finding(finding: Finding, width: int, marks: Glyphs) -> Iterator[DrawnLine]:
    sure = f"{marks.certainty(finding.confidence)} {finding.confidence.value}"
    title = plain.fit(plain.one_line(finding.title), width - len(sure) - 4, marks.cut)
    tone = {Severity.ERROR: "$error bold", Severity.WARNING: "$warning bold"}.get(finding.severity, "$quiet")
    yield DrawnLine(
        (
            (f"{marks.severity(finding.severity)} ", tone),
            (f"{title}  ", "bold"),
            (sure, "$accent" if finding.confidence is Confidence.CONFIRMED else "$quiet"),
        ),
        Stop(finding, finding.evidence),
    )
    for text in textwrap.wrap(plain.one_line(finding.explanation), max(20, width - 2)):
        yield DrawnLine((("  " + text, ""),))
    if finding.nodes:
        shown = ", ".join(plain.one_line(node) for node in finding.nodes)
        yield _labelled("on", plain.fit(shown, width - _LABEL, marks.cut).rstrip())
    yield from _proofs(finding, width, marks)
    for number, fix in enumerate(finding.fixes):
        for part, text in enumerate(textwrap.wrap(plain.one_line(fix.summary), max(20, width - _LABEL))):
            yield _labelled("fix" if number + part == 0 else "", text, "$accent")
    if finding.explains:
        yield _labelled("explains", ", ".join(finding.explains))
    yield _labelled("rule", finding.id)


def _proofs(finding: Finding, width: int, marks: Glyphs) -> Iterator[DrawnLine]:
    ends = plain.common_ends(finding.nodes)
    for index, proof in enumerate(finding.evidence[:_PROOFS]):
        label = ("  proof" if index == 0 else "").ljust(_LABEL)
        yield DrawnLine(
            ((label, "$quiet"), *place_and_text(proof, width - _LABEL, marks, ends)),
            Stop(finding, finding.evidence, index),
        )
    more = len(finding.evidence) - _PROOFS
    if more > 0:
        yield _labelled("", f"and {more} more: open one, then n")


def place_and_text(
    proof: Evidence, width: int, marks: Glyphs, ends: tuple[int, int] = (0, 0)
) -> tuple[Piece, ...]:
    """tvm-…_1-p  akvvm_service.log:218  what stands there."""
    node = plain.telling(plain.one_line(proof.node), 14, marks.cut, ends) + "  " if proof.node else ""
    name = plain.one_line(proof.file).rpartition("/")[2]
    where = (
        plain.middle(f"{name}:{proof.line}" if proof.line else name, max(12, width // 3), marks.cut) + "  "
    )
    text = plain.fit(plain.one_line(proof.text), width - len(node) - len(where), marks.cut).rstrip()
    return ((node, "$quiet"), (where, "$accent"), (text, ""))


def _open_ends(diagnosis: Diagnosis, width: int, marks: Glyphs) -> Iterator[DrawnLine]:
    undecided = [check for check in diagnosis.checked if check.verdict is Verdict.UNKNOWN]
    if undecided:
        yield DrawnLine(((f"Not decided ({len(undecided)}), for want of", "$warning"),))
        for missing in dict.fromkeys(check.missing for check in undecided):
            rules = ", ".join(check.id for check in undecided if check.missing == missing)
            yield DrawnLine(((f"  {plain.one_line(missing) or 'not said why'}", ""),))
            for text in textwrap.wrap(rules, max(20, width - 4)):
                yield DrawnLine(((f"    {text}", "$quiet"),))
        yield DrawnLine(())
    if diagnosis.unexplained:
        number = len(diagnosis.unexplained)
        yield DrawnLine(((f"Error lines that no rule explains ({number})", "$warning"),))
        for index, proof in enumerate(diagnosis.unexplained):
            pieces = place_and_text(proof, width - 2, marks)
            yield DrawnLine((("  ", ""), *pieces), Stop(None, diagnosis.unexplained, index))


def _labelled(label: str, text: str, style: str = "") -> DrawnLine:
    return DrawnLine(((f"  {label:<{_LABEL - 2}}", "$quiet"), (text, style)))


def summary(diagnosis: Diagnosis) -> str:
    """61 rules: 2 fail, 54 pass, 5 not decided."""
    verdicts = [check.verdict for check in diagnosis.checked]
    if not verdicts:
        return ""
    words = {
        Verdict.FAIL: "fail",
        Verdict.PASS: "pass",
        Verdict.UNKNOWN: "not decided",
        Verdict.NOT_APPLICABLE: "do not apply",
    }
    counted = [f"{verdicts.count(verdict)} {word}" for verdict, word in words.items() if verdict in verdicts]
    return f"{len(verdicts)} rules: {', '.join(counted)}"
