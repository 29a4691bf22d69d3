"""Nodes of the original that run tasks: those that the operator names are read themselves, without a pool.

Nobody chooses them but the operator, who is told before what a task takes from a node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.collect.roads.task import Task
from troubleshooter.engine.gates import Gate
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import UsageProblem
from troubleshooter.model.facts import NodeState
from troubleshooter.model.handover import Planned, Surveyed
from troubleshooter.model.run import ASIDE, Choice
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.operations.reading.by_task import runs_no_task
from troubleshooter.operations.tools import endpoint
from troubleshooter.pooldef import bodies
from troubleshooter.pooldef.pool_body import task_slots
from troubleshooter.report import needed
from troubleshooter.report.counted import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.facts import NodeFacts
    from troubleshooter.operations.tools import Tools

ROUTE = "original-nodes"
POOL, NODES = "pool", "nodes"
GATE = Gate(
    "read-on",
    "Whether logs are read on a pool made for it, or on nodes of the original that run tasks now.",
    (
        (POOL, "a pool is made for it; nodes of the original are left alone"),
        (NODES, "tasks read those that are named next (read-nodes); no pool is made for it"),
    ),
    nobody=POOL,
)
WHICH = Gate(
    "read-nodes",
    "Which nodes of the original tasks read.",
    (("NODE", "the ids of nodes, with commas between: each gives one task slot for some minutes"),),
    form="node-ids",
)
_NAMED = 20
"""Nodes that are told by name; of many most are alike."""


_NOTES = (
    "Batch may give such a task to another node where one is busy: it ends there at once, and reads nothing",
    "no pool is made for it, and no node is signed in to",
)


def plan(tools: Tools, ctx: StepContext, definition: Mapping[str, Any]) -> StepOutcome | None:
    """Consent to a task on each node that was named; None where a pool is to be made.

    Not asked where no node ran tasks when the survey looked, nor once a pool was made.
    """
    if not _some_run_tasks(ctx) or ctx.state.open_changes:
        return None
    pool, account = ctx.state.target.pool, ctx.state.target.account_id
    there = {node.id: node for node in tools.azure.batch.nodes(endpoint(tools, ctx), pool)}
    now = tuple(_now(tuple(there.values()), task_slots(definition)))
    notes = [*Task(alone=True).prepare({}, len(there)), *_NOTES]
    if _where(ctx, notes, now) == POOL:
        return None
    needs = Preflight(tools, ctx).needs(routes.of_tasks(account, alone=True))
    aside = [*now, *needed.lines(needs)]
    names = _which(ctx, notes, aside)
    if unknown := [name for name in names if name not in there]:
        names = _which(ctx, [_no_such(unknown, pool), *notes], aside, about="once more")
    if unknown := [name for name in names if name not in there]:
        raise UsageProblem(
            f"{_no_such(unknown, pool)}.",
            "Azure's list of its nodes does not have such an id; nodes come and go.",
            f"Start a new run, and name some of: az batch node list --pool-id {pool} --query [].id",
        )
    planned = Planned(bodies.DEBUG, "", len(names), route=ROUTE, needs=needs, tasks=True, chosen=tuple(names))
    told = f"tasks read {counted(len(names), 'node')} of {pool}{needed.doubt(needs)}"
    return StepOutcome(told, output=planned)


def not_read(ctx: StepContext) -> str:
    """Of a pool that is made although its operator said beforehand that nodes of the original be read."""
    wished = ctx.state.options.get("answers", {}).get(GATE.name) == NODES
    if not wished or _some_run_tasks(ctx):
        return ""
    return f"; no node of {ctx.state.target.pool} ran tasks that could read it ({GATE.name}={NODES})"


def _some_run_tasks(ctx: StepContext) -> bool:
    """When the survey looked."""
    counts = ctx.need(Surveyed).counts
    return any(counts.get(state.value) for state in NodeState if state.usable)


def _where(ctx: StepContext, notes: list[str], now: tuple[str, ...]) -> str:
    """What nodes do now is told; consent is not bound to it, since they come and go meanwhile."""
    pool = ctx.state.target.pool
    return ctx.ask(
        GATE,
        f"Some nodes of {pool} run tasks now. Make a pool to read logs on, or let tasks read some of these?",
        {"pool": ctx.state.target.resource_id, "notes": notes, ASIDE: list(now)},
        (
            Choice(POOL, "make a pool for it", f"its plan is shown first; nodes of {pool} are left alone"),
            Choice(NODES, f"read nodes of {pool} by tasks", "asked next: which"),
        ),
    )


def _which(ctx: StepContext, notes: list[str], aside: list[str], about: str = "") -> list[str]:
    given = ctx.ask(
        WHICH,
        f"Which nodes of {ctx.state.target.pool} shall a task read?",
        {"pool": ctx.state.target.resource_id, "notes": notes, ASIDE: aside},
        hint="their ids, with commas between",
        form="node-ids",
        about=about,
    )
    return list(dict.fromkeys(name.strip() for name in given.split(",")))


def _no_such(names: list[str], pool: str) -> str:
    return f"{listed(names)} {'is no node' if len(names) == 1 else 'are no nodes'} of {pool}"


def _now(nodes: tuple[NodeFacts, ...], slots: int) -> Iterator[str]:
    """Which run tasks now, and why each of the others does not."""
    why = {node.id: runs_no_task(node, slots) for node in nodes}
    able = [name for name, reason in why.items() if not reason]
    if able:
        yield f"{_shortly(able)} {'has' if len(able) == 1 else 'have'} a free task slot"
    others = [f"{name} runs no task. {reason}" for name, reason in why.items() if reason]
    yield from others[:_NAMED]
    if len(others) > _NAMED:
        yield f"{counted(len(others) - _NAMED, 'node')} more run no task"


def _shortly(names: list[str]) -> str:
    more = len(names) - _NAMED
    return listed(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"
