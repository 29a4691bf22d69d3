"""Lines that name a node and a state that it is in, without any table around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.analyse.printed.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NODE = re.compile(r"\btvm(?:ps)?[-_][\w-]{3,100}")
_STATE = re.compile(
    r"(?i)(?:^|[\t|,\"':]|  )[ ]{0,3}(unusable|start ?task ?failed|offline|preempted)[\"']?"
    r"[ ]{0,3}(?=$|[\t|,]|  )"
)


def node_lines(lines: Sequence[str]) -> Iterator[Document]:
    """Each such line as a node: the state has to stand by itself, as in a cell."""
    for index, line in enumerate(lines):
        node = _NODE.search(line, 0, 2000)
        state = _STATE.search(line, 0, 2000) if node else None
        if node and state:
            yield Document({"id": node[0], "state": state[1]}, index, index, whole=False)
