"""Proving the fix with nodes that wait for the extension: on one node first, then at full size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.actions import in_place, node_kind
from troubleshooter.actions.looking import proof_plan
from troubleshooter.actions.looking.by_hand import by_hand
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.change import NODES, ORIGINAL, POOL
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Chosen, Proved
from troubleshooter.model.step import StepState
from troubleshooter.operations import carry, jobs, original
from troubleshooter.operations.pools import ensure_pool, open_pools, remove_pool
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.operations.proof import prove
from troubleshooter.operations.recheck import add_findings, recheck
from troubleshooter.operations.tools import total_left
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.pooldef.deliverable import deliverable
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.step import StepRecord
    from troubleshooter.operations.proof import Proof
    from troubleshooter.operations.tools import Tools


def verify(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Prove the fix on one node."""
    chosen = ctx.of(Chosen)
    if chosen is None:
        return StepOutcome(ctx.state.not_verified_because, skipped=True)
    if in_place.is_planned(ctx):
        return on_original(tools, ctx, tools.definition())
    if total_left(ctx) <= 0:  # nothing is waited for any more: what was made is removed next
        why = "the run has worked as long as it may, its total limit"
        ctx.verified(verified=False, because=why)
        return StepOutcome(f"no fix proven: {why}", skipped=True, exit_code=ExitCode.GAVE_UP)
    definition = tools.definition()
    kind = node_kind.asked(ctx, definition)
    if kind == node_kind.STOP:
        why = "stopped by the operator, since Azure took its Spot nodes away"
        ctx.verified(verified=False, because=why)
        return StepOutcome(f"no fix proven: {why}", skipped=True, exit_code=ExitCode.GAVE_UP)
    dedicated = kind == node_kind.DEDICATED
    patch = list(chosen.patch)
    told = node_kind.told(kind)
    if not proof_plan.consented(tools, ctx, in_place.PLAN, patch, told, dedicated=dedicated):
        why = "stopped by the operator at the plan of the pool that proves it"
        ctx.verified(verified=False, because=why)
        return StepOutcome(f"no fix proven: {why}", skipped=True, exit_code=ExitCode.REFUSED)
    whole = _whole(tools, ctx, definition)
    body = bodies.verification_body(whole, patch, ctx.state, tools.extension, dedicated=dedicated)
    name = bodies.fix_pool_name(ctx.state, dedicated=dedicated)
    for earlier in open_pools(ctx):
        if earlier.id != name:
            remove_pool(tools, ctx, earlier.id)
    ensure_pool(tools, ctx, name, body)
    add_findings(ctx, recheck(tools, ctx, name, body))
    proof = prove(tools, ctx, name, 1)
    if proof.taken_away:
        node_kind.asked(ctx, definition)  # which ends the step here: how it goes on is asked
    return _on_one(tools, ctx, proof, name, bodies.debug_nodes(ctx.state))[0]


def on_original(tools: Tools, ctx: StepContext, definition: Any) -> StepOutcome:
    """Create the original again with the fix, with one node, and prove it there."""
    whole = _whole(tools, ctx, definition)
    patch = list(ctx.need(Chosen).patch)
    body = bodies.verification_body(whole, patch, ctx.state, tools.extension, beside=False)
    if not ctx.state.away:  # else it has to be put there, whatever is lacking
        Preflight(tools, ctx).needs(routes.in_place(ctx.state.target.account_id, body))
    found = original.replace(tools, ctx, body, bodies.WITH_FIX, definition)
    add_findings(ctx, found)
    name = ctx.state.target.pool
    outcome, proved = _on_one(
        tools, ctx, prove(tools, ctx, name, 1), name, pool_body.original_size(definition)
    )
    # for the template that it is created from: what was printed there is not made anew
    made = deliverable(definition, patch, tools.extension) if patch else None
    return replace(outcome, output=replace(proved, made=made))


def _whole(tools: Tools, ctx: StepContext, definition: Any) -> dict[str, Any]:
    """The definition with all that Azure does not return."""
    return carry.complete(definition, carry.settled(ctx, definition, tools.extension), tools.extension)


