"""What a definition says of the fields that checks look at: by it a check that found nothing shows why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.excerpt import cut
from troubleshooter.model.finding import Check, Verdict
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from troubleshooter.lint.catalogue import CheckText
    from troubleshooter.lint.extension import Place

_DEPTH = 8
_KEPT = 200
"""Fields of one file that are kept."""
_LONGEST = 60
_OF_THE_OBJECT = frozenset({"publisher", "type", "typeHandlerVersion"})
_LISTS = frozenset({"observedCertificates", "authenticationSettings"})
"""Of these it is told that they are there, and how many they hold."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field, and what stands there as far as it may be shown."""

    key: str
    line: int
    """Counted from 1; 0 where the definition is no text."""
    shown: str
    """Empty where it is computed, or a placeholder: it is not known then."""


def fields_in(place: Place, line: Callable[[str], int]) -> Iterator[Field]:
    """Those of an extension that may be shown, once each: no value of a setting that might be a secret."""
    told = 0
    known = place.extension.settings
    names = _OF_THE_OBJECT | _LISTS | {known.holds, *known.harmless}
    for at, key, value in (*_of_object(place), *_walk(place.settings, place.settings_at, 0)):
        if key in names and told < _KEPT:
            told += 1
            yield Field(key, line(at), _shown(key, value))


def _of_object(place: Place) -> Iterator[tuple[str, str, Any]]:
    for key in _OF_THE_OBJECT:
        if key in place.fields:
            yield pointer(place.at, key), key, place.fields[key]


def _walk(value: Any, at: str, depth: int) -> Iterator[tuple[str, str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield pointer(at, key), str(key), inner
            yield from _walk(inner, pointer(at, key), depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value[:_KEPT]):
            if isinstance(inner, str) and at.endswith("/observedCertificates"):
                yield pointer(at, index), "url", inner
            yield from _walk(inner, pointer(at, index), depth + 1)


def _shown(key: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{key} is a list of {len(value)}"
    if isinstance(value, Mapping):
        return f"{key} is there"
    return "" if is_unknown(value) else f"{key} is {cut(json.dumps(value, ensure_ascii=False), _LONGEST)}"


def checked(
    fields: Sequence[Field], found: Collection[str], texts: Sequence[CheckText], file: str
) -> tuple[Check, ...]:
    """How each check of a definition ended. `found` are the ids of its findings."""
    by_key: dict[str, list[Field]] = {}
    for field in fields:
        by_key.setdefault(field.key, []).append(field)
    return tuple(_verdict(text, by_key, found, one_line(file)) for text in texts if text.looks_at)


def _verdict(text: CheckText, by_key: dict[str, list[Field]], found: Collection[str], file: str) -> Check:
    if text.id in found:
        return Check(text.id, Verdict.FAIL)
    absent = [key for key in text.looks_at if key not in by_key]
    seen = [field for key in text.looks_at for field in by_key.get(key, ())]
    if not seen:
        return Check(text.id, Verdict.NOT_APPLICABLE, because=f"{file} has no {' and no '.join(absent)}")
    if absent:
        return Check(text.id, Verdict.UNKNOWN, f"{absent[0]}, which {file} does not say")
    if unknown := next((field for field in seen if not field.shown), None):
        missing = f"the value of {unknown.key}, which is not written out ({_place(file, unknown)})"
        return Check(text.id, Verdict.UNKNOWN, missing)
    more = f", and {len(seen) - 2} more" if len(seen) > 2 else ""
    told = ", ".join(f"{field.shown} ({_place(file, field)})" for field in seen[:2])
    return Check(text.id, Verdict.PASS, because=told + more)


def _place(file: str, field: Field) -> str:
    return f"{file}:{field.line}" if field.line else file
