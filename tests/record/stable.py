"""Takes out of a text what differs from run to run; the same id gets the same stand-in."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_YEAR = r"(?<!\d)20(?:2[6-9]|[3-9]\d)"
"""The simulated world's past is written as of 2025, and stays as it is."""
_PATTERNS = tuple(
    (re.compile(pattern), stand_in)
    for pattern, stand_in in (
        (rf"{_YEAR}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(?:[.,]\d+)?(Z|\+00:00)?", r"YYYY-MM-DD\1hh:mm:ss\2"),
        (rf"{_YEAR}-\d\d-\d\d_\d\d-\d\d-\d\d", "YYYY-MM-DD_hh-mm-ss"),
        (rf"{_YEAR}\d{{4}}t\d{{6}}z", "YYYYMMDDthhmmssz"),
        (rf"{_YEAR}-\d\d-\d\d(?!\d)", "YYYY-MM-DD"),
        (r"\b\d\d:\d\d UTC", "hh:mm UTC"),
        (r"(?m)^  \d\d:\d\d:\d\d  ", "  hh:mm:ss  "),
        (r'"seconds": \d+\.\d+', '"seconds": 0.0'),
        (r'"waited_seconds": \d+(?:\.\d+)?', '"waited_seconds": 0.0'),
        (r"\bfor \d{3,4} days\b", "for DDD days"),
        (r"\d+:\d\d of (?=\d+:\d\d)", "m:ss of "),
        # calls that are made at once get their ids in any order
        (r"\b00000000-0000-4000-8000-[0-9a-f]{12}\b", "00000000-0000-4000-8000-000000000000"),
        (r"(127\.0\.0\.1|localhost):\d{4,5}\b", r"\1:PORT"),
        (r"(127\.0\.0\.1\s+port\s+)\d{4,5}\b", r"\1PORT"),
    )
)
_TOOK = re.compile(r"(?m)^( *\S [a-z-]+)(?:  ? +\d+\.\d s|(?<=[a-z])  {9,})(?=  |$)")
"""How long a step took. Less than a millisecond is not shown at all, so the column goes as a whole."""
_RUN = re.compile(r"(?:[Rr]uns?/?|resume|cleanup|restore|-dbg-|-fix-|kvts)(?:\": \"| )?([0-9a-f]{8})\b")
_NODE = re.compile(r"\btvmps_([0-9a-f]{56})(\d{8})_d\b")
_ORIGINAL = "44f723f22fca40ee10005e06dbee6e7fee51176c1845bd15fdf51012"
"""What the ids of the original pool's nodes share follows from its name, which never changes."""
_NODES = re.compile(r"\((tvmps_\w+(?:, tvmps_\w+)+)\)")
_COLLECTED = re.compile(r"( {4}collected from .* nodes.*  )(tvmps_\S+)\n")


class Stable:
    """One conversation's stand-ins. What is learned in one text holds for all that follow."""

    def __init__(self, places: Iterable[tuple[str, str]]) -> None:
        self._places = tuple(places)
        self._runs: dict[str, str] = {}
        self._nodes: dict[str, str] = {_ORIGINAL: _ORIGINAL}

    def text(self, text: str) -> str:
        for place, name in self._places:
            text = text.replace(place, name)
        for run in _RUN.findall(text):
            self._runs.setdefault(run, f"RUN{len(self._runs) + 1}")
        for run, name in self._runs.items():
            text = text.replace(run, name)
        text = _NODE.sub(lambda found: f"tvmps_{self._node(found[1])}{found[2]}_d", text)
        for pattern, stand_in in _PATTERNS:
            text = pattern.sub(stand_in, text)
        return _NODES.sub(lambda found: f"({', '.join(sorted(found[1].split(', ')))})", text)

    def narration(self, text: str) -> str:
        """Standard error. Nodes are finished with in any order: their names are dealt out anew, in order."""
        lines = self.text(_TOOK.sub(r"\1", text)).splitlines(keepends=True)
        ordered: list[str] = []
        for collected, group in groupby(lines, lambda line: bool(_COLLECTED.fullmatch(line))):
            here = list(group)
            if collected:
                parts = [found.groups() for line in here if (found := _COLLECTED.fullmatch(line))]
                nodes = sorted(node for _, node in parts)
                here = [f"{start}{node}\n" for (start, _), node in zip(parts, nodes, strict=True)]
            ordered += here
        return "".join(ordered)

    def result(self, text: str) -> str:
        """Standard output as text."""
        return self.text(_TOOK.sub(r"\1", text))

    def _node(self, shared: str) -> str:
        return self._nodes.setdefault(shared, f"POOL{len(self._nodes)}_")


def in_order(value: Any) -> Any:
    """Lists of node ids in the order of the stand-ins: they were in that of the ids."""
    if isinstance(value, dict):
        return {key: in_order(each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    if all(isinstance(each, str) and each.startswith("tvmps_") for each in value):
        return sorted(value)
    return [in_order(each) for each in value]