def _on_one(tools: Tools, ctx: StepContext, proof: Proof, pool: str, full: int) -> tuple[StepOutcome, Proved]:
    whole = proof.holds and full <= 1
    partly = f"one node is well with the fix; {full} have not been seen yet"
    ctx.verified(verified=whole, because="" if whole else partly if proof.holds else proof.why)
    proved = Proved(proof.holds, pool, full, proof.nodes, proof.extension)
    if proof.holds:
        return StepOutcome(f"proven: {proof.why}", output=proved), proved
    left = by_hand(tools.definition(), tools.extension, tools.rules())
    proved = replace(proved, looks=left.looks, mends=left.mends)
    why = f"not proven: {proof.why}"
    return StepOutcome(why, output=proved, attention=True, exit_code=proof.exit_code), proved


def grow(tools: Tools, ctx: StepContext) -> StepOutcome:
    """From one proven node to the full size, which is proven too; an original then stands as it should."""
    one_node = ctx.state.step(str(ctx.step.options["after"]))
    proved = one_node.output
    if not isinstance(proved, Proved) or not proved.proven:
        return StepOutcome(_why_not_grown(one_node), skipped=True)
    pool, full = proved.pool, proved.full
    ours = pool != ctx.state.target.pool
    if ours and full <= 1:
        return StepOutcome("one node is all that was asked for", skipped=True)
    proof = _at_full_size(tools, ctx, pool, full)
    output = Proved(proof.holds, pool, full, proof.nodes, proof.extension) if proof else None
    if proof is not None and not proof.holds:
        why = f"not proven at full size: {proof.why}"
        return StepOutcome(why, output=output, attention=True, exit_code=proof.exit_code)
    if not ours:
        original.finish(tools, ctx)
        jobs.enable(tools, ctx)
    return StepOutcome(f"proven: {proof.why}" if proof else f"{pool} stands as it should", output=output)


def _why_not_grown(one_node: StepRecord) -> str:
    """Said where it stands, and true whether the fix is proven or not."""
    if one_node.state is StepState.SKIPPED:
        return one_node.why
    if isinstance(one_node.output, Proved):
        return f"one node is not well with the fix: {one_node.why.removeprefix('not proven: ')}"
    return "the original was left alone; what to change was printed"


def _at_full_size(tools: Tools, ctx: StepContext, pool: str, full: int) -> Proof | None:
    """None where one node is the full size."""
    if full <= 1:
        return None
    if original.is_final(ctx) and ctx.state.verified:
        return None  # seen before this process was started
    ctx.note(f"{pool} grows to {counted(full, 'node')}")
    tools.azure.arm.update_pool(ctx.state.target, pool, {"scaleSettings": _scale(tools, ctx, pool, full)})
    ctx.write_change(EventKind.CHANGE_MADE, _kind_of(ctx, pool), pool, {NODES: full})
    proof = prove(tools, ctx, pool, full)
    ctx.verified(verified=proof.holds, because="" if proof.holds else proof.why)
    return proof


def _kind_of(ctx: StepContext, pool: str) -> str:
    return ORIGINAL if pool == ctx.state.target.pool else POOL


def _scale(tools: Tools, ctx: StepContext, pool: str, full: int) -> dict[str, Any]:
    """Fixed, with as many nodes; of the kinds the original has where it is the original."""
    definition = tools.definition()
    body = pool_body.creatable(definition)
    spot = pool_body.spot_only(definition) and not node_kind.is_dedicated(ctx.state)
    pool_body.resize(body, full, spot=spot)
    scale: dict[str, Any] = body["properties"]["scaleSettings"]
    if pool == ctx.state.target.pool:
        dedicated, low_priority = pool_body.sizes(definition)
        kinds = {"targetDedicatedNodes": dedicated, "targetLowPriorityNodes": low_priority}
        scale["fixedScale"] |= kinds
    return scale
