"""What a node answered when it was asked itself: one answer a line. The node may be hostile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBED = b"troubleshooter probe 1\n"
"""How such a file begins; the number is that of its form."""
PROBE_READ = 1 << 18
"""Bytes; a probe of ten certificates says a tenth of it."""
FAIL, PASS, UNKNOWN, NOTE = "fail", "pass", "unknown", "note"
_WELL = "well"
"""The head line's word where nothing failed, and nothing on the way is unknown."""
_LINE = re.compile(
    r"(?P<id>[a-z]{2,20})\t(?P<status>fail|pass|unknown|note)\t(?P<ms>\d{1,7})"
    r"\t(?P<subject>[ -~]{0,300})\t(?P<reason>[ -~]{0,1000})"
)
_UNTRIED = "of Windows PowerShell"
"""How the answer `script` begins of one that no live node has run yet: taken out once one did."""
_MOST = 400
"""Answers of one node."""


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    status: str
    milliseconds: int
    """From the question to the answer."""
    subject: str
    """What was asked about: a host, a URL, a client id, a folder; empty where it is the node."""
    reason: str
    near: str
    """The line, by which its place in the file is found."""

    @property
    def text(self) -> str:
        """On one line, as rules read it."""
        return f"{self.id} {self.status}: {': '.join(filter(None, (self.subject, self.reason)))}"


def is_well(data: bytes) -> bool:
    """Whether its head line says that nothing is in the way, and no answer after it says otherwise."""
    lines = data[:PROBE_READ].decode("ascii", "replace").split("\n", 2)
    found = _LINE.fullmatch(lines[1]) if data.startswith(PROBED) and len(lines) > 2 else None
    said = (found["id"], found["status"], found["reason"]) if found is not None else ()
    return said == ("head", PASS, _WELL) and all(each.status != FAIL for each in answers(data))


def answers(data: bytes) -> Iterator[Answer]:
    """Each line that is one; the head line, and what is no answer, are passed over."""
    if not data.startswith(PROBED):
        return
    number = 0
    for line in data[:PROBE_READ].decode("ascii", "replace").split("\n")[1:]:
        found = _LINE.fullmatch(line)
        if found is None or found["id"] == "head":
            continue
        number += 1
        if number > _MOST:
            return
        yield Answer(
            found["id"], found["status"], int(found["ms"]), found["subject"], found["reason"], near=line
        )


def untried(data: bytes) -> bool:
    """Whether the script that gave them says that it is one of those that no live node has run yet."""
    return any(answer.id == "script" and answer.reason.startswith(_UNTRIED) for answer in answers(data))
