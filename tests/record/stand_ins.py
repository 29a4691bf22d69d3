"""What differs from one run to the next, in its own width: times, ports, hashes. Ids never do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"[0-9a-f]")


def _zeros(found: re.Match[str]) -> str:
    return _DIGIT.sub("0", found.group())


def _hex_zeros(found: re.Match[str]) -> str:
    return _HEX.sub("0", found.group())


RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\b20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?Z?)?"), _zeros),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?"), _zeros),
    (re.compile(r"(?<!of )\b\d{1,2}:\d\d\b"), _zeros),  # how long; a limit, "of 30:00", stays
    (re.compile(r"\b\d+\.\d+ s\b"), _zeros),
    (re.compile(r"\b20\d{6}t\d{6}z"), _zeros),  # in a node's id
    (re.compile(r"(?<=…)[0-9t]{1,14}z\b"), _zeros),  # the same, its beginning cut off
    (re.compile(r"(?<=127\.0\.0\.1:)\d{5}\b"), _zeros),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{64}\b"), _hex_zeros),
)


def stable(line: str) -> str:
    """Put the stand-ins into a line of a screen."""
    for pattern, put in RULES:
        line = pattern.sub(put, line)
    return line
