"""A way back that was begun outside the steps and stopped: it is gone to its end before all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.change import JOB, JOB_SCHEDULE, ORIGINAL, STAGE
from troubleshooter.operations import jobs, original
from troubleshooter.operations.recheck import add_findings
from troubleshooter.operations.undo import each_of

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState
    from troubleshooter.operations.tools import Tools


def way_back_first(tools: Tools, ctx: StepContext) -> StepOutcome | None:
    """Go a way back to its end that was begun outside the steps and stopped; None where none was.

    It has taken away what the steps up to the clean-up rest on, and was the operator's last word.
    """
    change = ctx.change(ORIGINAL, ctx.state.target.pool)
    begun = change is not None and change.open and change.detail.get(STAGE) == original.AS_IT_WAS
    if not begun or ctx.action.takes_back:
        return None
    why = "the original was being put back when that was stopped, so it was put back first"
    with ctx.taking_back(), tools.azure.changing():
        add_findings(ctx, original.put_back(tools, ctx))
        if ctx.skip_to(ctx.undo_step.id, why):
            return StepOutcome(why, skipped=True)
        jobs.enable(tools, ctx)
    return None


def way_back_left(state: RunState) -> bool:
    """Whether a run that is over has a way back that was begun and stopped; a pool that was kept is none."""
    if state.current is not None:
        return False
    left = {
        change.kind: change for change in state.open_changes if change.kind in {ORIGINAL, JOB, JOB_SCHEDULE}
    }
    pool = left.get(ORIGINAL)
    return bool(left) if pool is None else pool.detail.get(STAGE) == original.AS_IT_WAS


def finish_way_back(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Go it to its end: it was the operator's last word."""
    each_of(
        ctx,
        {
            "the original pool": lambda: original.settle(tools, ctx),
            "its jobs": lambda: jobs.enable(tools, ctx),
        },
    )
    return StepOutcome("the way back that was stopped is at its end")
