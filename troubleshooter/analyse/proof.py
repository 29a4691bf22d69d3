"""A line as proof: what is shown of it, without its secrets, and what in it matched."""

from __future__ import annotations

from sys import getsizeof
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.lines import LINE_LIMIT
from troubleshooter.analyse.stamp import written
from troubleshooter.model.evidence import PROBE, Evidence
from troubleshooter.model.excerpt import LEFT_OUT, Excerpt, excerpt, merged
from troubleshooter.text import flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshooter.analyse.line import Line
    from troubleshooter.analyse.scan import Scan

TEXT_LIMIT = 500
"""Characters kept of a line that proves something, around what matched."""
_LEAD = 56
"""Characters of its beginning that are kept beside: when, and by which part of the program."""
_LOOKS_OF_A_PROOF, _BYTES_OF_A_PROOF = 5, 600
"""What keeping one costs: it is searched for what it proves, and stays in memory with its text."""
_LOOKS_OF_A_SECRET, _BYTES_CLEANED = 2, 24
"""What taking secrets out of a line costs: for each that is found; and how many bytes come to one look."""
_STAND_IN = "<redacted "


def evidence(line: Line, result: Scan, spans: Callable[[bytes], Iterable[tuple[int, int]]]) -> Evidence:
    """What a line proves. Where it matched is looked for anew: cleaning may have moved it."""
    result.budget.look(_LOOKS_OF_A_PROOF + (len(line.text) >> 8) + (line.said.cost if line.said else 0))
    text = _cleaned(line, result)
    data = text.encode("utf-8", "replace")
    marks = merged((_characters(data[:start]), _characters(data[:end])) for start, end in spans(data))
    told = excerpt(Excerpt(text, marks), TEXT_LIMIT, lead=_LEAD)
    more = LEFT_OUT if len(line.text) == LINE_LIMIT and not told.text.endswith(LEFT_OUT) else ""
    result.budget.keep(_BYTES_OF_A_PROOF + getsizeof(told.text))
    at = result.time_of(line)
    return Evidence(
        result.file.name,
        line.stands,
        told.text + more,
        result.file.node,
        marks=told.marks,
        at=written(at) if at else "",
        source=PROBE if result.kind is FileKind.PROBE else "",
    )


def _cleaned(line: Line, result: Scan) -> str:
    """The line without its secrets; with its neighbours where a secret goes on from one to the other."""
    if line.shown is None:
        start, after = line.end - len(line.text), line.piece.find(b"\n", line.end + 1)
        before = line.piece[line.piece.rfind(b"\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
        behind = line.piece[line.end + 1 : after if after >= 0 else len(line.piece)]
        result.budget.look((len(before) + len(line.text) + len(behind)) // _BYTES_CLEANED)
        whole = result.clean("\n".join(readable(each) for each in (before, line.text, behind)))
        result.budget.look(_LOOKS_OF_A_SECRET * whole.count(_STAND_IN))
        three = whole.split("\n")
        line.shown = three[1] if len(three) == 3 else " ".join(filter(None, three))
    return line.shown


def _characters(data: bytes) -> int:
    return len(data.decode("utf-8", "replace"))


def readable(line: bytes) -> str:
    """A line for people, on one line."""
    return flat(line.decode("utf-8", "replace"))
