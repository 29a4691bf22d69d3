"""Tables: columns under dashes, between bars or tabs, as the CLI, PowerShell and the portal show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.analyse.printed.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RULE = re.compile(r"^[ \t]*-+(?:[ \t]+-+)+[ \t]*$")
_DASHES = re.compile(r"-+")
_BARS = re.compile(r"^[ \t]*[|+]?[-=:+| \t]{3,}[|+]?[ \t]*$")
_GAP = re.compile(r"\t| {2,}")
_HEADS = re.compile(
    r"(?i)^\W*(?:(?:compute ?)?node ?(?:id)?|id|name|vm ?name|extension)\b.*\b(?:state|status)\b"
)
"""A line of names that people leave a table with when the dashes are gone."""
_CELL = 2000


def tables(lines: Sequence[str]) -> Iterator[Document]:
    """Each row as a mapping of its own, from the column's name to the cell."""
    at = 0
    while at < len(lines):
        rows = _under_dashes(lines, at) or _between_bars(lines, at) or _behind_names(lines, at)
        yield from rows
        at = rows[-1].last + 1 if rows else at + 1


def _under_dashes(lines: Sequence[str], at: int) -> list[Document]:
    """The line before the dashes names the columns, and the dashes say where each begins."""
    if at == 0 or not lines[at].lstrip().startswith("-") or not _RULE.match(lines[at]):
        return []
    starts = [found.start() for found in _DASHES.finditer(lines[at])]
    names = _cut(lines[at - 1], starts)
    found = []
    for index in range(at + 1, len(lines)):
        if not lines[index].strip():
            break
        found.append(Document(_row(names, _cut(lines[index], starts)), index, index))
    return found


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    ends = [*starts[1:], len(line)]
    return [line[start:end].strip()[:_CELL] for start, end in zip(starts, ends, strict=True)]


def _between_bars(lines: Sequence[str], at: int) -> list[Document]:
    """The rule between names and rows is of dashes and bars."""
    if at == 0 or "|" not in lines[at - 1] or not _BARS.match(lines[at]) or "-" not in lines[at]:
        return []
    names = _cells(lines[at - 1])
    found = []
    for index in range(at + 1, len(lines)):
        cells = _cells(lines[index])
        if len(cells) != len(names):
            if _BARS.match(lines[index]) and lines[index].strip():
                continue
            break
        found.append(Document(_row(names, cells), index, index))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip()[:_CELL] for cell in line.strip().strip("|").split("|")]


def _behind_names(lines: Sequence[str], at: int) -> list[Document]:
    """Names and cells are apart by tabs, or by two blanks or more."""
    ruled = at + 1 < len(lines) and bool(_RULE.match(lines[at + 1]) or _BARS.match(lines[at + 1]))
    if ruled or not _HEADS.match(lines[at][:_CELL]):
        return []
    names = _GAP.split(lines[at].strip())
    found: list[Document] = []
    for index in range(at + 1, len(lines)) if len(names) > 1 else ():
        cells = [cell.strip()[:_CELL] for cell in _GAP.split(lines[index].strip())]
        if not 2 <= len(cells) <= len(names):
            break
        found.append(Document(_row(names, cells), index, index))
    return found


def _row(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
