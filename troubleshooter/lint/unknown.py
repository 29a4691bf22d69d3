"""Values that are not known yet."""

from __future__ import annotations

import re
from typing import Any

_UNKNOWN = re.compile(
    r"""^\[\s*[^\["\s{].*\]$      # an expression of a template; a list in text starts with a quote
    | \$\{ | \{\{ | <[^<>]+> | ^<
    | ^\{[\w.\[\]]+\}$            # a variable of a program's format text
    | ^\$[A-Za-z_(]
    | ^(?:var|local|data|module|each)\.
    """,
    re.DOTALL | re.VERBOSE,
)
NOT_SHOWN = "${}"
"""Stands for a value that a plan leaves out because it is known after apply only."""


def is_unknown(value: Any) -> bool:
    """A template's expression or a page's placeholder: its value is not known yet, so it is never wrong."""
    return isinstance(value, str) and _UNKNOWN.search(value) is not None
