"""The part of a text that matters: cut around what is marked, with a sign wherever something is left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LEFT_OUT = "…"
_SNAP = 12
"""Characters given up so that an excerpt begins and ends with a whole word."""
_ESCAPED_BREAK = re.compile(r"\\r\\n|(?<=[.,;!?\"'])\\n")
_LEAST = 6
"""Characters below which a mark is not worth keeping beside others."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """Start and end of what matters, in characters of the text, in order and apart."""

    @property
    def segments(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it is marked."""
        at = 0
        for start, end in self.marks:
            yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        yield self.text[at:], False

    def between(self, start: int, end: int) -> Excerpt:
        """A part of it, with the marks that reach into it."""
        kept = ((max(start, left), min(end, right)) for left, right in self.marks)
        marks = tuple((left - start, right - start) for left, right in kept if left < right)
        return Excerpt(self.text[start:end], marks)

    def marked(self, before: str, after: str) -> str:
        """The text with signs around what is marked."""
        return "".join(f"{before}{part}{after}" if mark else part for part, mark in self.segments)


def cut(text: str, limit: int, left_out: str = LEFT_OUT) -> str:
    """The beginning of a text, with the sign where it was longer."""
    return text if len(text) <= limit else text[: max(0, limit - len(left_out))] + left_out


def excerpt(whole: Excerpt, limit: int, left_out: str = LEFT_OUT, lead: int = 0) -> Excerpt:
    """At most so many characters, the marked ones in the middle of what surrounds them.

    `lead` characters of the beginning are kept where there is room: a log's line says there when and where.
    """
    text = whole.text
    if len(text) <= limit:
        return whole
    if not whole.marks:
        return Excerpt(cut(text, limit, left_out))
    spans = _kept(whole.marks, limit, len(left_out))
    widths = range(limit + 1)
    sizes = _Sizes(text, spans, [(0, lead)] if lead else [], len(left_out))
    if sizes.of(0) > limit - _SNAP:
        sizes = _Sizes(text, spans, [], len(left_out))
    # the widest surroundings that fit: a wider one never gives a shorter text but by the signs it saves
    around = max(0, bisect_right(widths, limit, key=sizes.of) - 1)
    parts = [_whole_words(text, part, spans) for part in sizes.parts(around)]
    return _joined(whole, parts, left_out)


def joined(parts: Iterable[Excerpt], between: str) -> Excerpt:
    """Several one after another."""
    text, marks = "", []
    for number, part in enumerate(parts):
        text += between if number else ""
        marks += [(start + len(text), end + len(text)) for start, end in part.marks]
        text += part.text
    return Excerpt(text, tuple(marks))


def unbroken(told: Excerpt) -> Excerpt:
    """Line breaks that a log holds as the characters of an escape, as spaces; the marks stay where they were.

    A lone backslash-n may be the start of a name in a Windows path, unless a sentence ends before it.
    """
    pieces, at = [], 0
    for hit in _ESCAPED_BREAK.finditer(told.text):
        pieces += [told.between(at, hit.start()), _space_for(told, hit.start(), hit.end())]
        at = hit.end()
    return joined([*pieces, told.between(at, len(told.text))], "")


def _space_for(told: Excerpt, start: int, end: int) -> Excerpt:
    """Marked where what it stands for was."""
    marked = any(left <= start and end <= right for left, right in told.marks)
    return Excerpt(" ", ((0, 1),) if marked else ())


def one_line(told: Excerpt, visible: Callable[[str], str]) -> Excerpt:
    """Space folded, and every character made visible; the marks stay on what they marked."""
    pieces: list[str] = []
    places = [0]
    """Where each character of the text has gone to, and where the last ends."""
    at, pending = 0, False
    for character in told.text:
        shown = ""
        if character.isspace():
            pending = at > 0
        else:
            shown = (" " if pending else "") + visible(character)
            pending = False
        pieces.append(shown)
        at += len(shown)
        places.append(at)
    text = "".join(pieces)
    marks = []
    for start, end in told.marks:
        left, right = places[start], places[end]
        left += text[left:right].startswith(" ")  # the space that was waiting before the first marked one
        if left < right:
            marks.append((left, right))
    return Excerpt(text, tuple(marks))


