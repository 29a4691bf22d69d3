"""Looking at a pool's nodes: one node list, and an extension read only for a node in a new state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.model.facts import ExtensionFacts, ExtensionStatus, NodeFacts, NodeState, PoolProgress
from troubleshooter.model.progress import NodeRow, Waiting
from troubleshooter.operations.node_views import counts, read_view
from troubleshooter.operations.tools import limit_seconds, total_left, wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

_STUCK = {NodeState.UNUSABLE, NodeState.START_TASK_FAILED}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pool's nodes as one look found them."""

    progress: PoolProgress
    nodes: tuple[NodeFacts, ...]
    views: Mapping[str, ExtensionFacts]

    @property
    def ready(self) -> tuple[str, ...]:
        return tuple(node.id for node in self.nodes if node.state.usable)

    @property
    def stuck(self) -> tuple[str, ...]:
        """Nodes that cannot run tasks; Batch does not recover one whose configuration is the cause."""
        return tuple(node.id for node in self.nodes if node.state in _STUCK)

    @property
    def settled(self) -> bool:
        """Whether every node that was asked for is there and has come to rest."""
        steady = self.progress.allocation_state == "steady"
        return steady and bool(self.nodes) and len(self.ready) + len(self.stuck) == len(self.nodes)

    @property
    def all_successful(self) -> bool:
        views = [self.views.get(node.id) for node in self.nodes]
        return bool(views) and all(view and view.status is ExtensionStatus.SUCCESS for view in views)


class NodeWatch:
    """Looks at one pool, remembers what it saw, notes what changed."""

    def __init__(
        self, tools: Tools, ctx: StepContext, endpoint: str, pool: str, at_limit: str, *, until_reported: bool
    ) -> None:
        """`at_limit` is what comes of the wait at its limit, in words.

        `until_reported` has an extension read again as long as it has not come to an end.
        """
        self._until_reported = until_reported
        self._at_limit = at_limit
        self._tools = tools
        self._ctx = ctx
        self._endpoint = endpoint
        self._pool = pool
        self._seen: dict[str, NodeState] = {}
        self._views: dict[str, ExtensionFacts] = {}
        self._told: dict[str, int] = {}

    def look(self) -> Snapshot:
        progress = self._tools.azure.batch.progress(self._endpoint, self._pool)
        nodes = self._tools.azure.batch.nodes(self._endpoint, self._pool)
        for node in nodes:
            if self._wants_view(node):
                self._read_view(node.id)
            self._seen[node.id] = node.state
        self._note(counts(nodes))
        return Snapshot(progress, nodes, dict(self._views))

    def waiting(self, found: Snapshot, wanted: int, elapsed: float, limit: float) -> Waiting:
        """The look as the screen shows it."""
        rows = tuple(
            NodeRow(node.id, node.state.value, node.since, self._view_told(node.id)) for node in found.nodes
        )
        return Waiting(
            self._ctx.step.id,
            self._pool,
            counts(found.nodes),
            rows,
            len(found.ready),
            wanted,
            elapsed,
            limit,
            self._at_limit,
            max(0.0, total_left(self._ctx) - elapsed),
        )

    def beginning(self, wanted: int, limit: float) -> Waiting:
        """The wait before its first look, so that its limit is known from the first second."""
        left = max(0.0, total_left(self._ctx))
        return Waiting(self._ctx.step.id, self._pool, {}, (), 0, wanted, 0.0, limit, self._at_limit, left)

    def _wants_view(self, node: NodeFacts) -> bool:
        if not (node.state.usable or node.state in _STUCK):
            return False
        known = self._views.get(node.id)
        unfinished = known is None or known.status is ExtensionStatus.TRANSITIONING
        return self._seen.get(node.id) != node.state or (unfinished and self._until_reported)

    def _read_view(self, node: str) -> None:
        if view := read_view(self._tools, self._ctx, self._endpoint, self._pool, node):
            self._views[node] = view

    def _view_told(self, node: str) -> str:
        view = self._views.get(node)
        return f"{view.status}  {view.message}" if view else ""

    def _note(self, now: dict[str, int]) -> None:
        if now != self._told:
            told = ", ".join(f"{number} {state}" for state, number in now.items())
            self._ctx.note(f"{self._pool}: {told}" if told else f"{self._pool}: no nodes yet")
            self._told = now


def watch_until(
    tools: Tools,
    ctx: StepContext,
    watch: NodeWatch,
    wanted: int,
    judge: Callable[[Snapshot], Snapshot | None],
) -> Snapshot:
    """Look, show, judge, until the judge is content. Raises GaveUp at the limit."""
    limit = limit_seconds(ctx)
    begun = tools.clock()
    ctx.show(watch.beginning(wanted, limit))

    def look() -> Snapshot | None:
        found = watch.look()
        ctx.show(watch.waiting(found, wanted, tools.clock() - begun, limit))
        return judge(found)

    return wait(tools, ctx, "the nodes", look)


def of_them(some: int, total: int) -> str:
    """Say how many of the nodes, with the verb: 1 of 3 nodes is."""
    if some == total:
        return "the node is" if total == 1 else f"all {total} nodes are"
    return f"{some} of {total} nodes {'is' if some == 1 else 'are'}"
