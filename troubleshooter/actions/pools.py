"""Creating and removing the pools of a run. The intent is journaled before the call, the outcome after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions.pool_body import marked_by
from troubleshooter.actions.tools import POOL, endpoint, pace, step_limit
from troubleshooter.cloud.wait import poll
from troubleshooter.errors import NotFound, Refused, ServiceRefusal
from troubleshooter.model.event import EventKind
from troubleshooter.model.run import ChangeState

if TYPE_CHECKING:
    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import Change


def ensure_pool(tools: Tools, ctx: StepContext, name: str, body: dict[str, Any]) -> None:
    """Create the pool, or find the one that this run created already. Safe to call again after a crash."""
    known = ctx.change(POOL, name)
    if known and known.state in {ChangeState.INTENDED, ChangeState.MADE} and _ours(tools, ctx, name):
        _made(ctx, name)
        ctx.note(f"pool {name} is there already")
        return
    ctx.write_change(EventKind.CHANGE_INTENDED, POOL, name, {"resource_id": _resource_id(ctx, name)})
    try:
        tools.azure.create_pool(ctx.state.target, name, body)
    except ServiceRefusal as refusal:
        if refusal.status not in {409, 412} or not _ours(tools, ctx, name):
            if refusal.status not in {409, 412}:
                ctx.write_change(EventKind.CHANGE_NEVER_MADE, POOL, name)
            raise
    _made(ctx, name)
    ctx.note(f"pool {name} created")


def remove_pool(tools: Tools, ctx: StepContext, name: str) -> None:
    """Delete a pool that this run created, and wait until it is gone. Its mark must agree."""
    ctx.write_change(EventKind.CHANGE_REMOVING, POOL, name)
    if _ours(tools, ctx, name):
        tools.azure.delete_pool(ctx.state.target, name)
        poll(
            lambda: tools.azure.pool_gone(ctx.state.target, name) or None,
            subject=f"pool {name} to be deleted",
            cancel=ctx.cancel,
            clock=tools.clock,
            limit=step_limit(ctx),
            hint=lambda: tools.azure.hint,
            **pace(ctx),
        )
    ctx.write_change(EventKind.CHANGE_REMOVED, POOL, name)
    ctx.note(f"pool {name} removed")


def open_pools(ctx: StepContext) -> tuple[Change, ...]:
    """Pools of this run that may still be there."""
    return tuple(change for change in ctx.state.open_changes if change.kind == POOL)


def _ours(tools: Tools, ctx: StepContext, name: str) -> bool:
    """Whether the pool exists. Raises Refused when it exists without this run's mark."""
    found = poll(
        lambda: _seen(tools, ctx, name),
        subject=f"both planes of Azure to agree on pool {name}",
        cancel=ctx.cancel,
        clock=tools.clock,
        limit=step_limit(ctx),
        hint=lambda: tools.azure.hint,
        **pace(ctx),
    )
    if not found:
        return False
    if marked_by(found[0]) != ctx.state.id:
        raise Refused(
            f"Pool {name} was not created by this run.",
            f"Its metadata do not carry the mark of run {ctx.state.id}, whatever the journal expects.",
            "It was left alone. Look at the pool in the portal, and remove it there if it is yours.",
        )
    return True


def _seen(tools: Tools, ctx: StepContext, name: str) -> tuple[Any, ...] | None:
    """The definition; () where both planes say that there is none, None where only ARM says so.

    A read may be stale, and a pool believed gone would be left behind for good.
    """
    try:
        return (tools.azure.pool(ctx.state.target, name).body,)
    except NotFound:
        pass
    try:
        tools.azure.progress(endpoint(ctx), name)
    except NotFound:
        return ()
    return None


def _made(ctx: StepContext, name: str) -> None:
    known = ctx.change(POOL, name)
    if known is None or known.state is not ChangeState.MADE:
        ctx.write_change(EventKind.CHANGE_MADE, POOL, name)


def _resource_id(ctx: StepContext, name: str) -> str:
    return f"{ctx.state.target.account_id}/pools/{name}"
