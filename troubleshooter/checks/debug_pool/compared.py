"""What a policy's rule compares values by, without regard to capitals (documented); None is not told here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _equals(value: Any, wanted: Any) -> bool | None:
    if isinstance(value, list | Mapping) or isinstance(wanted, list | Mapping):
        return None
    return value is not None and _plain(value) == _plain(wanted)


def _like(value: Any, wanted: Any) -> bool | None:
    if not isinstance(wanted, str) or isinstance(value, list | Mapping):
        return None
    pattern = ".*".join(map(re.escape, _plain(wanted).split("*")))
    return value is not None and re.fullmatch(pattern, _plain(value), re.DOTALL) is not None


def _contains(value: Any, wanted: Any) -> bool | None:
    if isinstance(wanted, list | Mapping) or isinstance(value, Mapping):
        return None
    if isinstance(value, list):
        return any(_equals(one, wanted) for one in value)
    return value is not None and _plain(wanted) in _plain(value)


def _in(value: Any, wanted: Any) -> bool | None:
    if not isinstance(wanted, list) or isinstance(value, list | Mapping):
        return None
    return any(_equals(value, one) for one in wanted)


def _contains_key(value: Any, wanted: Any) -> bool | None:
    if isinstance(value, list):
        return None
    return isinstance(value, Mapping) and _plain(wanted) in {_plain(key) for key in value}


def _exists(value: Any, wanted: Any) -> bool | None:
    told = _plain(wanted)
    return (value is not None) is (told == "true") if told in {"true", "false"} else None


def _less(value: Any, wanted: Any) -> bool | None:
    return value < wanted if _is_number(value) and _is_number(wanted) else None


def _greater(value: Any, wanted: Any) -> bool | None:
    return value > wanted if _is_number(value) and _is_number(wanted) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Any) -> str:
    return str(value).lower()


OPERATORS: Mapping[str, Callable[[Any, Any], bool | None]] = {
    "equals": _equals,
    "like": _like,
    "contains": _contains,
    "in": _in,
    "containskey": _contains_key,
    "exists": _exists,
    "less": _less,
    "greater": _greater,
}
TURNED = {
    "notequals": "equals",
    "notlike": "like",
    "notcontains": "contains",
    "notin": "in",
    "notcontainskey": "containskey",
    "lessorequals": "greater",
    "greaterorequals": "less",
}
"""Those that are so where the other is not; `match` and its kin are left open."""
