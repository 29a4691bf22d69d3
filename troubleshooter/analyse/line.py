"""One line that is worth a look, with what stands around it and belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.analyse.rules import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime  # noqa: TC004 - annotations only: nothing reads them at run time

    from troubleshooter.analyse.statements import Statement  # noqa: TC004 - the same

BLOCK_LIMIT = 4096
"""Of what belongs to a line: the [stdout] and [stderr] that follow it."""
_PAGE_LIMIT = 400
_SECRET_URL = pattern(r"https://([A-Za-z0-9.-]{3,200})/secrets/([0-9A-Za-z-]{1,127})")
_CAME = pattern(r"(?:\bInstalled '|/secrets/)([0-9A-Za-z-]{1,127})/?'; most recent version is")
_ANNOUNCES = pattern(r"(?i)\b(?:extension|handler|plugin|type|publisher)\W{0,3}$")
_NEW_ENTRY = re.compile(rb"\W{0,5}\d{4}[-/]\d\d[-/]\d\d|\[\d|\w{3} +\d+ \d\d:")


@dataclass(slots=True)
class Line:
    number: int
    text: bytes
    piece: bytes
    """What was read with it, up to and beyond it."""
    end: int
    """Where the line ends in the piece."""
    said: Statement | None = None
    """What knows its number, which takes a while to find: few are asked for."""
    shown: str | None = None
    """Without its secrets; the same for all that want the line, however many rules that are."""
    block: bytes | None = None
    """With what follows and belongs to it."""
    url: tuple[str, str] | None = None
    """The newest secret URL up to it, once there is a block."""
    at: datetime | None = None
    """When it was written, once somebody asked."""
    asked: bool = False

    @property
    def stands(self) -> int:
        return self.said.line if self.said else self.number


def newest_url(piece: bytes, end: int) -> tuple[str, str] | None:
    """Host and secret of the last secret URL before a place."""
    place = piece.rfind(b"/secrets/", 0, end)
    start = piece.rfind(b"https://", 0, place) if place >= 0 else -1
    found = _SECRET_URL.search(piece[start : place + 140]) if start >= 0 else None
    return (found[1].decode(), found[2].decode()) if found else None


def arrivals(piece: bytes, before: tuple[str, str] | None) -> Iterator[tuple[tuple[str, str], int]]:
    """Host and secret of each certificate that the extension says it got, and where it says so.

    A line that has the name alone is about the URL before it, where that is of this name; `before` is the
    newest of what was read before the piece.
    """
    for found in _CAME.finditer(piece):
        url = newest_url(piece, found.start(1) + 1) or before
        if url and url[1] == found[1].decode():
            yield url, found.start()


def block(line: Line) -> list[bytes]:
    """The lines that follow and start no entry of their own, as far as they are in the same piece."""
    lines: list[bytes] = []
    for following in line.piece[line.end + 1 : line.end + 1 + BLOCK_LIMIT].split(b"\n"):
        if _NEW_ENTRY.match(following):
            break
        lines.append(following)
    return lines


def head(line: Line, before: bytes, *, in_blocks: bool = False) -> bytes:
    """What stands before a line and belongs to it: up to its entry's first line, or to an empty one.

    `before` was read before the piece that the line is in. With `in_blocks` an entry may have empty lines in
    it: the agent writes one between what a command said on stdout and on stderr.
    """
    start = max(0, line.end - len(line.text))
    above = (before + line.piece[max(0, start - BLOCK_LIMIT) : start])[-BLOCK_LIMIT:]
    lines = [line.text]
    for each in reversed(above.split(b"\n")[:-1]):
        if _NEW_ENTRY.match(lines[-1]) or not (in_blocks or each.strip()):
            break
        lines.append(each)
    return b"\n".join(reversed(lines[1:]))


def name_below(line: Line) -> bytes:
    """A line that breaks off before the name it announces, with those that follow; empty where it does not.

    A mail and a window break a sentence anywhere.
    """
    return b" ".join((line.text, *block(line)[:2])) if _ANNOUNCES.search(line.text) else b""


def after(line: Line) -> bytes:
    """What follows it at once: a message may end below with the page that is named to it."""
    return line.piece[line.end : line.end + _PAGE_LIMIT]
