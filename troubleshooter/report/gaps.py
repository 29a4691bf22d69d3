"""What was left out of a collection: one line for each reason, however many nodes it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import cut
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMED = 6
"""Names that one line holds; the journal has all."""
_LONGEST = 120


def gaps(left_out: Iterable[str]) -> tuple[str, ...]:
    """From lines of `node: file: reason`; a reason that holds once keeps its line."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for line in left_out:
        node, _, told = line.partition(": ")
        file, _, reason = told.partition(": ")
        groups.setdefault(reason, []).append((node, file))
    return tuple(_told(reason, files) for reason, files in groups.items())


def _told(reason: str, files: list[tuple[str, str]]) -> str:
    node, file = files[0]
    if len(files) == 1:
        return f"{node}: {file}: {reason}"
    nodes = {node for node, _ in files}
    names = list(dict.fromkeys(cut(file, _LONGEST) for _, file in files))
    where = node if len(nodes) == 1 else counted(len(nodes), "node")
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{counted(len(files), 'file')} on {where}: {reason} {', '.join(names[:_NAMED])}{more}"