def merged(spans: Iterable[tuple[int, int]], gap: int = 0) -> tuple[tuple[int, int], ...]:
    """In order, and those that meet or overlap as one; so do those with no more than the gap between."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return tuple(found)


def wrapped(told: Excerpt, width: int) -> list[Excerpt]:
    """On as many lines as it takes, broken at spaces or after signs where that wastes little."""
    lines, at, text = [], 0, told.text
    while len(text) - at > width:
        window = text[at : at + width + 1]
        best = max(window.rfind(" "), *(window.rfind(sign, 0, width) + 1 for sign in ",:;{}/"))
        best = best if best > width // 2 else width
        lines.append(_trimmed(told, at, at + best))
        at += best
        while at < len(text) and text[at] == " ":
            at += 1
    return [*lines, told.between(at, len(text))]


def _trimmed(told: Excerpt, start: int, end: int) -> Excerpt:
    while end > start and told.text[end - 1] == " ":
        end -= 1
    return told.between(start, end)


class _Sizes:
    """How long the excerpt gets when so many characters are kept on both sides of each mark."""

    def __init__(
        self, text: str, spans: list[tuple[int, int]], head: list[tuple[int, int]], sign: int
    ) -> None:
        self._length, self._spans, self._head, self._sign = len(text), spans, head, sign

    def parts(self, around: int) -> tuple[tuple[int, int], ...]:
        grown = ((max(0, start - around), min(self._length, end + around)) for start, end in self._spans)
        # the sign takes as much room as a gap of its own length
        return merged([*self._head, *grown], self._sign)

    def of(self, around: int) -> int:
        parts = self.parts(around)
        signs = len(parts) - 1 + (parts[0][0] > 0) + (parts[-1][1] < self._length)
        return sum(end - start for start, end in parts) + signs * self._sign


def _kept(marks: tuple[tuple[int, int], ...], limit: int, sign: int) -> list[tuple[int, int]]:
    """The marks that fit, the last ones where not all do; of a long one its two ends."""
    room = max(1, limit * 7 // 8)
    number = max(1, min(len(marks), room // (_LEAST + 2 * sign)))
    share = max(1, room // number - 2 * sign)
    if sum(end - start for start, end in marks) <= room - 2 * sign * len(marks):
        return list(marks)
    kept: list[tuple[int, int]] = []
    for start, end in marks[-number:]:
        if end - start <= share:
            kept.append((start, end))
        elif share > 2 * sign + 2:
            half = (share - sign) // 2
            kept += [(start, start + half), (end - half, end)]
        else:
            kept.append((start, start + share))
    return kept


def _whole_words(text: str, part: tuple[int, int], spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The part without the halves of words at its ends, where that gives up little and nothing marked."""
    start, end = part
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    first = min((left for left, _ in inside), default=end)
    last = max((right for _, right in inside), default=start)
    if start and not text[start - 1].isspace():
        space = text.find(" ", start, min(first, start + _SNAP))
        start = space + 1 if space >= 0 else start
    if end < len(text) and not text[end].isspace():
        space = text.rfind(" ", max(last, end - _SNAP), end)
        end = space if space >= 0 else end
    return start, end


def _joined(whole: Excerpt, parts: list[tuple[int, int]], left_out: str) -> Excerpt:
    pieces = [whole.between(*part) for part in parts]
    told = [pieces[0]]
    for (_, before), (after, _), piece in zip(parts, parts[1:], pieces[1:], strict=False):
        told += [Excerpt(left_out if after > before else ""), piece]
    ends = (left_out * (parts[0][0] > 0), left_out * (parts[-1][1] < len(whole.text)))
    return joined([Excerpt(ends[0]), *told, Excerpt(ends[1])], "")
