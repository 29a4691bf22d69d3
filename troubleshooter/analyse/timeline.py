"""What happened when: the telling lines of all files and nodes, on one clock, UTC."""

from __future__ import annotations

import re
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.kinds import JSON_LIMIT, kind_of_json, weight
from troubleshooter.analyse.lines import Rewound, ends
from troubleshooter.analyse.rules import pattern
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.stamp import stamp
from troubleshooter.analyse.statements import stamped
from troubleshooter.archives.budget import Budget
from troubleshooter.fence import LeftOut, Spent, Unreadable, fence
from troubleshooter.model.excerpt import cut
from troubleshooter.model.names import natural
from troubleshooter.text import flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime  # noqa: TC004 - annotations only: nothing reads them at run time

    from troubleshooter.model.evidence import SourceFile

KEPT = 200
"""Moments kept of a file's beginning, and as many of its end."""
READ = 8 * 1024 * 1024
"""Of a larger file so much of its beginning, and of its end, is read."""
TEXT_LIMIT = 300
_BYTES_OF_A_MOMENT = 1024
"""Of memory, with its text."""

_TELLING = pattern(
    r"(?:\bStarting (?:extension|\w+_service)\b|\bService Starting|\bFound v\d|\bInstalled '"
    r"|replaced certificate"
    r"|[Ff]ailed\b|<(?:error|warning)>|\bERROR\b|Target handler state: |\bhandler state is: "
    r"|\b(?:Install|Enable|Update|Disable|Uninstall) extension\b"
    r"|Beginning (?:install|enable|update) of plugin"
    r"|Executing: |Execution Complete|\[Enable\]|exited with|Main process exited|Error state triggered)"
)
_VARYING = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    """In UTC."""
    offset: str
    """How UTC was reached: the zone that the line states, or an assumption."""
    text: str
    file: str
    line: int
    node: str | None = None
    count: int = 1
    """Telling lines of the same shape that follow each other in the file; this is the first."""


def timeline(files: Iterable[SourceFile], found: Sources | None = None) -> tuple[Moment, ...]:
    """The moments of all files in order. A file that cannot be read, or tells no time, has none.

    Where the files were `found`, the moments cost no more than they may.
    """
    found = found or Sources(budget=Budget(endless=True))
    moments: list[Moment] = []
    try:
        for file in files:
            with (
                fence(file.name, found.left_out.append),
                suppress(OSError, Unreadable),  # the diagnosis says what cannot be read
            ):
                moments += _moments(file, found.budget)
    except Spent as limit:
        found.left_out.append(LeftOut("timeline", f"{limit}; it does not tell of every file"))
    return tuple(sorted(moments, key=lambda moment: (moment.at, natural(moment.node or ""))))


def moment_json(moment: Moment) -> dict[str, object]:
    """As `analyze --output json` prints it."""
    return {
        "at": moment.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "offset": moment.offset,
        "text": moment.text,
        "file": moment.file,
        "line": moment.line,
        "node": moment.node,
        "count": moment.count,
    }


def _moments(file: SourceFile, budget: Budget) -> list[Moment]:
    moments = _folded(_in_file(file, budget))
    first = list(islice(moments, KEPT))
    kept = first + list(deque(moments, maxlen=KEPT))
    budget.keep(_BYTES_OF_A_MOMENT * len(kept))
    return kept


def _folded(moments: Iterator[Moment]) -> Iterator[Moment]:
    """What repeats as one moment with its count."""
    held: Moment | None = None
    for moment in moments:
        if held is not None and _shape(held) == _shape(moment):
            held = replace(held, count=held.count + 1)
            continue
        if held is not None:
            yield held
        held = moment
    if held is not None:
        yield held


def _in_file(file: SourceFile, budget: Budget) -> Iterator[Moment]:
    with file.open() as stream:
        content = Rewound(stream)
        if content.head.lstrip()[:1] in {b"{", b"["} and (data := content.whole(JSON_LIMIT)) is not None:
            budget.look(weight(data))
            kind, value = kind_of_json(data, ())
            if kind is not FileKind.TEXT:
                yield from _stamped(kind, value, data, file, budget)
                return
        for number, piece in ends(content, READ):
            yield from _in_piece(piece, number, file, budget)


def _in_piece(piece: bytes, number: int, file: SourceFile, budget: Budget) -> Iterator[Moment]:
    at, counted = 0, 0
    while at < len(piece) and (found := _TELLING.search(piece, at)) is not None:
        budget.look()
        start = piece.rfind(b"\n", 0, found.start()) + 1
        end = piece.find(b"\n", found.start())
        end = len(piece) if end < 0 else end
        number += piece.count(b"\n", counted, start)
        counted = start
        if moment := _moment(piece[start:end], number, file):
            yield moment
        at = end + 1


def _stamped(
    kind: FileKind, value: object, data: bytes, file: SourceFile, budget: Budget
) -> Iterator[Moment]:
    line, place = 1, 0
    for written, text in stamped(kind, value):
        budget.look()
        sought = written.encode("utf-8", "replace")
        at = data.find(sought, place)
        if at < 0:  # escaped, or another of the same time
            budget.look(len(data) >> 12)
            at, line, place = max(0, data.find(sought)), 1, 0
        line, place = line + data.count(b"\n", place, at), at
        moment = _moment(sought, line, file)
        if moment is not None:
            yield replace(moment, text=cut(text, TEXT_LIMIT), offset="Z")


def _moment(line: bytes, number: int, file: SourceFile) -> Moment | None:
    known = stamp(line)
    if known is None:
        return None
    at, offset = known
    text = flat(line.decode("utf-8", "replace"))
    return Moment(at, offset, cut(text, TEXT_LIMIT), file.name, number, file.node)


def _shape(moment: Moment) -> str:
    return _VARYING.sub("#", moment.text)
