"""What happened when, as rows of a table: the moments of all files on one clock. Made in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.tui.text import plain
from troubleshooter.tui.text.excerpt import excerpt
from troubleshooter.tui.widgets.table import Cell, Column, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.analyse.timeline import Moment
    from troubleshooter.model.finding import Diagnosis, Severity
    from troubleshooter.report.symbols import Glyphs

COLUMNS = (
    Column("", 1, importance=8),
    Column("UTC", 20, importance=9),
    Column("node", 12, importance=5, name=True),
    Column("what happened", 30, importance=10, wish=60, flexible=True),
    Column("file", 14, importance=3, name=True),
)
_LONGEST = 400

LineAt = tuple[str | None, str, int]


def proven(diagnosis: Diagnosis) -> dict[LineAt, Severity]:
    """Where the findings' proofs stand, and how bad the worst of them is."""
    found: dict[LineAt, Severity] = {}
    for finding in reversed(diagnosis.findings):  # causes come first, so that they have the last word
        found |= {(proof.node, proof.file, proof.line): finding.severity for proof in finding.evidence}
    return found


def rows(moments: tuple[Moment, ...], proofs: Mapping[LineAt, Severity], marks: Glyphs) -> tuple[Row, ...]:
    return tuple(_row(str(number), moment, proofs, marks) for number, moment in enumerate(moments))


def _row(key: str, moment: Moment, proofs: Mapping[LineAt, Severity], marks: Glyphs) -> Row:
    severity = proofs.get((moment.node, moment.file, moment.line))
    tone = {"error": "$error bold", "warning": "$warning bold"}.get(severity or "", "$quiet")
    times = f"  ({moment.count} times)" if moment.count > 1 else ""
    assumed = "" if moment.offset == "Z" or moment.offset[:1] in "+-" else "~"
    name = plain.one_line(moment.file).rpartition("/")[2]
    return Row(
        key,
        (
            Cell(marks.severity(severity) if severity else "", tone),
            Cell(f"{moment.at:%Y-%m-%d %H:%M:%S}{assumed}", "$quiet"),
            Cell(plain.one_line(moment.node or ""), "$quiet"),
            Cell(excerpt(moment.text, _LONGEST, marks.cut) + times, "bold" if severity else ""),
            Cell(f"{name}:{moment.line}", "$quiet"),
        ),
    )
