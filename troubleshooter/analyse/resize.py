"""Whether a pool's resize errors are of now: judged by the size wanted, the size there, and since when.

Batch keeps the errors of a resize until the next one, so a pool that has its size by now, or wants none any
more, shows them all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS = ("DedicatedNodes", "LowPriorityNodes")
_REMOVAL = "removenodes"
"""Codes that begin so are of nodes that are still there, all others of nodes that are not."""


def of_before(pool: Mapping[str, Any]) -> str:
    """Why the resize errors of a pool are not current, in a few words; empty where they are or nothing tells.

    It is a pool as either plane answers, or the part of it that was kept.
    """
    inner = _mapping(pool.get("properties")) or pool
    wanted, there = _wanted(inner), _numbers(inner, "current")
    state = str(inner.get("allocationState", "")).lower()
    if state == "resizing":
        return "a newer resize is under way"
    if wanted is None or there is None or not _has_its_size(inner, wanted, there):
        return ""
    since = inner.get("allocationStateTransitionTime")
    stood = f"{state or 'resized'} since {since}" if isinstance(since, str) else state or "resized"
    return f"{stood}; wanted {sum(wanted)}, there {sum(there)}"


def _has_its_size(pool: Mapping[str, Any], wanted: tuple[int, ...], there: tuple[int, ...]) -> bool:
    """Whether the pool has what it wanted of each kind, and no more where that is the complaint."""
    pairs = tuple(zip(wanted, there, strict=True))
    too_many = any(has > wants for wants, has in pairs)
    return all(has >= wants for wants, has in pairs) and not (too_many and _of_removal(pool))


def _of_removal(pool: Mapping[str, Any]) -> bool:
    listed = pool.get("resizeErrors", _mapping(pool.get("resizeOperationStatus")).get("errors"))
    errors = [_mapping(error) for error in listed] if isinstance(listed, list) else []
    return any(str(error.get("code", "")).lower().startswith(_REMOVAL) for error in errors)


def _wanted(pool: Mapping[str, Any]) -> tuple[int, ...] | None:
    """What it is to have: as it says itself, by its fixed scale, or by its last resize."""
    fixed = _mapping(_mapping(pool.get("scaleSettings")).get("fixedScale"))
    places = (pool, fixed, _mapping(pool.get("resizeOperationStatus")))
    found = (_numbers(place, "target") for place in places)
    return next((numbers for numbers in found if numbers is not None), None)


def _numbers(holder: Mapping[str, Any], what: str) -> tuple[int, ...] | None:
    """How many of each kind of node; None where it says neither."""
    said = [holder.get(f"{what}{kind}") for kind in _KINDS]
    if all(number is None for number in said):
        return None
    return tuple(number if isinstance(number, int) else 0 for number in said)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
