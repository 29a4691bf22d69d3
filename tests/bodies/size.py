"""What the specification wants of a pool's name and size, and of what is counted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bodies.definition import each, minutes, properties
from tests.bodies.rule import DATA, Rules

if TYPE_CHECKING:
    from tests.bodies.rule import Body

RULES = Rules()
_TARGETS = ("targetDedicatedNodes", "targetLowPriorityNodes")


@RULES.rule("vm-size", "BatchPoolCreateOptions", '"required": ["id", "vmSize"]', DATA)
def vm_size(body: Body) -> list[object]:
    return [] if properties(body).get("vmSize") else ["no vmSize"]


@RULES.rule(
    "scaled-one-way",
    "ScaleSettings.fixedScale",
    "This property and autoScale are mutually exclusive and one of the properties must be specified.",
)
def scaled_one_way(body: Body) -> list[object]:
    scale = properties(body).get("scaleSettings")
    ways = [way for way in ("fixedScale", "autoScale") if (scale or {}).get(way) is not None]
    return [] if scale is None or len(ways) == 1 else [sorted(scale)]


@RULES.rule(
    "target",
    "FixedScaleSettings.targetDedicatedNodes",
    "At least one of targetDedicatedNodes, targetLowPriorityNodes must be set.",
)
def target(body: Body) -> list[object]:
    fixed = _scale(body).get("fixedScale")
    return [sorted(fixed)] if fixed is not None and all(fixed.get(kind) is None for kind in _TARGETS) else []


@RULES.rule("resize-timeout", "FixedScaleSettings.resizeTimeout", "The minimum value is 5 minutes.")
def resize_timeout(body: Body) -> list[object]:
    limit = (_scale(body).get("fixedScale") or {}).get("resizeTimeout")
    return [limit] if limit is not None and minutes(limit) < 5 else []


@RULES.rule(
    "formula-interval",
    "BatchPoolCreateOptions.autoScaleEvaluationInterval",
    "The minimum and maximum value are 5 minutes and 168 hours respectively.",
    DATA,
)
def formula_interval(body: Body) -> list[object]:
    interval = (_scale(body).get("autoScale") or {}).get("evaluationInterval")
    return [interval] if interval is not None and not 5 <= minutes(interval) <= 168 * 60 else []


@RULES.rule(
    "task-slots",
    "PoolProperties.taskSlotsPerNode",
    "4 times the number of cores of the vmSize of the pool or 256.",
)
def task_slots(body: Body) -> list[object]:
    slots = properties(body).get("taskSlotsPerNode")
    return [slots] if slots is not None and not 1 <= slots <= 256 else []


@RULES.rule("display-name", "PoolProperties.displayName", "up to a maximum length of 1024.")
def display_name(body: Body) -> list[object]:
    name = properties(body).get("displayName") or ""
    return [len(name)] if len(name) > 1024 else []


@RULES.rule(
    "ten-packages",
    "PoolProperties.applicationPackages",
    "There is a maximum of 10 application package references",
)
def ten_packages(body: Body) -> list[object]:
    return each(body, "applicationPackages")[10:]


def _scale(body: Body) -> Body:
    return properties(body).get("scaleSettings") or {}
