"""How far a pool has come, by its own definition: for who may not ask the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.model.facts import PoolProgress, ServiceProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def progress(definition: Mapping[str, Any]) -> PoolProgress:
    """What `GET` of the pool itself says with ARM: its allocation, and the errors of its last resize."""
    properties = definition.get("properties") or {}
    resize = properties.get("resizeOperationStatus") or {}
    fixed = (properties.get("scaleSettings") or {}).get("fixedScale") or {}
    targets = ("targetDedicatedNodes", "targetLowPriorityNodes")
    return PoolProgress(
        state="deleting" if _word(properties, "provisioningState") == "deleting" else "active",
        allocation_state=_word(properties, "allocationState"),
        target=_sum(fixed or resize, targets),
        current=_sum(properties, ("currentDedicatedNodes", "currentLowPriorityNodes")),
        resize_problems=tuple(_problems(resize.get("errors"))),
        moved=str(properties.get("allocationStateTransitionTime") or ""),
    )


def _problems(errors: object) -> Iterator[ServiceProblem]:
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            listed = error.get("details")
            details = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
            told = tuple(f"{each.get('code')}: {each.get('message')}" for each in details)
            yield ServiceProblem(str(error.get("code") or ""), str(error.get("message") or ""), told)


def _word(properties: Mapping[str, Any], name: str) -> str:
    return str(properties.get(name) or "").lower()


def _sum(place: Mapping[str, Any], names: tuple[str, ...]) -> int:
    numbers = (place.get(name) for name in names)
    return sum(number for number in numbers if isinstance(number, int))
