"""The part of a log's line that proves something: without its stamps, and begun near the trouble."""

from __future__ import annotations

import re

from troubleshooter.tui import plain

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


def proof_lines(text: str, width: int, lines: int, cut: str) -> list[str]:
    """The excerpt on so many lines at most, broken at spaces where that wastes little."""
    width = max(8, width)
    found = _broken(excerpt(text, width * lines, cut), width, lines)
    if len(found[-1]) > width:
        found = _broken(excerpt(text, width * lines - (width // 3) * (lines - 1), cut), width, lines)
    return [*found[:-1], plain.fit(found[-1], width, cut).rstrip()]


def _broken(told: str, width: int, lines: int) -> list[str]:
    """In so many lines at most, of which the last may be too long."""
    found: list[str] = []
    while len(told) > width and len(found) < lines - 1:
        at = max(told.rfind(" ", 0, width + 1), *(told.rfind(sign, 0, width) + 1 for sign in ",:;{}"))
        at = at if at > width * 2 // 3 else width
        found.append(told[:at].rstrip())
        told = told[at:].lstrip()
    return [*found, told]
