"""What was left out of a collection: one line for each reason, however many nodes it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    nodes = counted(len({node for node, _ in files}), "node")
    return f"{counted(len(files), 'file')} on {nodes}: {reason} One is {file} on {node}."
