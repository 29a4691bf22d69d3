"""Which node has which finding, as rows of a table. Not seen is not absent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter.model.handover import Surveyed
from troubleshooter.model.names import natural
from troubleshooter.report.counted import counted
from troubleshooter.tui.text import plain
from troubleshooter.tui.widgets.table import Cell, Column, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.model.finding import Diagnosis, Finding
    from troubleshooter.model.run import RunState
    from troubleshooter.report.symbols import Glyphs

POOL = ""
"""The row of what was found in no node, but in the pool's definition or in Azure's answers."""


class OfRun(NamedTuple):
    """What a run knows of its nodes beside the diagnosis."""

    pools: Mapping[str, str]
    """Of which pool a node is."""
    files: Mapping[str, int]
    """How many files were collected from it."""


NO_RUN = OfRun({}, {})


def pools(state: RunState) -> dict[str, str]:
    """Of which pool each node is: the original's are those that the survey found in it."""
    surveyed = state.of(Surveyed)
    original = set(surveyed.statuses) if surveyed else set[str]()
    families = {node.partition("_")[0] for node in original if any(map(str.isdigit, node.partition("_")[0]))}
    seen = {*state.diagnosis.nodes, *(node for f in state.diagnosis.findings for node in f.nodes)}
    if not original:
        return {}
    return {
        node: "original" if node in original or node.partition("_")[0] in families else "debug copy"
        for node in seen
    }


def nodes_of(state: RunState) -> OfRun:
    return OfRun(pools(state), Counter(file.node for file in state.files if file.step == "collect"))


def nodes(diagnosis: Diagnosis, pools: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Pool by pool, each pool's in their order, first the pool with most findings on a node.

    What concerns no node comes last. `pools` says of which pool a node is, where that is known.
    """
    known = dict.fromkeys([*diagnosis.nodes, *(node for f in diagnosis.findings for node in f.nodes)])
    of_pool = {node: (pools or {}).get(node, "") for node in known}
    most: Counter[str] = Counter()
    for node, pool in of_pool.items():
        most[pool] = max(most[pool], len(of_node(diagnosis, node)))
    found = sorted(known, key=lambda node: (-most[of_pool[node]], of_pool[node], natural(node)))
    return (*found, POOL) if of_node(diagnosis, POOL) else tuple(found)


def of_node(diagnosis: Diagnosis, node: str) -> tuple[Finding, ...]:
    return tuple(finding for finding in diagnosis.findings if _concerns(finding, node))


def proofs(diagnosis: Diagnosis, node: str) -> tuple[Evidence, ...]:
    """Everything that proves something on a node, in the order of the findings."""
    found = (proof for finding in of_node(diagnosis, node) for proof in finding.evidence)
    return tuple(dict.fromkeys(proof for proof in found if (proof.node or POOL) == node))


def columns(diagnosis: Diagnosis, pools: Mapping[str, str]) -> tuple[Column, ...]:
    """One narrow column per finding, numbered; where room is short the last ones go."""
    longest = max(map(len, pools.values()), default=0)
    numbered = (
        Column(str(number), 2, importance=100 - number) for number in range(1, len(diagnosis.findings) + 1)
    )
    return (
        Column("node", 18, importance=101, name=True),
        *numbered,
        *([Column("pool", longest, importance=2)] if longest else []),
        Column("extension", 10, importance=1, flexible=True),
    )


def rows(diagnosis: Diagnosis, pools: Mapping[str, str], marks: Glyphs) -> tuple[Row, ...]:
    return tuple(_row(diagnosis, node, pools, marks) for node in nodes(diagnosis, pools))


def without_finding(diagnosis: Diagnosis, node: str, files: Mapping[str, int]) -> str:
    """Why a node may have none: well by its own word, or nothing, or too little, was read of it."""
    if node in diagnosis.succeeded:
        read = (
            f", and {counted(files[node], 'file')} read of it show nothing wrong" if files.get(node) else ""
        )
        return f"no finding: its extension reports success{read}"
    if files.get(node):
        return f"no finding in {counted(files[node], 'file')} read of it"
    if node in diagnosis.nodes:
        return "no finding in what was read of it; its logs may not be among that"
    return "no finding: nothing was read there"


def _row(diagnosis: Diagnosis, node: str, pools: Mapping[str, str], marks: Glyphs) -> Row:
    seen = (
        Cell(marks.severity(f.severity), f"${f.severity.value}".replace("$info", "$quiet"))
        if _concerns(f, node)
        else Cell(marks.dot, "$quiet")
        for f in diagnosis.findings
    )
    well = node in diagnosis.succeeded
    name = Cell(plain.one_line(node)) if node else Cell("pool and Azure", "$quiet")
    pool = [Cell(plain.one_line(pools.get(node, "")), "$quiet")] if pools else []
    extension = (
        Cell("success", "$success") if well else Cell("" if node == POOL else "no success seen", "$quiet")
    )
    return Row(node, (name, *seen, *pool, extension))


def _concerns(finding: Finding, node: str) -> bool:
    if node == POOL:
        return not finding.nodes and all(proof.node is None for proof in finding.evidence)
    return node in finding.nodes or any(proof.node == node for proof in finding.evidence)
