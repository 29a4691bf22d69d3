"""What Azure says of nodes and of the extension on them, and the same kept as evidence."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from troubleshooter.apart import Outcome
from troubleshooter.errors import GaveUp, NotFound, NotPermitted, ServiceRefusal, UsageProblem
from troubleshooter.model.facts import ExtensionStatus, NodeState
from troubleshooter.operations.facts.at_once import at_once
from troubleshooter.operations.tools import EXTENSION_VIEW, NODE_ERRORS, RESIZE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.facts import ExtensionFacts, NodeFacts, PoolProgress
    from troubleshooter.operations.tools import Tools


def counts(nodes: tuple[NodeFacts, ...]) -> dict[str, int]:
    """Nodes per state."""
    states = [node.state.value for node in nodes]
    return {state: states.count(state) for state in dict.fromkeys(states)}


def keep_answers(
    ctx: StepContext,
    progress: PoolProgress,
    nodes: tuple[NodeFacts, ...],
    views: dict[str, ExtensionFacts],
    pool: Mapping[str, Any] | None = None,
) -> None:
    """Keep what Azure said about nodes as evidence, in the shape it said it.

    `pool`, as ARM gave it, says whether the errors of a resize are of now; of one just made they are.
    """
    for node, view in views.items():
        _keep(ctx, node, EXTENSION_VIEW, view.raw)
    for each in nodes:
        failed = each.state is NodeState.START_TASK_FAILED
        if each.problems or failed:
            errors = [
                {"code": p.code, "message": p.message, "errorDetails": _pairs(p.details)}
                for p in each.problems
            ]
            _keep(ctx, each.id, NODE_ERRORS, {**(_of_start_task(each) if failed else {}), "errors": errors})
    if progress.resize_problems:
        problems = [
            {"code": p.code, "message": p.message, "values": _pairs(p.details)}
            for p in progress.resize_problems
        ]
        _keep(ctx, "", RESIZE_ERRORS, {**_allocation(pool), "resizeErrors": problems})


def keep_others(ctx: StepContext, others: Mapping[str, tuple[ExtensionFacts, ...]]) -> None:
    """Keep what the other extensions of each node say, of those that report an error."""
    for node, views in others.items():
        for view in views:
            if view.status is ExtensionStatus.ERROR:
                _keep(ctx, node, f"{EXTENSION_VIEW} of {view.name}", view.raw)


def _of_start_task(node: NodeFacts) -> dict[str, Any]:
    return {"id": node.id, "state": node.state.value, "startTaskInfo": node.start_task}


_ALLOCATION = (
    "allocationState",
    "allocationStateTransitionTime",
    "currentDedicatedNodes",
    "currentLowPriorityNodes",
)
_TARGETS = ("targetDedicatedNodes", "targetLowPriorityNodes")


def _allocation(pool: Mapping[str, Any] | None) -> dict[str, Any]:
    """The part of a pool that says which size it wants and has, and since when."""
    properties = (pool or {}).get("properties") or {}
    fixed = (properties.get("scaleSettings") or {}).get("fixedScale") or {}
    wanted = fixed or properties.get("resizeOperationStatus") or {}
    places = ((properties, _ALLOCATION), (wanted, _TARGETS))
    return {key: place[key] for place, keys in places for key in keys if key in place}


def _pairs(details: tuple[str, ...]) -> list[dict[str, str]]:
    """As Azure shapes them."""
    parted = (detail.partition(": ") for detail in details)
    return [{"name": name, "value": value} for name, _, value in parted]


def _keep(ctx: StepContext, node: str, name: str, answer: Any) -> None:
    # half a character, which JSON may hold, stays the escape that it was
    data = json.dumps(answer, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace")
    ctx.keep(node, name, data, hashlib.sha256(data).hexdigest())


def read_view(tools: Tools, ctx: StepContext, endpoint: str, pool: str, node: str) -> ExtensionFacts | None:
    """What the extension reports of a node; None where nothing is shown, which is noted."""
    return view_of(tools.extension, read_views(tools, ctx, endpoint, pool, node))


def read_views(
    tools: Tools, ctx: StepContext, endpoint: str, pool: str, node: str
) -> tuple[ExtensionFacts, ...]:
    """What all extensions of a node report; where nothing is shown it is noted."""
    return _shown(ctx, node, Outcome(partial(tools.azure.batch.extensions, endpoint, pool, node)))


def read_views_of(
    tools: Tools, ctx: StepContext, endpoint: str, pool: str, nodes: Sequence[str]
) -> dict[str, tuple[ExtensionFacts, ...]]:
    """The same of several nodes, which are asked for at once; in the order that was given."""

    def ask(node: str) -> Outcome[tuple[ExtensionFacts, ...]]:
        return Outcome(lambda: tools.azure.batch.extensions(endpoint, pool, node))

    came = at_once({node: partial(ask, node) for node in nodes}, ctx.cancel)
    return {node: _shown(ctx, node, came[node]) for node in nodes}


_ALL = 20
"""Nodes of which each is asked once more."""


def well_by_now(tools: Tools, ctx: StepContext, endpoint: str) -> int:
    """How many nodes the original has, where each is ready by now and its extension successful; else 0."""
    pool = ctx.state.target.pool
    try:
        nodes = tools.azure.batch.nodes(endpoint, pool)
    except ServiceRefusal as refusal:
        ctx.note(f"the nodes of {pool} are not shown: {refusal.code}")
        return 0
    if not 0 < len(nodes) <= _ALL or not all(node.state.usable for node in nodes):
        return 0
    found = read_views_of(tools, ctx, endpoint, pool, [node.id for node in nodes])
    views = [view_of(tools.extension, of_node) for of_node in found.values()]
    return len(nodes) * all(view is not None and view.status is ExtensionStatus.SUCCESS for view in views)


def _shown(
    ctx: StepContext, node: str, came: Outcome[tuple[ExtensionFacts, ...]]
) -> tuple[ExtensionFacts, ...]:
    """Whether the service answers for an unusable node is documented nowhere, so a refusal is an answer too.

    A node may be gone since it was listed: Azure takes Spot nodes away, and replaces others.
    """
    try:
        return came.result()
    except NotFound:
        ctx.note(f"{node} is gone since it was listed")
    except ServiceRefusal as refusal:
        ctx.note(f"the extensions of {node} are not shown: {refusal.code}")
    except NotPermitted as refused:
        ctx.note(f"the extensions of {node} are not shown: {refused.why} {refused.do}")
    except (GaveUp, UsageProblem) as failed:  # of one node: what else is known of the pool counts still
        ctx.note(f"the extensions of a node are not known: {failed.what} {failed.why}")
    return ()


def view_of(extension: Extension, found: tuple[ExtensionFacts, ...]) -> ExtensionFacts | None:
    """The extension among those of a node."""
    return next((view for view in found if extension.recognise(view.publisher, view.type).ours), None)
