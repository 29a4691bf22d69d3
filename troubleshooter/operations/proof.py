"""Proof that a pool is well: every node idle, and every node's extension reports success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from troubleshooter.errors import ExitCode, GaveUp
from troubleshooter.model.facts import ExtensionStatus
from troubleshooter.operations.node_views import counts
from troubleshooter.operations.node_watch import NodeWatch, of_them, spot_nodes_taken, watch_until
from troubleshooter.operations.tools import endpoint

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.node_watch import Snapshot
    from troubleshooter.operations.tools import Tools

_PATIENCE = 40
"""Looks without a move before nodes that still try to download are given up: about ten minutes.

A role just granted takes minutes to work (documented); a node may then come right (inferred)."""
_SOONER = f"; sooner where nodes stay unusable for {_PATIENCE} looks, about ten minutes"
_AT_LIMIT = "takes the fix as not proven, and goes on to clean up"
_PUTS_BACK = ", which puts the original back as it was"


@dataclass(frozen=True, slots=True)
class Proof:
    holds: bool
    why: str
    """One line: what was seen, or why it is no proof."""
    exit_code: ExitCode = ExitCode.DONE
    nodes: Mapping[str, int] = field(default_factory=dict)
    """Per state, as last seen."""
    extension: Mapping[str, int] = field(default_factory=dict)
    """Nodes per what their extension reports."""
    taken_away: bool = False
    """Whether it was given up because Azure takes its Spot nodes away."""


def prove(tools: Tools, ctx: StepContext, pool: str, wanted: int) -> Proof:
    """Watch so many nodes of a pool until it is certain how it ends."""
    beside = pool != ctx.state.target.pool
    at_limit = _AT_LIMIT + _PUTS_BACK * (not beside) + _SOONER
    # the original's own nodes are Spot nodes for good: what Azure takes and brings again there ends no proof
    watch = NodeWatch(tools, ctx, endpoint(tools, ctx), pool, at_limit, until_reported=True, gives_up=beside)
    try:
        judge = _Judge(wanted)
        found = watch_until(
            tools, ctx, watch, wanted, lambda found: found if found.given_up else judge(found)
        )
    except GaveUp as gave_up:
        watch.keep()
        return Proof(False, f"the nodes were not idle in time: {gave_up.why}", ExitCode.GAVE_UP)
    watch.keep()
    if found.given_up:
        why = f"Azure took {spot_nodes_taken(ctx.state)}"
        return Proof(False, why, ExitCode.GAVE_UP, counts(found.nodes), taken_away=True)
    statuses = [view.status.value for view in found.views.values()]
    reports = {status: statuses.count(status) for status in dict.fromkeys(statuses)}
    return replace(_judged(found, pool, wanted), nodes=counts(found.nodes), extension=reports)


class _Judge:
    """Content once the outcome is certain, or once nothing has moved for long."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._unmoved = 0

    def __call__(self, found: Snapshot) -> Snapshot | None:
        if found.progress.resize_problems and (not found.nodes or found.settled):
            return found
        if len(found.nodes) >= self._wanted and len(found.ready) == len(found.nodes) and _reported(found):
            return found
        self._unmoved = self._unmoved + 1 if found.settled and not found.away else 0
        failed = [node for node in found.stuck if _status(found, node) is ExtensionStatus.ERROR]
        return found if found.settled and (failed or self._unmoved >= _PATIENCE) else None


def _reported(found: Snapshot) -> bool:
    return all(_status(found, node.id) not in {None, ExtensionStatus.TRANSITIONING} for node in found.nodes)


def _status(found: Snapshot, node: str) -> ExtensionStatus | None:
    view = found.views.get(node)
    return view.status if view else None


def _judged(found: Snapshot, pool: str, wanted: int) -> Proof:
    if len(found.ready) >= wanted and found.all_successful:
        idle = of_them(len(found.ready), wanted)
        return Proof(True, f"{idle} idle, {'its' if wanted == 1 else 'every'} extension reports success")
    if problems := found.progress.resize_problems:
        there = len(found.nodes) - len(found.away)
        got = f"{there} of {wanted}" if there else "no"
        return Proof(False, f"{pool} got {got} nodes: {problems[0].code}")
    failed = [f"{node}: {view.status} {view.message}" for node, view in found.views.items()]
    return Proof(False, f"with the fix the extension still reports {'; '.join(failed[:3]) or 'nothing'}")
