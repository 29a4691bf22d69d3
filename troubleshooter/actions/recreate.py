"""The debug pool: made beside the original, or in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.actions import in_place, node_kind, way_in
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.handover import Made, Planned
from troubleshooter.operations import carry
from troubleshooter.operations.pools import ensure_pool, open_pools, remove_pool
from troubleshooter.operations.recheck import recheck
from troubleshooter.pooldef.bodies import debug_body
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def create_debug(tools: Tools, ctx: StepContext) -> StepOutcome:
    planned = ctx.need(Planned)
    if in_place.is_planned(ctx):
        return in_place.recreate(tools, ctx)
    if planned.chosen:
        why = f"no pool is made: tasks read {counted(len(planned.chosen), 'node')} of the original"
        return StepOutcome(why, output=Made(ctx.state.target.pool), skipped=True)
    name = planned.debug_pool
    for earlier in open_pools(ctx):
        if earlier.id != name:
            remove_pool(tools, ctx, earlier.id)
    definition = tools.definition()
    carried = carry.settled(ctx, definition, tools.extension)
    whole = carry.complete(definition, carried, tools.extension)
    roads, dedicated = way_in.planned(planned), node_kind.is_dedicated(ctx.state)
    body, _ = debug_body(whole, ctx.state, planned.variant, roads, tools.extension, dedicated=dedicated)
    ensure_pool(tools, ctx, name, body)
    found = recheck(tools, ctx, name, body)
    return StepOutcome(f"{name} created", output=Made(name, found), attention=bool(found))
