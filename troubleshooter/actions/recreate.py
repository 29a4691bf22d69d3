"""The debug pool, and its removal at the end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from troubleshooter.actions import carry, in_place, jobs, logs, original
from troubleshooter.actions.pools import ensure_pool, open_pools, remove_pool
from troubleshooter.actions.recheck import recheck
from troubleshooter.actions.undo import each_of
from troubleshooter.engine.context import StepOutcome
from troubleshooter.engine.gates import Gate
from troubleshooter.errors import ExitCode, Interrupted, TroubleshooterError
from troubleshooter.model.change import NODE_USER, POOL, WHY_LEFT, ChangeState
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Made, Planned
from troubleshooter.model.run import Choice
from troubleshooter.pooldef.bodies import debug_body
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.change import Change


GATE = Gate("clean-up", yes="remove", yes_confirms=True)
_COSTS = "pools cost money as long as they have nodes"


def create_debug(tools: Tools, ctx: StepContext) -> StepOutcome:
    planned = ctx.need(Planned)
    if in_place.underway(ctx):
        return in_place.recreate(tools, ctx)
    name = planned.debug_pool
    for earlier in open_pools(ctx):
        if earlier.id != name:
            remove_pool(tools, ctx, earlier.id)
    definition = tools.definition()
    carried = carry.settled(ctx, definition, tools.extension)
    whole = carry.complete(definition, carried, tools.extension)
    body, _ = debug_body(whole, ctx.state, planned.variant, planned.allow_from, tools.extension)
    ensure_pool(tools, ctx, name, body)
    found = recheck(tools, ctx, name, body)
    return StepOutcome(f"{name} created", output=Made(name, found), attention=bool(found))


def clean_up(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Ask, remove what is left of this run, and give the receipt."""
    pools = open_pools(ctx)
    removes = [_would_go(change) for change in pools]
    names = [change.id for change in pools]
    if original.underway(ctx):
        names.insert(0, ctx.state.target.pool)
        removes.insert(0, f"pool {names[0]} as this run made it; the original definition is put back")
    if not names:
        remove_all(tools, ctx)
        return _cleaned(ctx, "nothing is left in Azure")
    choice = ctx.ask(
        GATE,
        f"Remove {', '.join(names)}?",
        {"removes": removes},
        (
            Choice("remove", "remove", _COSTS, destructive=True, own=not original.underway(ctx)),
            Choice("keep", "keep", _later(ctx)),
        ),
        confirm=names[0],
    )
    if choice == "keep":
        return StepOutcome(f"kept: {', '.join(names)}", attention=True)
    remove_all(tools, ctx)
    return _cleaned(ctx, receipt(ctx))


def _later(ctx: StepContext) -> str:
    if ctx.state.rehearsal:
        return "it ends with the demo"
    return f"it costs money until it is removed with: troubleshooter runs cleanup {ctx.state.id}"


def _would_go(change: Change) -> str:
    unseen = ", if it was made after all: no answer told" if change.unknown else ""
    return f"pool {change.id} and its nodes{unseen}"


def _cleaned(ctx: StepContext, told: str) -> StepOutcome:
    """What nobody knows the outcome of is no clean end."""
    if any(change.unknown for change in ctx.state.changes):
        return StepOutcome(receipt(ctx), attention=True, exit_code=ExitCode.INCOMPLETE)
    return StepOutcome(told)


def remove_all(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Take back everything this run made and changed. Asks only for secrets that it lacks.

    These are independent acts: one that fails stops none of the others, and why it is left is written down.
    """
    acts: dict[str, Callable[[], None]] = {
        f"pool {change.id}": partial(_remove, tools, ctx, change.id) for change in open_pools(ctx)
    }
    acts["the original pool"] = lambda: original.settle(tools, ctx)
    acts["its jobs"] = lambda: jobs.enable(tools, ctx)
    acts["node users"] = lambda: logs.remove_users(tools, ctx)
    each_of(ctx, acts)
    return StepOutcome(receipt(ctx))


def _remove(tools: Tools, ctx: StepContext, name: str) -> None:
    try:
        remove_pool(tools, ctx, name)
    except Interrupted:
        raise
    except TroubleshooterError as error:
        ctx.write_change(EventKind.CHANGE_REMOVING, POOL, name, {WHY_LEFT: f"{error.what} {error.why}"})
        raise


def receipt(ctx: StepContext) -> str:
    """What was made, what of it is gone, what is left, what nobody knows; in one line."""
    pools = [change for change in ctx.state.changes if change.kind == POOL]
    users = [change for change in ctx.state.changes if change.kind == NODE_USER]
    gone = [sum(each.state is ChangeState.REMOVED for each in kind) for kind in (pools, users)]
    left = [change.id for change in ctx.state.open_changes if not change.unknown]
    unknown = [change.id for change in ctx.state.changes if change.unknown]
    of_users = counted(len(users), "node user")
    told = [f"{gone[0]} of {counted(len(pools), 'pool')} and {gone[1]} of {of_users} removed"]
    if left or not unknown:
        told.append(f"left: {', '.join(left)}" if left else "nothing is left")
    if unknown:
        told.append(f"not known whether made, look again later: {', '.join(unknown)}")
    return "; ".join(told)
