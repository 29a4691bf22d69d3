"""JSON as it is kept: what is short on one line, what is alike in rows. Nothing is left out."""

from __future__ import annotations

import json
import textwrap
from typing import Any

_WIDTH = 110
_SHORT = 60


class Row(list[Any]):
    """What stands on one line, however long."""


def tables(value: Any) -> Any:
    """Lists of many alike objects as rows under their keys."""
    if isinstance(value, dict):
        return {key: tables(each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) > 1 and all(isinstance(each, dict) and _flat(each) for each in value):
        keys = list(value[0])
        if all(list(each) == keys for each in value):
            return _alike(keys, [list(each.values()) for each in value])
    return [tables(each) for each in value]


def written(value: Any, indent: str = "") -> str:
    line = json.dumps(value, ensure_ascii=False)
    short = len(line) + len(indent) <= _WIDTH
    if short or isinstance(value, Row) or not isinstance(value, dict | list) or not value:
        return line
    deeper = indent + " "
    if isinstance(value, dict):
        parts = [f"{deeper}{json.dumps(key)}: {written(each, deeper)}" for key, each in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if all(isinstance(each, str) and " " not in each and len(each) < _SHORT for each in value):
        return f"[\n{_filled([json.dumps(each) for each in value], deeper)}\n{indent}]"
    return "[\n" + ",\n".join(f"{deeper}{written(each, deeper)}" for each in value) + f"\n{indent}]"


def _alike(keys: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    """Where many rows differ in their first value alone, those values stand together, in their order."""
    groups: dict[str, tuple[list[Any], list[Any]]] = {}
    for first, *rest in rows:
        groups.setdefault(json.dumps(rest), (rest, []))[1].append(first)
    if len(groups) * 2 > len(rows):
        return {"rows of": keys, "rows": [Row(row) for row in rows]}
    return {
        "groups of": [*keys[1:], keys[0]],
        "groups": [[*rest, firsts] for rest, firsts in groups.values()],
    }


def _filled(words: list[str], indent: str) -> str:
    """As many short words on a line as there is room for."""
    text = textwrap.wrap(
        ", ".join(words), _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return "\n".join(text)


def _flat(value: dict[str, Any]) -> bool:
    return not any(isinstance(each, dict | list) for each in value.values())
