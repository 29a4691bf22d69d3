"""Sentences that were broken over lines: a rule has to match as if they stood on one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from troubleshooter.analyse.rules import Rule

WIDEST = 4
"""Lines that a sentence may go over."""
_LONGEST = 600
"""Characters of a line that a window or a mail may have broken; a longer one was broken by nobody."""
_NEW = re.compile(
    r"\s*(?:\W{0,5}\d{4}[-/]\d\d[-/]\d\d|\[\d|\w{3} +\d+ \d\d:|[-*\u2022] |\d+[.)] |[#$] |\+ |at \S+\()"
)
"""What begins an entry, a point of a list, a command or a frame of a stack: nothing goes on there."""


def broken(
    lines: Sequence[str],
    worth: Callable[[bytes], bool],
    found: Callable[[bytes], dict[Rule, tuple[tuple[int, int], ...]]],
) -> Iterator[tuple[int, int, bytes, list[Rule]]]:
    """First line, how many, their text as one, and the rules that match there and in no part of it.

    `worth` says whether a text is worth a look; `found` which rules match it, and where.
    """
    at = 0
    for paragraph in _paragraphs(lines):
        text = [line.strip() for line in paragraph]
        if len(text) > 1 and worth(" ".join(text).encode("utf-8", "replace")):
            for first, many, joined, rules in _windows(text, found, worth):
                yield at + first, many, joined, rules
        at += len(paragraph)


def _paragraphs(lines: Sequence[str]) -> Iterator[list[str]]:
    """Runs of lines that may go on in each other."""
    run: list[str] = []
    for line in lines:
        if run and (not line.strip() or _NEW.match(line) or len(run[-1]) > _LONGEST or not run[-1].strip()):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _windows(
    lines: Sequence[str],
    found: Callable[[bytes], dict[Rule, tuple[tuple[int, int], ...]]],
    worth: Callable[[bytes], bool],
) -> Iterator[tuple[int, int, bytes, list[Rule]]]:
    """From narrow to wide, so that each sentence is met in as few lines as it needs."""
    raw = [line.encode("utf-8", "replace") for line in lines]
    before = [_matched(line, worth, found) for line in raw]
    for width in range(2, min(WIDEST, len(raw)) + 1):
        these = []
        for first in range(len(raw) - width + 1):
            joined = b" ".join(raw[first : first + width])
            matched = _matched(joined, worth, found)
            inside = before[first].keys() | before[first + 1].keys()
            breaks = _breaks(raw[first : first + width])
            new = [
                rule
                for rule, spans in matched.items()
                if rule not in inside and any(start < at < end for start, end in spans for at in breaks)
            ]
            if new:
                yield first, width, joined, new
            these.append(dict(matched) | before[first] | before[first + 1])
        before = these


def _matched(
    text: bytes,
    worth: Callable[[bytes], bool],
    found: Callable[[bytes], dict[Rule, tuple[tuple[int, int], ...]]],
) -> dict[Rule, tuple[tuple[int, int], ...]]:
    return found(text) if worth(text) else {}


def _breaks(lines: Sequence[bytes]) -> list[int]:
    """Where in the joined text a line ended."""
    places, at = [], -1
    for line in lines[:-1]:
        at += len(line) + 1
        places.append(at)
    return places
