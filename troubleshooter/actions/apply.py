"""Applying the proven fix to the original: printed, or done in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions import in_place, verify
from troubleshooter.engine.gates import Gate, plan_hash
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import NotFound
from troubleshooter.model.handover import Chosen, Printed, Proved
from troubleshooter.model.run import ASIDE, Choice
from troubleshooter.operations import carry, jobs, not_carried, original
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.pooldef import pool_body, stamps
from troubleshooter.pooldef.deliverable import deliverable
from troubleshooter.pooldef.mark import mark_of
from troubleshooter.report import needed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

GATE = Gate(
    "apply",
    "What becomes of the original pool once a fix is chosen.",
    (
        ("print", "says what to change; the original is left alone"),
        (
            "pool",
            "deletes the original and creates it again with the fix; wants its name typed (--confirm POOL)",
        ),
    ),
    yes="print",
    otherwise="print",
    destroys=True,
)
"""Without a proof nothing is applied: then what to change is printed."""
_HOW = "How is the fix applied to the original?"
_PRINT = Choice("print", "print what to change", "the original pool is left alone")

_RATHER_NOT = Choice("print", "no, print what to change instead", "the original pool is left alone")


def apply(tools: Tools, ctx: StepContext) -> StepOutcome:
    chosen = ctx.of(Chosen)
    if in_place.is_planned(ctx):
        why = "the pool itself has the fix" if ctx.state.verified else ctx.state.not_verified_because
        return StepOutcome(why, skipped=True)
    if chosen is None or not chosen.patch:
        why = "the pool's definition needs no change" if chosen else ctx.state.not_verified_because
        return StepOutcome(why, skipped=True)
    patch = list(chosen.patch)
    if original.underway(ctx):
        return _on_original(tools, ctx, tools.definition(), _tasks(tools, ctx, {}))
    definition = _now(tools, ctx) if ctx.state.verified else None
    before = definition or tools.definition()
    after = pool_body.creatable(pool_body.patched(before, patch))
    change = deliverable(before, patch, tools.extension)
    plan = _plan(ctx, before, after, change)
    if definition is None:
        ctx.ask(GATE, _HOW, plan, (_PRINT,))
    elif (tasks := _consented(tools, ctx, definition, plan)) is not None:
        return _on_original(tools, ctx, definition, tasks)
    summary = "extensions of an existing pool cannot be changed: change its template, and create it again"
    return StepOutcome(summary, output=Printed(change, tuple(patch), pool_body.fixable(after)))


def _plan(ctx: StepContext, before: Any, after: Any, change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "pool": ctx.state.target.resource_id,
        "patch": change["patch"],
        "before": pool_body.fixable(before),
        "after": pool_body.fixable(after),
        "proven": ctx.state.verified,
        "change": change,
    }


def _consented(tools: Tools, ctx: StepContext, now: Any, plan: dict[str, Any]) -> str | None:
    """What running tasks are to do, once the pool's name was typed; None where the change is printed.

    The name is typed last, below everything it is consent to. Consent is for the pool as it is now: one
    that changes meanwhile is asked about again.
    """
    pool = ctx.state.target.pool
    plan["definition"] = plan_hash("definition", pool_body.creatable(now))
    plan["of"] = stamps.bound(now)
    plan["removes"] = [f"pool {pool}, {pool_body.its_nodes(now)} and the files on them"]
    label = f"delete {pool} and create it with the fix"
    here = Choice("pool", label, "asked next: what running tasks shall do, then its name")
    if ctx.ask(GATE, _HOW, plan, (_PRINT, here), about="which way") != "pool":
        return None
    preflight, account = Preflight(tools, ctx), ctx.state.target.account_id
    preflight.needs(routes.in_place(account, _with_fix(ctx, now)))
    found = jobs.found(tools, ctx)
    plan[ASIDE] = needed.lines(preflight.needs(routes.of_jobs(account, found)))
    tasks = jobs.ask(ctx, found, plan, underway=False, else_="the original is left alone, with its jobs")
    if tasks == jobs.STOP:
        return None
    carried = carry.settled(ctx, now, tools.extension)
    plan["notes"] = [
        *jobs.told(found, tasks),
        *not_carried.notes(tools, ctx, now),
        *carry.notes(now, carried, tools.extension),
    ]
    text = f"Last question: delete {pool} and create it with the fix?"
    consent = Choice("pool", label, destructive=True)
    if ctx.ask(GATE, text, plan, (_RATHER_NOT, consent), confirm=pool) != "pool":
        return None
    return tasks


def _with_fix(ctx: StepContext, now: Any) -> Any:
    return pool_body.creatable(pool_body.patched(now, list(ctx.need(Chosen).patch)))


def _now(tools: Tools, ctx: StepContext) -> Any:
    """The original as it is now; None where it is gone, otherwise than proven, or in another run's hands."""
    try:
        now = tools.pool(ctx.state.target)
    except NotFound:
        return None
    before = tools.definition()
    same = pool_body.fixable(now) == pool_body.fixable(before) and mark_of(now) == mark_of(before)
    return now if same else None


def _tasks(tools: Tools, ctx: StepContext, plan: dict[str, Any]) -> str:
    """As chosen before the original went; asked where a job has come since."""
    return jobs.ask(ctx, jobs.found(tools, ctx), plan, underway=True)


def _on_original(tools: Tools, ctx: StepContext, definition: Any, tasks: str) -> StepOutcome:
    """The last part of working in place: one node here, the full size in the next step."""
    if not original.underway(ctx):
        tools.save_again(definition)
        original.check(tools, ctx, definition)
    jobs.disable(tools, ctx, tasks)
    outcome = verify.on_original(tools, ctx, definition)
    if not isinstance(outcome.output, Proved) or not outcome.output.proven:
        ctx.verified(verified=False, because=f"proven beside the original, not in its place: {outcome.why}")
    return outcome
