"""A text as it was written: without a terminal's colours and a mail's marks, its broken lines whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.rules import pattern
from troubleshooter.text import TERMINAL

_IS_QUOTED = re.compile(r"(?m)^[ \t]{0,8}(?:>|[|\u2502][ \t][^|\u2502\n]*$)")
_QUOTES = re.compile(r"^[ \t]{0,8}(?:(?:[>|\u2502][ \t]?){1,8}|[\u2575\u2577][ \t]*$)")
"""A mail's marks, and the frame that Terraform draws at the left of what went wrong."""
_FRAME = "\u2502"
_CELLS = re.compile(r"^\s*[|\u2502].*[|\u2502]\s*$")
"""A row of a table: its bars are no quotation marks."""
_TYPESET = re.compile("[\u00a0\u2007\u202f\u200b\u2060\ufeff\u2018-\u201f\udca0\udc82\udc84\udc91-\udc94]")
"""What word processors, chats and web pages put in the place of blanks and quotes, also as Windows' bytes."""
_TYPED = {
    **dict.fromkeys((0xA0, 0x2007, 0x202F, 0xDCA0), " "),
    **dict.fromkeys((0x200B, 0x2060, 0xFEFF)),
    **dict.fromkeys((0x2018, 0x2019, 0x201A, 0x201B, 0xDC82, 0xDC91, 0xDC92), "'"),
}
_DOUBLE = dict.fromkeys((0x201C, 0x201D, 0x201E, 0x201F, 0xDC84, 0xDC93, 0xDC94), '"')
_NO_ENTRY = pattern(r"\n[^0-9\s]|\x1b|^>")
"""A line that was broken, quoted or coloured."""
_MARKED = pattern(r"(?m)^[>|] ?\S")
"""A line behind a mail's mark."""
_BEGINNING = 4096
"""Bytes by which a window or a mail shows itself: it breaks what follows as it broke these."""
_SHORTEST = 60
"""Columns below which nobody's window breaks lines."""
_WIDEST = 100
"""Columns above which no mail leaves a line."""
_ALIKE = 6
"""Characters that two lines begin with alike where each is an entry of its own."""
_ENDS = frozenset(".;\"'}])")
"""What ends an entry rather than a window's line."""
_BEGINS = re.compile(r"\W{0,3}\d{4}-\d\d-\d\d|\[\d|\w{3} +\d+ \d\d:")
_SOFT = range(50, 78)
"""Columns at which a mail in quoted-printable breaks a line, with = at its end."""


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[str, ...]
    numbers: tuple[int, ...]
    """Where each line begins in the file."""
    quoted: bool
    """It holds what somebody quoted: it is no log as it was written, but told of."""
    text: str
    """All lines."""

    def number(self, index: int) -> int:
        return self.numbers[min(index, len(self.numbers) - 1)] if self.numbers else 1


TEXT_READ, LINES_READ = 1024 * 1024, 20_000
"""Bytes and lines above which a text is read line by line, as a log is: nobody pastes so much."""
PASTED = frozenset({FileKind.TEXT, FileKind.JOURNAL})
"""Kinds of texts that may be pasted together of anything: every rule may match."""


def was_changed(head: bytes, kind: FileKind) -> bool:
    """Whether a text may look otherwise than it was written: a log as it lies on a node does not."""
    if kind in PASTED:
        return True
    if kind is FileKind.EXTENSION_LOG:  # each of its entries begins with a day
        return _NO_ENTRY.search(head[:_BEGINNING]) is not None
    return b"\x1b" in head or _MARKED.search(head) is not None or _is_narrow(head[:_BEGINNING])


def _is_narrow(head: bytes) -> bool:
    """Whether a mail or a window broke its lines: an agent writes most of them longer than any of these."""
    lines = [line.rstrip() for line in head.split(b"\n")[:-1] or [head]]
    return len(lines) > 1 and _SHORTEST <= max(map(len, lines)) <= _WIDEST


def page(data: str) -> Page:
    """Undo what was done to a text on its way; lines keep the number of where they begin."""
    shown = TERMINAL.sub("", data).replace("\r", "") if "\x1b" in data or "\r" in data else data
    raw = [_typed(line) if _TYPESET.search(line) else line for line in shown.split("\n")]
    quoted = _IS_QUOTED.search(shown) is not None
    framed = _in_frame(raw) if _FRAME in shown else 0
    if quoted:
        raw = [line if _CELLS.match(line) else _QUOTES.sub("", line, count=1) for line in raw]
    lines: list[str] = []
    numbers: list[int] = []
    at = 1
    for blank, group in groupby(raw, key=lambda line: not line.strip()):
        part = list(group)
        broken = None if blank else _width(part)
        joint: str | None = None
        for line, following in zip(part, [*part[1:], ""], strict=True):
            soft = line.endswith("=") and len(line) in _SOFT
            told = line[:-1] if soft else line
            if joint is not None:
                lines[-1] += joint + told
            else:
                lines.append(told)
                numbers.append(at)
            hard = not blank and (soft or len(line) == broken)
            joint = "" if hard else " " if framed and _wrapped(line, following, framed) else None
            at += 1
    return Page(tuple(lines), tuple(numbers), quoted, "\n".join(lines))


def _in_frame(lines: list[str]) -> int:
    """The columns that Terraform wrote its frames for, as far as their lines tell; else 0."""
    framed = (line for line in lines if line.lstrip().startswith(_FRAME) and not _CELLS.match(line))
    inside = (_QUOTES.sub("", line, count=1) for line in framed)
    widest = max((len(line) for line in inside if " " in line.strip()), default=0)  # one word has no choice
    return widest if widest >= _SHORTEST else 0


def _wrapped(line: str, following: str, columns: int) -> bool:
    """Whether the word that follows had no room any more; Terraform wraps nothing that is indented."""
    word, _, _ = following.partition(" ")
    return bool(word) and line[:1] > " " and len(line) <= columns < len(line) + 1 + len(word)


def _typed(line: str) -> str:
    """A line as a machine wrote it; curly double quotes that stand inside straight ones were a person's."""
    return line.translate(_TYPED if '"' in line else _TYPED | _DOUBLE)


def _width(lines: list[str]) -> int | None:
    """The columns at which a window broke the lines of a paragraph; None where none did."""
    widest = max(map(len, lines))
    full = [at for at, line in enumerate(lines) if len(line) == widest]
    if widest < _SHORTEST or len(full) < 2 or len(full) * 2 < len(lines):
        return None
    starts = [lines[at + 1] for at in full if at + 1 < len(lines)]
    alike = any(line[:_ALIKE] == lines[at][:_ALIKE] for line, at in zip(starts, full, strict=False))
    ended = sum(lines[at][-1] in _ENDS for at in full) * 2 > len(full)
    drawn = any(line.startswith(("---", "===", "+--")) or _CELLS.match(line) for line in lines)
    return None if alike or ended or drawn or any(map(_BEGINS.match, starts)) else widest
