"""Looking at a pool's nodes: one node list, and an extension read only for a node in a new state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.facts import ExtensionFacts, ExtensionStatus, NodeFacts, NodeState, PoolProgress
from troubleshooter.model.progress import NodeRow, Waiting
from troubleshooter.operations.facts.starts import Outlooks
from troubleshooter.operations.node_views import counts, keep_answers, read_view
from troubleshooter.operations.tools import endpoint, limit_seconds, total_left, wait
from troubleshooter.pooldef.bodies import debug_nodes
from troubleshooter.text import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState
    from troubleshooter.operations.tools import Tools

_STUCK = {NodeState.UNUSABLE, NodeState.START_TASK_FAILED}
_UNDERWAY = {NodeState.CREATING, NodeState.STARTING, NodeState.WAITING_FOR_START_TASK}
"""The service shows the extension on such a node too (recorded for creating); a node may hang there."""
FIRST_NODE = 15 * 60.0
"""Seconds of its own that the wait for a first node has: after as many Azure gives a resize up (documented
default). The limit counts from the first node."""
REPLACED_AT_MOST = 2
"""How often a run waits for another node where Azure took a Spot node away, for each node that it wants."""
TAKEN_AWAY = (
    "Azure may take a Spot node away at any time, and Batch then gets another when it can (documented):"
    " this run waits for that twice a node at most"
)
"""For a plan, before it happens."""
_EVERY, _AT_ONCE = 30.0, 20
"""Seconds between two readings of nodes under way, and how many of them are read at a time."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A pool's nodes as one look found them."""

    progress: PoolProgress
    nodes: tuple[NodeFacts, ...]
    views: Mapping[str, ExtensionFacts]
    failing: frozenset[str] = frozenset()
    """Nodes under way whose extension reported an error, and still does."""
    given_up: bool = False
    """Whether a Spot node is away, none is waited for any more, and none that is there says what is wrong."""

    @property
    def ready(self) -> tuple[str, ...]:
        return tuple(node.id for node in self.nodes if node.state.usable)

    @property
    def stuck(self) -> tuple[str, ...]:
        """Nodes that cannot run tasks; Batch does not recover one whose configuration is the cause.

        One that is under way for ever is such a node too, once its extension has failed for good.
        """
        return tuple(node.id for node in self.nodes if node.state in _STUCK or node.id in self.failing)

    @property
    def away(self) -> tuple[str, ...]:
        """Spot nodes that Azure took, and for which Batch has no other machine yet."""
        return tuple(node.id for node in self.nodes if node.state is NodeState.PREEMPTED)

    @property
    def settled(self) -> bool:
        """Whether every node that was asked for is there, or was taken away, and those left came to rest."""
        steady = self.progress.allocation_state == "steady"
        left = len(self.nodes) - len(self.away)
        return steady and bool(left) and len(self.ready) + len(self.stuck) == left

    @property
    def all_successful(self) -> bool:
        views = [self.views.get(node.id) for node in self.nodes]
        return bool(views) and all(view and view.status is ExtensionStatus.SUCCESS for view in views)


