"""Two JSON documents side by side, compared by their structure, with what is the same folded away. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ABSENT = object()
_INDENT = "  "


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    before: str = ""
    after: str = ""
    within: str = ""
    """Where it stands: properties.extensions[0].settings. For a fold: where the next difference stands."""
    count: int = 0
    """For a fold: how many lines it stands for."""


def difference(before: Any, after: Any, *, context: int = 1, folded: bool = True) -> tuple[Line, ...]:
    """Every line of both documents, paired; runs of equal lines beyond the context become one fold."""
    lines = list(_compare(before, after, "", "", ("", "")))
    return tuple(_folded(lines, context)) if folded else tuple(lines)


def changed_lines(lines: Sequence[Line]) -> int:
    return sum(line.kind not in {Kind.SAME, Kind.FOLD} for line in lines)


def _compare(before: Any, after: Any, within: str, lead: str, ends: tuple[str, str]) -> Iterator[Line]:
    """Lines of one value; `lead` is indentation and key, `ends` the comma of each side."""
    if before is _ABSENT or after is _ABSENT or type(before) is not type(after) or not _holds(before, after):
        yield from _whole(before, after, within, lead, ends)
        return
    brackets = "{}" if isinstance(before, Mapping) else "[]"
    opening, closing = lead + brackets[0], _indentation(lead) + brackets[1]
    yield Line(Kind.SAME, opening, opening, within)
    pairs = _members(before, after) if isinstance(before, Mapping) else _items(before, after)
    inner = list(pairs)
    last = [
        max((i for i, (_, old, new) in enumerate(inner) if (old, new)[side] is not _ABSENT), default=-1)
        for side in (0, 1)
    ]
    for index, (name, old, new) in enumerate(inner):
        key = "" if name.startswith("[") else f"{json.dumps(name, ensure_ascii=False)}: "
        place = within + name if name.startswith("[") else f"{within}.{name}".lstrip(".")
        commas = ("," if index < last[0] else "", "," if index < last[1] else "")
        deeper = place if _holds(old, new) and type(old) is type(new) else within
        yield from _compare(old, new, deeper, _indentation(lead) + _INDENT + key, commas)
    yield Line(Kind.SAME, closing + ends[0], closing + ends[1], within)


def _holds(before: Any, after: Any) -> bool:
    """Whether both are containers with something in them, so that it pays to look inside."""
    return all(isinstance(side, Mapping | list | tuple) and side for side in (before, after))


def _whole(before: Any, after: Any, within: str, lead: str, ends: tuple[str, str]) -> Iterator[Line]:
    left = [] if before is _ABSENT else _written(before, lead, ends[0])
    right = [] if after is _ABSENT else _written(after, lead, ends[1])
    same = before is not _ABSENT and before == after and type(before) is type(after)
    for index in range(max(len(left), len(right))):
        if same:
            yield Line(Kind.SAME, left[index], right[index], within)
        elif index >= len(right):
            yield Line(Kind.REMOVED, left[index], "", within)
        elif index >= len(left):
            yield Line(Kind.ADDED, "", right[index], within)
        else:
            yield Line(Kind.CHANGED, left[index], right[index], within)


def _written(value: Any, lead: str, end: str) -> list[str]:
    text = json.dumps(value, indent=len(_INDENT), ensure_ascii=False, default=str)
    first, *rest = text.splitlines()
    margin = _indentation(lead)
    lines = [lead + first, *(margin + line for line in rest)]
    lines[-1] += end
    return lines


def _indentation(lead: str) -> str:
    return " " * (len(lead) - len(lead.lstrip(" ")))


def _members(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Keys of both, each new one after the key it follows."""
    order = list(before)
    for index, key in enumerate(list(after)):
        if key not in before:
            ahead = [name for name in list(after)[:index] if name in order]
            order.insert(order.index(ahead[-1]) + 1 if ahead else 0, key)
    for key in order:
        yield str(key), before.get(key, _ABSENT), after.get(key, _ABSENT)


def _items(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Items of two lists, paired where they are the same thing by name, or stand in the same gap."""
    matcher = SequenceMatcher(None, [_name(item) for item in before], [_name(item) for item in after])
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        for step in range(max(i2 - i1, j2 - j1)):
            old = before[i1 + step] if i1 + step < i2 else _ABSENT
            new = after[j1 + step] if j1 + step < j2 else _ABSENT
            yield f"[{i1 + step if old is not _ABSENT else j1 + step}]", old, new


def _name(item: Any) -> str:
    if isinstance(item, Mapping) and isinstance(item.get("name"), str):
        return str(item["name"])
    return json.dumps(item, sort_keys=True, default=str)


def _folded(lines: Sequence[Line], context: int) -> Iterator[Line]:
    changed = [index for index, line in enumerate(lines) if line.kind is not Kind.SAME]
    near = {at for index in changed for at in range(index - context, index + context + 1)}
    index = 0
    while index < len(lines):
        end = index
        while end < len(lines) and end not in near:
            end += 1
        if end - index < 2:
            yield lines[index]
            index += 1
            continue
        after = next((at for at in changed if at >= end), None)
        yield Line(Kind.FOLD, within="" if after is None else lines[after].within, count=end - index)
        index = end
