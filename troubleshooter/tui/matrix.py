"""Which node has which finding, as rows of a table. Not seen is not absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.tui import plain
from troubleshooter.tui.widgets.table import Cell, Column, Row

if TYPE_CHECKING:
    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.tui.glyphs import Glyphs

POOL = ""
"""The row of what was found in no node, but in the pool's definition or in Azure's answers."""


def nodes(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Those with most findings first; what concerns no node comes last."""
    known = dict.fromkeys([*diagnosis.nodes, *(node for f in diagnosis.findings for node in f.nodes)])
    found = sorted(known, key=lambda node: (-len(of_node(diagnosis, node)), node))
    return (*found, POOL) if of_node(diagnosis, POOL) else tuple(found)


def of_node(diagnosis: Diagnosis, node: str) -> tuple[Finding, ...]:
    return tuple(finding for finding in diagnosis.findings if _concerns(finding, node))


def proofs(diagnosis: Diagnosis, node: str) -> tuple[Evidence, ...]:
    """Everything that proves something on a node, in the order of the findings."""
    found = (proof for finding in of_node(diagnosis, node) for proof in finding.evidence)
    return tuple(dict.fromkeys(proof for proof in found if (proof.node or POOL) == node))


def columns(diagnosis: Diagnosis) -> tuple[Column, ...]:
    """One narrow column per finding, numbered; where room is short the last ones go."""
    numbered = (
        Column(str(number), 2, importance=100 - number) for number in range(1, len(diagnosis.findings) + 1)
    )
    return (
        Column("node", 18, importance=101, wish=40, name=True),
        *numbered,
        Column("extension", 10, importance=0, flexible=True),
    )


def rows(diagnosis: Diagnosis, marks: Glyphs) -> tuple[Row, ...]:
    return tuple(_row(diagnosis, node, marks) for node in nodes(diagnosis))


def _row(diagnosis: Diagnosis, node: str, marks: Glyphs) -> Row:
    seen = (
        Cell(marks.severity(f.severity), f"${f.severity.value}".replace("$info", "$quiet"))
        if _concerns(f, node)
        else Cell(marks.dot, "$line")
        for f in diagnosis.findings
    )
    well = node in diagnosis.succeeded
    name = Cell(plain.one_line(node)) if node else Cell("pool and Azure", "$quiet")
    return Row(node, (name, *seen, Cell("success" if well else "", "$success")))


def _concerns(finding: Finding, node: str) -> bool:
    if node == POOL:
        return not finding.nodes and all(proof.node is None for proof in finding.evidence)
    return node in finding.nodes or any(proof.node == node for proof in finding.evidence)
