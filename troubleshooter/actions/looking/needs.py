"""What a run on a pool would need, for who only looks at it: nothing is begun, so that nothing is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.need import Standing
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.pooldef import pool_body
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def look(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Of a pool beside the original, which is what a run makes unless it is told otherwise."""
    if ctx.state.options.get("only"):
        return StepOutcome("one check was asked for, and no run", skipped=True)
    body = pool_body.creatable(tools.definition())
    pool_body.batch_managed_addresses(body)
    needs = Preflight(tools, ctx).look(routes.beside(ctx.state.target.account_id, body))
    short, total = len(needs.of(Standing.MISSING)), counted(len(needs.rights), "right")
    if short:
        return StepOutcome(f"{short} of {total} for a run are missing", output=needs, attention=True)
    return StepOutcome(f"{len(needs.of(Standing.HELD))} of {total} for a run you have", output=needs)
