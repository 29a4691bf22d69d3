"""The debug pool, and its removal at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.actions import carry, in_place, jobs, original
from troubleshooter.actions.bodies import debug_body
from troubleshooter.actions.pools import ensure_pool, open_pools, remove_pool
from troubleshooter.actions.recheck import kept, recheck
from troubleshooter.actions.tools import NODE_USER, POOL, WHY_LEFT
from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import Interrupted, NotPermitted, TroubleshooterError
from troubleshooter.model.event import EventKind
from troubleshooter.model.run import ChangeState, Choice

if TYPE_CHECKING:
    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext


def create_debug(tools: Tools, ctx: StepContext) -> StepOutcome:
    planned = ctx.output("plan")
    if in_place.underway(ctx):
        return in_place.recreate(tools, ctx)
    name = str(planned["debug_pool"])
    for earlier in open_pools(ctx):
        if earlier.id != name:
            remove_pool(tools, ctx, earlier.id)
    definition = tools.definition()
    whole = carry.complete(definition, carry.settled(ctx, definition))
    body, _ = debug_body(whole, ctx.state, planned["variant"], planned["allow_from"])
    ensure_pool(tools, ctx, name, body)
    found = recheck(tools, ctx, name, body)
    return StepOutcome(
        f"{name} created", output={"pool": name, "differences": kept(found)}, attention=bool(found)
    )


def clean_up(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Ask, remove what is left of this run, and give the receipt."""
    names = [change.id for change in open_pools(ctx)]
    removes = [f"pool {name} and its nodes" for name in names]
    if original.underway(ctx):
        names.append(ctx.state.target.pool)
        removes.append(f"pool {names[-1]} as this run made it; the original definition is put back")
    if not names:
        remove_all(tools, ctx)
        return StepOutcome("nothing is left in Azure")
    choice = ctx.ask(
        "clean-up",
        f"Remove {', '.join(names)}?",
        {"removes": removes},
        (
            Choice("remove", "remove", "pools cost money as long as they have nodes", destructive=True),
            Choice("keep", "keep", "remove them later with: troubleshooter runs cleanup " + ctx.state.id),
        ),
        confirm=names[0],
    )
    if choice == "keep":
        return StepOutcome(f"kept: {', '.join(names)}", attention=True)
    remove_all(tools, ctx)
    return StepOutcome(receipt(ctx))


def remove_all(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Take back everything this run made and changed. Asks only for secrets that it lacks.

    A pool that cannot be removed keeps none of the others; why it is left is written down.
    """
    failed: dict[str, TroubleshooterError] = {}
    for change in open_pools(ctx):
        try:
            remove_pool(tools, ctx, change.id)
        except (Interrupted, NotPermitted):
            raise
        except TroubleshooterError as error:
            failed[change.id] = error
            ctx.write_change(
                EventKind.CHANGE_REMOVING, POOL, change.id, {WHY_LEFT: f"{error.what} {error.why}"}
            )
    original.settle(tools, ctx)
    jobs.enable(tools, ctx)
    for change in ctx.state.open_changes:
        if change.kind == NODE_USER and change.id.split("/")[0] not in failed:  # users go with their pool
            ctx.write_change(EventKind.CHANGE_REMOVED, NODE_USER, change.id)
    for problem in failed.values():
        raise problem
    return StepOutcome(receipt(ctx))


def receipt(ctx: StepContext) -> str:
    """What was made, what of it is gone, what is left; in one line."""
    pools = [change for change in ctx.state.changes if change.kind == POOL]
    users = [change for change in ctx.state.changes if change.kind == NODE_USER]
    gone = [change for change in pools if change.state is ChangeState.REMOVED]
    left = [change.id for change in ctx.state.open_changes]
    told = f"{len(gone)} of {len(pools)} pools and {len(users)} node users removed"
    return f"{told}; left: {', '.join(left)}" if left else f"{told}; nothing is left"
