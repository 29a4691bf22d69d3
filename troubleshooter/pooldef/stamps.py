"""What tells two readings of a pool apart although its definition reads the same: its stamps, its nodes.

Azure shows no secret, so a password that was changed shows in nothing but these.
Documented of lastModified: it moves with the pool's own data, such as its targets, and not with its nodes'
states. Of the ETag only that it moves with the pool is documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_NODES = (
    "allocationState",
    "allocationStateTransitionTime",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
    "resizeOperationStatus",
    "autoScaleRun",
)
"""What Batch itself moves: by a formula, and as nodes come and go."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved between two readings of one pool."""

    recreated: bool = False
    """Its creation time: another pool stands under its id."""
    stamps: tuple[str, ...] = ()
    """ETag, modification time; what one of the two readings lacks cannot be told to have moved."""
    by: str = ""
    """What explains that, in words; empty where nothing that can be read does."""


def moved(before: Any, now: Any) -> Moved:
    then, since = _stamps(before), _stamps(now)
    differ = tuple(name for name in then if then[name] and since[name] and then[name] != since[name])
    told = tuple(name for name in differ if name != _CREATED)
    return Moved(_CREATED in differ, told, _explained(before, now, told))


def bound(definition: Any) -> dict[str, str]:
    """What consent to a plan is bound to beside the definition. A formula moves the rest by itself."""
    stamps = _stamps(definition)
    names = (_CREATED,) if by_formula(definition) else (_CREATED, _MODIFIED)
    return {name: stamps[name] for name in names}


def by_formula(definition: Any) -> bool:
    return bool((_properties(definition).get("scaleSettings") or {}).get("autoScale"))


_CREATED, _MODIFIED = "creation time", "modification time"


def _stamps(definition: Any) -> dict[str, str]:
    properties = _properties(definition)
    return {
        _CREATED: str(properties.get("creationTime") or ""),
        _MODIFIED: str(properties.get("lastModified") or ""),
        "ETag": str(definition.get("etag") or ""),
    }


def _explained(before: Any, now: Any, stamps: tuple[str, ...]) -> str:
    then, since = _properties(before), _properties(now)
    if not stamps or all(then.get(name) == since.get(name) for name in _NODES):
        return ""
    if by_formula(now):
        return f"its formula sizes it ({_size(then)} then, {_size(since)} now)"
    if _MODIFIED in stamps:
        return ""
    return f"its nodes came or went ({_size(then)} then, {_size(since)} now)"


def _size(properties: Mapping[str, Any]) -> str:
    dedicated, spot = (
        properties.get(name) or 0 for name in ("currentDedicatedNodes", "currentLowPriorityNodes")
    )
    return f"{dedicated} dedicated and {spot} Spot nodes"


def _properties(definition: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = definition.get("properties") or {}
    return found
