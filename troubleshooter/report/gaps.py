"""What was left out: one line for each reason, however many nodes or files it holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.excerpt import cut
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NAMED = 6
"""Names that one line holds; the journal has all."""
_LONGEST = 120
_SHOWN = 20
"""Lines of one sort that somebody reads one by one."""


def gaps(left_out: Iterable[str]) -> tuple[str, ...]:
    """From lines of `node: file: reason`; a reason that holds once keeps its line."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for line in left_out:
        node, _, told = line.partition(": ")
        file, _, reason = told.partition(": ")
        groups.setdefault(reason, []).append((node, file))
    return tuple(_told(reason, files) for reason, files in groups.items())


def by_reason(left_out: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """From names and reasons; a reason that holds once keeps its line."""
    groups: dict[str, list[str]] = {}
    for name, reason in left_out:
        groups.setdefault(reason, []).append(name)
    return tuple(_files(reason, names) for reason, names in groups.items())


def few(lines: Sequence[str], *, whole: bool = False) -> Iterator[str]:
    """The lines, or the first of them and how many more there are."""
    if whole or len(lines) <= _SHOWN:
        yield from lines
        return
    yield from lines[: _SHOWN - 1]
    yield f"and {len(lines) - _SHOWN + 1} more like that: -v names each"


def _files(reason: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}: {reason}"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    shown = ", ".join(cut(name, _LONGEST) for name in names[:_NAMED])
    return f"{counted(len(names), 'file')}: {reason}: {shown}{more}"


def _told(reason: str, files: list[tuple[str, str]]) -> str:
    node, file = files[0]
    if len(files) == 1:
        return f"{node}: {file}: {reason}"
    nodes = {node for node, _ in files}
    names = list(dict.fromkeys(cut(file, _LONGEST) for _, file in files))
    where = node if len(nodes) == 1 else counted(len(nodes), "node")
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{counted(len(files), 'file')} on {where}: {reason} {', '.join(names[:_NAMED])}{more}"
