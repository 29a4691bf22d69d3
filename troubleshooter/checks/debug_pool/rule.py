"""A policy's rule, judged for one resource: it holds, it does not, or that cannot be told here (None).

Source: https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.debug_pool.compared import OPERATORS, TURNED
from troubleshooter.checks.debug_pool.fields import ELEMENTS, UNTOLD, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Read = Callable[[str], Any]

_DEEPEST = 20
"""How deep conditions may lie in each other; the service allows fewer."""
_TEMPLATE = re.compile(r"\[\s*(parameters|field)\(\s*'([^']*)'\s*\)\s*\]", re.IGNORECASE)


def holds(condition: Any, read: Read, parameters: Mapping[str, Any], depth: int = 0) -> bool | None:
    """Whether it is so. `read` gives a field's value: None where there is none, UNTOLD where not known."""
    if not isinstance(condition, Mapping) or depth > _DEEPEST:
        return None
    inner = {str(key).lower(): value for key, value in condition.items()}
    deeper = partial(holds, read=read, parameters=parameters, depth=depth + 1)
    for name, joined in (("allof", every), ("anyof", _any), ("not", _none)):
        if name in inner:
            value = inner[name]
            return joined(map(deeper, value if isinstance(value, list) else [value]))
    if "count" in inner:
        return _counted(inner, read, parameters, depth)
    field = str(inner.get("field", ""))
    value = read(field) if field else resolved(inner.get("value", UNTOLD), parameters, read)
    return _compared(value, inner, parameters, of_each=ELEMENTS in field)


def every(told: Iterable[bool | None]) -> bool | None:
    found = [*told]
    return False if False in found else None if None in found else True


def resolved(value: Any, parameters: Mapping[str, Any], read: Read | None = None) -> Any:
    """A value with its parameter or field put in; UNTOLD for any other expression."""
    if not isinstance(value, str) or not value.startswith("["):
        return value
    found = _TEMPLATE.fullmatch(value)
    if found is None:
        return UNTOLD
    if found[1].lower() == "field":
        return read(found[2]) if read else UNTOLD
    return next((told for name, told in parameters.items() if name.lower() == found[2].lower()), UNTOLD)


def _any(told: Iterable[bool | None]) -> bool | None:
    return _turned(every(map(_turned, told)))


def _none(told: Iterable[bool | None]) -> bool | None:
    return _turned(_any(told))


def _turned(told: bool | None) -> bool | None:
    return None if told is None else not told


def _counted(inner: Mapping[str, Any], read: Read, parameters: Mapping[str, Any], depth: int) -> bool | None:
    """By the least and the most that it may be: what cannot be told of an element leaves both open."""
    asked = inner["count"] if isinstance(inner["count"], Mapping) else {}
    field = str(asked.get("field", ""))
    found = read(field) if field.endswith(ELEMENTS) else UNTOLD
    if found is UNTOLD:
        return None
    told = [
        True if "where" not in asked else holds(asked["where"], _element(field, one), parameters, depth + 1)
        for one in (found if isinstance(found, list) else ())
    ]
    least, open_ones = told.count(True), told.count(None)
    answers = {_compared(number, inner, parameters) for number in range(least, least + open_ones + 1)}
    return answers.pop() if len(answers) == 1 else None


def _element(field: str, value: Any) -> Read:
    """Reads of one element of a list alone: of what else a rule asks beside it nothing is told."""

    def read(name: str) -> Any:
        if not name.lower().startswith(field.lower()):
            return UNTOLD
        rest = name[len(field) :].lstrip(".")
        return walk(value, rest.lower().split(".")) if rest else value

    return read


def _compared(
    value: Any, inner: Mapping[str, Any], parameters: Mapping[str, Any], *, of_each: bool = False
) -> bool | None:
    """By the one operator that stands there; a condition on a list's elements is one on each of them."""
    named = [name for name in inner if name in OPERATORS or name in TURNED]
    if value is UNTOLD or len(named) != 1:
        return None
    wanted = resolved(inner[named[0]], parameters)
    if isinstance(wanted, list):
        wanted = UNTOLD if any(resolved(one, parameters) is UNTOLD for one in wanted) else wanted
    if wanted is UNTOLD:
        return None
    if of_each and isinstance(value, list):
        return every(_one(named[0], one, wanted) for one in value)
    return _one(named[0], value, wanted)


def _one(name: str, value: Any, wanted: Any) -> bool | None:
    return _turned(_one(TURNED[name], value, wanted)) if name in TURNED else OPERATORS[name](value, wanted)