class NodeWatch:
    """Looks at one pool, remembers what it saw, notes what changed."""

    def __init__(
        self,
        tools: Tools,
        ctx: StepContext,
        endpoint: str,
        pool: str,
        at_limit: str,
        *,
        until_reported: bool,
        gives_up: bool = True,
    ) -> None:
        """`at_limit` is what comes of the wait at its limit, in words.

        `until_reported` has an extension read again as long as it has not come to an end; `gives_up` says
        whether Spot nodes that are taken away too often end the wait.
        """
        self._gives_up = gives_up
        self._until_reported = until_reported
        self._at_limit = at_limit
        self._tools = tools
        self._ctx = ctx
        self._outlooks = Outlooks(tools, ctx, waits=until_reported)
        self._endpoint = endpoint
        self._pool = pool
        self._seen: dict[str, NodeState] = {}
        self._views: dict[str, ExtensionFacts] = {}
        self._read_at: dict[str, float] = {}
        """When the view of a node under way was read last."""
        self._failures: dict[str, int] = {}
        """How often in a row an error was read of a node under way."""
        self._told: dict[str, int] = {}
        self.latest: Snapshot | None = None

    def look(self) -> Snapshot:
        progress = self._tools.azure.batch.progress(self._endpoint, self._pool)
        nodes = self._tools.azure.batch.nodes(self._endpoint, self._pool)
        away = [node.id for node in nodes if node.state is NodeState.PREEMPTED]
        self._tell_taken(away)
        self._look_under_way([node.id for node in nodes if node.state in _UNDERWAY])
        for node in nodes:
            if self._wants_view(node):
                self._read_view(node.id)
            self._seen[node.id] = node.state
        self._note(counts(nodes))
        failing = frozenset(
            node.id for node in nodes if node.state in _UNDERWAY and self._failures.get(node.id, 0) > 1
        )
        found = Snapshot(progress, nodes, dict(self._views), failing)
        given_up = bool(away) and not found.stuck and self._gives_up and given_up_on_spot(self._ctx.state)
        self.latest = replace(found, given_up=given_up)
        return self.latest

    def _tell_taken(self, away: list[str]) -> None:
        """Each time once; what was away already when an earlier process looked last is not told again."""
        known = self._ctx.state.taken
        for node in away:
            seen = self._seen.get(node)
            if seen is NodeState.PREEMPTED or (seen is None and f"{self._pool}/{node}" in known):
                continue
            _tell_taken(self._ctx, self._pool, node)

    def _look_under_way(self, nodes: list[str]) -> None:
        """Read some of them, those first that were not read for longest. One error may pass; two stay."""
        now = self._tools.clock()
        since = {node: now - self._read_at.get(node, -math.inf) for node in nodes}
        due = sorted((node for node in nodes if since[node] >= _EVERY), key=since.__getitem__, reverse=True)
        for node in due[:_AT_ONCE]:
            self._read_at[node] = now
            self._read_view(node)
            view = self._views.get(node)
            wrong = view is not None and view.status is ExtensionStatus.ERROR
            self._failures[node] = self._failures.get(node, 0) + 1 if wrong else 0

    def waiting(self, found: Snapshot, wanted: int, elapsed: float, limit: float, spent: float) -> Waiting:
        """The look as the screen shows it; `spent` is what the step has waited in all."""
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
            self._at_limit if found.nodes else self._at_first_limit,
            max(0.0, total_left(self._ctx) - spent),
            self._outlooks.told(found.progress, found.nodes, found.views),
        )

    def beginning(self, wanted: int, limit: float) -> Waiting:
        """The wait before its first look, so that its limits are known from the first second."""
        told, left = self._at_first_limit, max(0.0, total_left(self._ctx))
        outlook = self._outlooks.before(wanted)
        return Waiting(self._ctx.step.id, self._pool, {}, (), 0, wanted, 0.0, limit, told, left, outlook)

    @property
    def _at_first_limit(self) -> str:
        return f"{self._at_limit}; once a first node is there it waits anew, {span(limit_seconds(self._ctx))}"

    def keep(self) -> None:
        """Keep what the latest look saw as evidence."""
        if found := self.latest:
            keep_answers(self._ctx, found.progress, found.nodes, dict(found.views))

    def _wants_view(self, node: NodeFacts) -> bool:
        if not (node.state.usable or node.state in _STUCK):
            return False
        known = self._views.get(node.id)
        unfinished = known is None or known.status is ExtensionStatus.TRANSITIONING
        return self._seen.get(node.id) != node.state or (unfinished and self._until_reported)

    def _read_view(self, node: str) -> None:
        view = read_view(self._tools, self._ctx, self._endpoint, self._pool, node)
        if view:
            self._views[node] = view
        else:  # what it said on its way, if anybody looked then, is not what it says now
            self._views.pop(node, None)

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
    """Look, show, judge, until the judge is content. Raises GaveUp at the limit, or where no node came."""
    begun = tools.clock()
    first = min(FIRST_NODE, limit_seconds(ctx))
    ctx.show(watch.beginning(wanted, first))

    def look(since: float, limit: float) -> Snapshot:
        found, now = watch.look(), tools.clock()
        ctx.show(watch.waiting(found, wanted, now - since, limit, now - begun))
        return found

    def first_look() -> tuple[Snapshot, Snapshot | None] | None:
        found, spent = watch.look(), tools.clock() - begun
        passed, until = (0.0, limit_seconds(ctx, spent)) if found.nodes else (spent, first)
        ctx.show(watch.waiting(found, wanted, passed, until, spent))
        judged = judge(found)
        return (found, judged) if found.nodes or judged else None

    _, judged = wait(tools, ctx, "a first node", first_look, first)
    if judged:
        return judged
    since = tools.clock()
    limit = limit_seconds(ctx, since - begun)
    return wait(tools, ctx, "the nodes", lambda: judge(look(since, limit)), limit)


def taken_of(tools: Tools, ctx: StepContext, pool: str, nodes: Iterable[str]) -> tuple[str, ...]:
    """Which of these nodes Azure has taken away, each told once. What cannot be read now is none."""
    wanted = set(nodes)
    if not wanted:
        return ()
    try:
        found = tools.azure.batch.nodes(endpoint(tools, ctx), pool)
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        return ()
    taken = tuple(each.id for each in found if each.state is NodeState.PREEMPTED and each.id in wanted)
    for node in taken:
        _tell_taken(ctx, pool, node)
    return taken


def _tell_taken(ctx: StepContext, pool: str, node: str) -> None:
    ctx.taken_away(pool, node)
    ctx.note(f"{node} was taken away by Azure: it is a Spot node")


def given_up_on_spot(state: RunState) -> bool:
    """Whether Azure took Spot nodes away so often that no other is waited for."""
    return len(state.taken) > REPLACED_AT_MOST * debug_nodes(state)


def spot_nodes_taken(state: RunState) -> str:
    """How often that was, within a sentence."""
    often = len(state.taken)
    return (
        f"a Spot node of this run away {dict(enumerate(('', 'once', 'twice'))).get(often, f'{often} times')}"
    )


def of_them(some: int, total: int) -> str:
    """Say how many of the nodes, with the verb: 1 of 3 nodes is."""
    if some == total:
        return {1: "the node is", 2: "both nodes are"}.get(total, f"all {total} nodes are")
    return f"{some} of {total} nodes {'is' if some == 1 else 'are'}"
