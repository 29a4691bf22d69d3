"""What stands where a secret was, and where in a text it stands."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.redact import wide

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN, _CLOSE = rb"(?:\\?<|&lt;|\\u003c)", rb"(?:\\?>|&gt;|\\u003e)"
"""As it is, and as Markdown, HTML and JSON spell it."""
_NAMED = rb"redacted (%s[a-z]{1,20}(?:\\?-[a-z]{1,20})?) (%s[0-9a-f]{4})"
_ASKED_FOR = rb"give [A-Za-z0-9_.\[\]\\-]{1,120}"
"""Where a form of a change wants the reader's own value, by its field: a name, which nobody has to hide."""
STAND_IN = re.compile(
    rb"(" + _OPEN + rb"(?:" + _NAMED % (b"?:", b"?:") + rb"|" + _ASKED_FOR + rb")" + _CLOSE + rb")"
)
_SHOWN = re.compile(_OPEN + _NAMED % (b"", b""))


@dataclass(frozen=True, slots=True)
class Hidden:
    """Equal secrets have equal digits."""

    line: int
    kind: str
    digits: str
    count: int


def stand_ins(redacted: bytes) -> Iterator[Hidden]:
    """Where secrets were in a redacted text, line by line."""
    for text in (redacted, *wide.texts(redacted)):
        yield from _in_lines(text)


def _in_lines(text: bytes) -> Iterator[Hidden]:
    for number, line in enumerate(text.split(b"\n"), start=1):
        if b"redacted " not in line:
            continue
        found = Counter(_SHOWN.findall(line))
        for (kind, digits), count in found.items():
            yield Hidden(number, kind.replace(b"\\", b"").decode(), digits.decode(), count)
