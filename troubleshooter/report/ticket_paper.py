"""The sheet that a ticket has to fit on: where there are more lines, the least important are left out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import LEFT_OUT, Excerpt, cut, excerpt, unbroken
from troubleshooter.model.excerpt import one_line as on_one_line
from troubleshooter.report.counted import counted, listed
from troubleshooter.report.wrapped import wrapped
from troubleshooter.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from troubleshooter.model.evidence import Evidence

LINES = 40
WIDTH = 120
"""Characters of a line at most."""
_LABEL = 11
_ROOM = WIDTH - _LABEL
_TIME = 20
"""Characters at the beginning of a log's line that say when."""
_LONG = 60
"""Characters from which on a path is told by its end."""
_NODE_ID = re.compile(r"\b(tvmps_\w{4})\w{40,70}(\w{10})\b")
_AROUND = 8
"""Characters that a mark takes beside its own: signs that something is left out, and some of what is."""
_QUOTED = "  | "
FIRST = 0
"""The rank of what goes last."""
BESIDE = 8
"""From this rank on it is no line of a ticket even where there is room: many of a kind hide what matters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is shown or left out as a whole."""

    label: str
    """Of its section, which stands before the first entry of it."""
    lines: tuple[str, ...]
    """None of them longer than there is room for behind the label."""
    rank: int
    """The higher, the sooner it is left out."""
    what: tuple[str, str]
    """One of it, and several, where it is told how many were left out."""


def entry(
    label: str,
    text: str,
    rank: int = FIRST,
    what: tuple[str, str] = ("more line", "more lines"),
    *,
    most: int = 3,
    proof: Evidence | None = None,
    short: bool = True,
) -> Entry:
    """A sentence on at most so many lines, and a line of a log that proves it on one of its own.

    `short` is for sentences that name a node: its whole id stands once in the ticket.
    """
    if proof is None:
        return Entry(label, _broken(text, most, short=short), rank, what)
    return Entry(label, (*_broken(f"{text}; {place_told(proof)}", most), _quoted(proof)), rank, what)


def sheet(title: str, entries: Sequence[Entry], whole: str) -> str:
    """At most LINES lines. `whole` says where all of it stands. Of each section something stays."""
    kept = [one for one in entries if one.rank < BESIDE]
    left = Counter(one.what for one in entries if one.rank >= BESIDE)
    while 1 + _size(kept) + _told(left, whole).count("\n") > LINES:
        of_section = Counter(one.label for one in kept)
        spare = [(one.rank, number) for number, one in enumerate(kept) if of_section[one.label] > 1]
        left[kept.pop(max(spare)[1]).what] += 1
    return f"{cut(one_line(title), WIDTH)}\n{''.join(_labelled(kept))}{_told(left, whole)}"


def _size(entries: Iterable[Entry]) -> int:
    return sum(len(one.lines) for one in entries)


def _labelled(entries: Iterable[Entry]) -> Iterable[str]:
    above = ""
    for one in entries:
        for number, line in enumerate(one.lines):
            label = one.label if number == 0 and one.label != above else ""
            yield f"{label:<{_LABEL}}{line}".rstrip() + "\n"
        above = one.label


def _told(left: Counter[tuple[str, str]], whole: str) -> str:
    """What was left out, and where it stands; a line that is told even where nothing was."""
    out = listed([counted(number, *what) for what, number in left.items()])
    text = f"left out for length: {out}; all of it: {whole}" if out else f"all of it: {whole}"
    return "".join(_labelled([entry("More", text)]))


def _broken(text: str, most: int, *, short: bool = True) -> tuple[str, ...]:
    """On at most so many lines; a word that no line holds is cut."""
    told = _NODE_ID.sub(rf"\1{LEFT_OUT}\2", one_line(text)) if short else one_line(text)
    words = " ".join(cut(_short(word), _ROOM - 2) for word in told.split())
    lines = list(wrapped(words, _ROOM))
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], cut(f"{lines[most - 1]} {LEFT_OUT}", _ROOM))


def _short(word: str) -> str:
    """Of a long path its end: where somebody keeps a node's files tells nothing."""
    if len(word) <= _LONG or "/" not in word or "://" in word:
        return word
    opening = word[: len(word) - len(word.lstrip("([\"'"))]
    return f"{opening}{LEFT_OUT}/{'/'.join(word.rsplit('/', 2)[-2:])}"


def place_told(proof: Evidence) -> str:
    """Its file by its name alone, since where that lies is the same on every node; of an answer the call."""
    if proof.call:
        return f"{proof.call} {proof.field}".rstrip()
    name = proof.file.rpartition("/")[2] or proof.file
    return f"{name}:{proof.line}" if proof.line else name


def _quoted(proof: Evidence) -> str:
    """What stands there, cut around what matched: a log's words never begin a line."""
    room = _ROOM - len(_QUOTED)
    told = _fitting(on_one_line(unbroken(proof.excerpt), visible), room)
    return f"{_QUOTED}{excerpt(told, room, lead=_TIME).text}"


def _fitting(told: Excerpt, room: int) -> Excerpt:
    """Of many marks those that one line shows whole, the short ones first: a code, a name, an address."""
    kept, left = [], room - _TIME
    for mark in sorted(told.marks, key=lambda mark: mark[1] - mark[0]):
        left -= mark[1] - mark[0] + _AROUND
        if left >= 0:
            kept.append(mark)
    return Excerpt(told.text, tuple(sorted(kept))) if kept else told
