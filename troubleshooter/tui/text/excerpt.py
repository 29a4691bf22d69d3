"""The part of a log's line that proves something: without its stamps, and begun near the trouble."""

from __future__ import annotations

import re

from troubleshooter.model.excerpt import LEFT_OUT, Excerpt, one_line, unbroken, wrapped
from troubleshooter.model.excerpt import excerpt as around
from troubleshooter.text import visible
from troubleshooter.tui.text import plain

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_STAMP = (
    r"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?:?"
    r"|\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d(?:\.\d+)?\]"
    rf"|{_MONTH} +\d{{1,2}} \d\d:\d\d:\d\d \S+ [\w./@-]+(?:\[\d+\])?:"
    r"|<(?:trace|debug|info|notice|warn|warning|error|fatal|critical)>:?"
    r"|\[?(?:TRACE|VERBOSE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?(?=[ :]):?)"
)
_COMPONENT = r"(?:\[[A-Za-z0-9][\w.:-]*\]|(?:ExtHandler|Daemon|MonitorHandler)(?= ))"
_STAMPS = re.compile(rf"[> ]*(?:\[\d+\] )?{_STAMP} ?(?:(?:{_STAMP}|{_COMPONENT}) ?)*")
"""Time, level and component, as the agents and the extension write them, in any order after the first."""
_TROUBLE = re.compile(
    r"failed with exception: |exception: |\berror: |\bfailed: |\breason: |\bmessage(?:: |=)|\bdetails: ",
    re.IGNORECASE,
)
_INNER = re.compile(r"\"innererror\": ?\{.{0,60}")
"""What a service answers at the end of a long message: the code that tells one refusal from another."""


def excerpt(text: str, width: int, cut: str) -> str:
    """What stands after time, level and component; of what is still too long, what matters least is cut."""
    whole = plain.one_line(text)
    told = whole[found.end() :] if (found := _STAMPS.match(whole)) else whole
    told = told or whole
    if len(told) <= width:
        return told
    if (trouble := _TROUBLE.search(told)) and trouble.start() > len(cut) and len(told) - trouble.end() >= 8:
        told = cut + told[trouble.start() :]
    inner = _INNER.search(told)
    if inner and inner.end() > width and len(inner[0]) < width // 2:
        told = told[: width - len(cut) - len(inner[0])] + cut + inner[0]
    return told


def proof_lines(told: Excerpt, width: int, lines: int, cut: str) -> list[Excerpt]:
    """The excerpt on so many lines at most, broken at spaces where that wastes little."""
    width = max(8, width)
    whole = one_line(unbroken(told), lambda character: cut if character == LEFT_OUT else visible(character))
    found = _STAMPS.match(whole.text)
    begin = found.end() if found and found.end() < len(whole.text) else 0
    whole = whole.between(begin, len(whole.text))
    room = width * lines
    while True:
        part = around(whole if whole.marks else Excerpt(excerpt(whole.text, room, cut)), room, cut)
        drawn = wrapped(part, width)
        if len(drawn) <= lines or room <= width:
            return [_fitting(line, width, cut) for line in drawn[:lines]]
        room -= max(1, width // 6)


def _fitting(line: Excerpt, width: int, cut: str) -> Excerpt:
    """No wider than the room: characters of some scripts take two cells."""
    fitting = plain.fit(line.text, width, cut).rstrip()
    return line if fitting == line.text.rstrip() else Excerpt(fitting)
