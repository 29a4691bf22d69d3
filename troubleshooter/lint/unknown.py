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
    | \.\.\. | …                 # somebody left something out
    | \#\{[^{}]*\} | ^%\w+%$ | ^__\w+__$ | ^@@\w+@@$    # put in by a pipeline
    | ^(?=[^xX]*[xX]{2})[xX*.\-]+$ | ^\*{3,}$              # xxxxxxxx-xxxx
    | ^(?:your|my)[-_]\w[\w-]*$ | ^YOUR\w+$ | ^(?:REPLACE|CHANGE)[-_]?(?:ME|THIS)?$
    | ^(?:TODO|TBD|REDACTED|redacted)$
    """,
    re.DOTALL | re.VERBOSE,
)
NOT_SHOWN = "${}"
"""Stands for a value that a plan leaves out because it is known after apply only."""


class QuotedText(str):
    """A text whose content is put in later, in the quotes of a JSON text: whatever that is, it is no list."""

    __slots__ = ()


_PUT_IN = re.compile(
    r"\$\{[^{}]*\} | \#\{[^{}]*\}\#? | \{\{[^{}]*\}\} | <[^<>]+> | %[A-Za-z_]\w*% | \{[A-Za-z_][\w.\[\]]*\}",
    re.VERBOSE,
)


def known_part(value: str) -> str:
    """A text with `x` for each part that is put in later: what stays is known, whatever those parts are.

    Empty where nothing but such parts is there, and for what a template computes as a whole.
    """
    if value.startswith("[") or not _PUT_IN.search(value):
        return "" if is_unknown(value) else value
    return _PUT_IN.sub("x", value) if _PUT_IN.sub("", value).strip() else ""


def is_unknown(value: Any) -> bool:
    """A template's expression or a page's placeholder: its value is not known yet, so it is never wrong."""
    return isinstance(value, str) and _UNKNOWN.search(value) is not None
