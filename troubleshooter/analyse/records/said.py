"""One thing that a record says, and the record's keys however a tool spells them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from troubleshooter.analyse.file_kind import FileKind

_COLUMN = re.compile(r"_[sdgbt]$|\[\d*\]$")
"""What Log Analytics adds to a column's name, its type; and the number of an entry in a printed list."""
_OTHER_THAN_LETTERS = re.compile(r"[^a-z0-9]+")
_WELL = ("success", "succeeded", "ready")


class Said(NamedTuple):
    text: str
    wrong: bool | None
    """Whether whoever wrote it says that something is not well; None where only the wording can tell."""
    kind: FileKind
    whose: str = ""
    """The extension that the record names: `publisher.type`, or the name alone."""
    near: str = ""
    """A text of the record as it stands in the file, by which its line is found."""
    also: FileKind | None = None
    """What it is as well: an error of Azure's that holds what an extension reported."""
    failed: bool = False
    """An extension's own record says that it has failed, and not that it is still at work."""


class At(NamedTuple):
    """Where in a document a record stands."""

    under: str = ""
    """The folded key that it stands under."""
    whose: str = ""
    kind: FileKind = FileKind.CRP
    """What an error is that stands there."""
    near: str = ""


class Read(NamedTuple):
    """What was read of a record."""

    said: tuple[Said, ...]
    done: frozenset[str] = frozenset()
    """Folded keys that hold nothing else."""
    inside: At | None = None
    """What is known of the records in it; None: no more than of it."""
    whole: bool = False
    """Nothing else in it is looked at."""


class Keys(dict[str, Any]):
    """A record's values by folded key: startTaskInfo, StartTaskInfo and start_task_info are the same."""

    def text(self, *names: str) -> str:
        """The first of these that is a text, or a `value` in one."""
        return next((found for name in names if (found := text(self.get(name)))), "")

    def record(self, *names: str) -> Keys | None:
        return next((keys(self[name]) for name in names if isinstance(self.get(name), Mapping)), None)

    def number(self, *names: str) -> int | None:
        """The first of these that is a whole number, be it written as a text."""
        for name in names:
            value = self.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
            if isinstance(value, float) and value.is_integer():
                return int(value)
            if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}(?:\.0)?", value.strip()):
                return int(value.strip().removesuffix(".0"))
        return None


def folded(key: str) -> str:
    return _OTHER_THAN_LETTERS.sub("", _COLUMN.sub("", key.strip()).lower())


def keys(record: Mapping[Any, Any]) -> Keys:
    """By folded key; the first of two that fold alike stays."""
    found = Keys()
    for key, value in record.items():
        found.setdefault(folded(str(key)), value)
    return found


def flat(record: Mapping[Any, Any]) -> Keys:
    """By folded key, with what ARM puts into `properties`; of two types the one that says what it is."""
    found = keys(record)
    inner = found.get("properties")
    if isinstance(inner, Mapping):
        deeper = keys(inner)
        kind = found.text("type")
        if "/" in kind or not kind:
            found.pop("type", None)
        for key, value in deeper.items():
            found.setdefault(key, value)
        del found["properties"]
    return found


def text(value: Any) -> str:
    """A text, also in the older form {"lang", "value"} and the activity log's {"value", "localizedValue"}."""
    if isinstance(value, Mapping):
        inner = value.get("value", value.get("Value", value.get("message")))
        return inner if isinstance(inner, str) else ""
    return value if isinstance(value, str) else ""


def shown(value: Any) -> str:
    """A value as it is told; what is no text as JSON."""
    if isinstance(value, str):
        return value
    return text(value) or ("" if value is None else json.dumps(value, default=str))


def well(value: Any) -> bool:
    return isinstance(value, str) and any(part.strip() in _WELL for part in value.lower().split("/"))


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The mappings of a list, or the one that stands for a list."""
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, Mapping)]
