"""Stretches of a text that are to be hidden: joined where they overlap, longer where a line was broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.redact.spellings import lines_back, lines_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Span = tuple[int, int, bytes]
"""First, end, and the kind of the secret; for one that was told, its stand-in."""

_REST = re.compile(rb"""(?:\r?\n|(?:\\r)?\\n)[ \t]{0,16}([A-Za-z0-9+/=_~%-]{8,}+)(?=[\s;"'&,)<>\0]|\Z)""")
_REST_OF_TOKEN = re.compile(rb"""\r?\n[ \t]{0,16}([A-Za-z0-9_.-]{8,}+)(?=[\s;"'&,)<>\0]|\Z)""")
"""What follows on the next line, alone there: the rest of a value that a window's edge has broken."""
_GUID = re.compile(rb"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_MIXED = 20
"""Characters from which on letters of both cases are enough to look like a secret's."""
_FULL = 4096
"""Looking at all once more is quicker than at more places than one for so many bytes."""
_BREAKS = b"\r\n\\"
_DOTS = 2
"""Of a token."""


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, none overlapping another; the kind is that of the first and longest."""
    found: list[Span] = []
    first, end, kind = -1, -1, b""
    for next_first, next_end, next_kind in sorted(spans):
        if next_first >= end:
            if end > first:
                found.append((first, end, kind))
            first, end, kind = next_first, next_end, next_kind
        elif next_end > end:
            end, kind = next_end, next_kind if next_first == first else kind
    if end > first:
        found.append((first, end, kind))
    return found


def lengthened(spans: list[Span], text: bytes) -> list[Span]:
    """With what of them stands on the next line."""
    longer = [
        (first, _with_rest(first, end, kind, text) if end < len(text) and text[end] in _BREAKS else end, kind)
        for first, end, kind in spans
    ]
    return spans if longer == spans else joined(longer)


def _with_rest(first: int, end: int, kind: bytes, text: bytes) -> int:
    if kind == b"key":  # its lines are its own
        return end
    is_token = kind == b"jwt"
    while found := (_REST_OF_TOKEN if is_token else _REST).match(text, end):
        if not _looks_like_one(found[1]) or (is_token and text.count(b".", first, found.end(1)) > _DOTS):
            break
        end = found.end(1)
    return end


def _looks_like_one(word: bytes) -> bool:
    digits, letters = any(48 <= each <= 57 for each in word), word.lower() != word.upper()
    mixed = len(word) >= _MIXED and word not in {word.lower(), word.upper()}
    return bool(letters and (digits or mixed) and not _GUID.fullmatch(word))


def besides(spans: list[Span], told: list[Span], text: bytes) -> list[Span]:
    """All of both in order: what was told keeps its bounds, and what stands around it in a value goes too."""
    if not told:
        return spans
    result: list[Span] = []
    number = 0
    for first, end, kind in spans:
        at = first
        while number < len(told) and told[number][0] < end:
            if told[number][0] > at:
                result += _worth_it(at, told[number][0], kind, text)
            at = max(at, told[number][1])
            result.append(told[number])
            number += 1
        if at < end:
            result += _worth_it(at, end, kind, text)
    return result + told[number:]


def neighbourhoods(spans: list[Span], text: bytes) -> Iterator[tuple[int, int, list[Span]]]:
    """Lines in which something is hidden and those next to them, with what is; or the whole text."""
    found: list[tuple[int, int, list[Span]]] = []
    for span in spans:
        first, end = lines_back(text, 0, span[0]), lines_on(text, span[1], len(text))
        if found and first <= found[-1][1]:
            first, _, held = found.pop()
        else:
            held = []
        held.append(span)
        found.append((first, end, held))
    if len(found) * _FULL > len(text):
        found = [(0, len(text), spans)]
    for first, end, held in found:
        yield first, end, [(start - first, stop - first, kind) for start, stop, kind in held]


def _worth_it(first: int, end: int, kind: bytes, text: bytes) -> list[Span]:
    return [(first, end, kind)] if text[first:end].strip(b" \t\r\n\"'\\,;:") else []
