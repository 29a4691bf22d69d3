"""Fields of a resource, as policies name them: its type, its tags, and aliases of its properties."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNTOLD = object()
"""A value that is not known here; None is that of a field that is not there."""
ELEMENTS = "[*]"
_TAG = re.compile(r"tags(?:\.|\[')([^'\]]+)(?:'\])?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resource:
    """What a rule is judged for."""

    type: str
    body: Mapping[str, Any] | None = None
    """With its properties and tags; None where nothing but its type is known."""
    otherwise: tuple[str, ...] = ()
    """Places below its properties that it will have otherwise, in small letters."""
    known: frozenset[str] = frozenset()
    """Names of properties that an answer shows where the resource has them, in small letters."""

    def read(self, field: str) -> Any:
        """A field's value; a list of values where its alias goes through a list."""
        name, alias = field.lower(), f"{self.type.lower()}/"
        if name == "type":
            return self.type
        if self.body is None:
            return UNTOLD
        if name == "tags":
            return self.body.get("tags")
        if tag := _TAG.fullmatch(field):
            return _member(self.body.get("tags"), tag[1])
        return self._below(name.removeprefix(alias)) if name.startswith(alias) else UNTOLD

    def _below(self, path: str) -> Any:
        plain = path.replace(ELEMENTS, "")
        if plain.partition(".")[0] not in self.known or any(_overlap(plain, one) for one in self.otherwise):
            return UNTOLD
        return walk((self.body or {}).get("properties"), path.split("."))


def walk(value: Any, parts: list[str]) -> Any:
    """What stands there, without regard to capitals; through a list, what stands there in each element."""
    for number, part in enumerate(parts):
        name = part.removesuffix(ELEMENTS)
        value = _member(value, name)
        if part.endswith(ELEMENTS):
            rest = parts[number + 1 :]
            elements = value if isinstance(value, list) else []
            return [walk(one, rest) for one in elements] if rest else elements
    return value


def _member(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping):
        return None
    return next((told for key, told in value.items() if str(key).lower() == name.lower()), None)


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
