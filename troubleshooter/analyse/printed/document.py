"""A value that stands in a text, with its lines."""

from __future__ import annotations

from typing import Any, NamedTuple


class Document(NamedTuple):
    value: Any
    first: int
    """Index of the page's line at which it begins."""
    last: int
    """Index of its last line."""
    whole: bool = True
    """Nothing else stands in these lines, and their form says all of it; else they are read as lines, too."""
