"""Everything that a run made, taken back; and the receipt of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.change import NODE_USER, OWN_JOB, POOL, ChangeState
from troubleshooter.operations import jobs, original, users
from troubleshooter.operations.pools import open_pools, remove_pool
from troubleshooter.operations.reading.own_jobs import left_jobs, remove_job
from troubleshooter.operations.undo import each_of, saying_why
from troubleshooter.report.counted import counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def remove_all(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Take back everything this run made and changed. Asks only for secrets that it lacks.

    These are independent acts: one that fails stops none of the others, and why it is left is written down.
    """
    acts: dict[str, Callable[[], None]] = {
        f"pool {change.id}": partial(
            saying_why, ctx, POOL, change.id, partial(remove_pool, tools, ctx, change.id)
        )
        for change in open_pools(ctx)
    }
    acts |= {
        f"pool {change.id}, should it have come again,": partial(remove_pool, tools, ctx, change.id)
        for change in ctx.state.changes
        if change.may_come_again and change.kind == POOL
    }
    acts |= {
        f"job {change.id}": partial(
            saying_why, ctx, OWN_JOB, change.id, partial(remove_job, tools, ctx, change.id)
        )
        for change in left_jobs(ctx)
    }
    acts["the original pool"] = lambda: original.settle(tools, ctx)
    acts["its jobs"] = lambda: jobs.enable(tools, ctx)
    acts["node users"] = lambda: users.remove_users(tools, ctx)
    each_of(ctx, acts)
    return StepOutcome(receipt(ctx))


def receipt(ctx: StepContext) -> str:
    """What was made, what of it is gone, what is left, what nobody knows; in one line."""
    pools = [change for change in ctx.state.changes if change.kind == POOL]
    made = [change for change in ctx.state.changes if change.kind == NODE_USER]
    gone = [[each.state for each in kind].count(ChangeState.REMOVED) for kind in (pools, made)]
    left = [change.id for change in ctx.state.open_changes if not change.unknown]
    unknown = [change.id for change in ctx.state.changes if change.unknown]
    of_users = counted(len(made), "node user")
    own = [change for change in ctx.state.changes if change.kind == OWN_JOB]
    words = [f"{gone[0]} of {counted(len(pools), 'pool')}"]
    if made or not own:
        words.append(f"{gone[1]} of {of_users}")
    if own:
        over = sum(change.state is ChangeState.REMOVED for change in own)
        words.append(f"{over} of {counted(len(own), 'job')} with tasks")
    told = [f"{listed(words)} removed"]
    if left or not unknown:
        told.append(f"left: {', '.join(left)}" if left else "nothing is left")
    if unknown:
        told.append(f"not known whether made, look again later: {', '.join(unknown)}")
    return "; ".join(told)
