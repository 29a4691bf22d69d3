"""What differs from one run to the next, in its own width: times, ports, hashes, calls. No other id does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"[0-9a-f]")


_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_AGO = (
    rf"\d+ (?:min|h) ago|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d|\d{{1,2}} (?:{_MONTHS})|0000-00-00(?= *$)"
)
"""When a run was last touched, however long that is ago."""


def _zeros(found: re.Match[str]) -> str:
    return _DIGIT.sub("0", found.group())


def _hex_zeros(found: re.Match[str]) -> str:
    return _HEX.sub("0", found.group())


def _no_time(found: re.Match[str]) -> str:
    """Seconds of a step in the report's table, which may have one digit before the point, or more."""
    return found.group(1) + "0.0".ljust(len(found.group(2)))


def _just_now(found: re.Match[str]) -> str:
    return "just now".ljust(len(found.group()))


RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\b20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?Z?)?"), _zeros),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?"), _zeros),
    (re.compile(r"^ ?\d(?:\d(?::\d{0,2}(?::\d?)?)?)?(?=│)"), _zeros),  # a time of day beside a box
    (re.compile(r"(?<!of )\b\d{1,2}:\d\d\b"), _zeros),  # how long; a limit, "of 30:00", stays
    (re.compile(r"\b\d+\.\d+ s\b"), _zeros),
    (re.compile(r"((?:done|failed) +)(\d+\.\d+ *)(?= |$)"), _no_time),
    (re.compile(r"(?<!\d)20\d\d-\d\d-\d\d_\d\d-\d\d-\d\d"), _zeros),  # in a log's name
    (re.compile(r"[\d_-]*\d(?=\.0\.log)"), _zeros),  # the same, its beginning cut off or under a box
    (re.compile(r"\b20\d{6}t\d{0,6}z?"), _zeros),  # in a node's id, perhaps wrapped
    (re.compile(r"(?<!\w)\d{0,8}t?\d{1,6}z\b"), _zeros),  # the rest of it on the next line, or beside a box
    (re.compile(r"\b20\d{0,6}(?:t\d{0,6})?(?=…)"), _zeros),  # the same, its end cut off
    (re.compile(r"(?<=…)[0-9t]{1,14}z\b"), _zeros),  # or its beginning
    (re.compile(rf"\b(?:just now|{_AGO}) *(?= |$)"), _just_now),
    (re.compile(r"(?<=127\.0\.0\.1:)\d{5}\b"), _zeros),
    (re.compile(r"(?<![\w-])[0-9a-f]{10,64}(?![\w-])"), _hex_zeros),  # a hash, perhaps wrapped
    # the id of a call: those that are made at once get theirs in any order
    (re.compile(r"(?<=\b00000000-0000-4000-8000-)[0-9a-f]{1,12}"), _hex_zeros),
)


def stable(line: str) -> str:
    """Put the stand-ins into a line of a screen."""
    for pattern, put in RULES:
        line = pattern.sub(put, line)
    return line
