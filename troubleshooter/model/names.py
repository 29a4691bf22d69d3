"""Names of nodes and files: how they are ordered, so that _2 stands before _10."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """A key to sort by: runs of digits count as numbers; 1 and 01 still differ."""
    parts = _NUMBER.split(name)
    return tuple(int(part) if at % 2 else part.casefold() for at, part in enumerate(parts)), name
