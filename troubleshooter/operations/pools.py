"""Creating and removing the pools of a run. The intent is journaled before the call, the outcome after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.errors import Interrupted, NotFound, Refused, ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import (
    ENDPOINT,
    NODE_USER,
    NODES,
    OUTSTANDING,
    POOL,
    RESOURCE_ID,
    ChangeState,
)
from troubleshooter.model.event import EventKind
from troubleshooter.operations.tools import endpoint, wait
from troubleshooter.pooldef.mark import mark_of
from troubleshooter.pooldef.pool_body import fixed_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.change import Change
    from troubleshooter.operations.tools import Tools


def ensure_pool(tools: Tools, ctx: StepContext, name: str, body: dict[str, Any]) -> None:
    """Create the pool, or find the one that this run created already. Safe to call again after a crash."""
    known = ctx.change(POOL, name)
    outstanding = known.outstanding if known and known.open else 0
    if known and known.open and known.state is not ChangeState.REMOVING and _ours(tools, ctx, name):
        if known.state is not ChangeState.MADE:
            _made(ctx, name, body, outstanding - 1)
        ctx.note(f"pool {name} is there already")
        return
    detail = {RESOURCE_ID: _resource_id(ctx, name), ENDPOINT: endpoint(tools, ctx)}
    ctx.write_change(EventKind.CHANGE_INTENDED, POOL, name, detail)
    unanswered: list[None] = []
    try:
        tools.azure.arm.create_pool(ctx.state.target, name, body, lambda: unanswered.append(None))
    except TroubleshooterError as error:
        outstanding += len(unanswered)
        if not _there(tools, ctx, name, error, known, outstanding):
            raise
        outstanding -= 1  # one of them made it
    else:
        outstanding += len(unanswered)
    _made(ctx, name, body, outstanding)
    ctx.note(f"pool {name} created")


def _there(
    tools: Tools,
    ctx: StepContext,
    name: str,
    error: TroubleshooterError,
    known: Change | None,
    outstanding: int,
) -> bool:
    """Whether the pool stands although creating it failed. What is not seen is written down as what it is.

    What was known before may be an earlier try whose answer nobody has either.
    """
    unsure = error.unsure or (known is not None and known.unknown)
    if unsure and isinstance(error, Interrupted):
        return False  # it stays intended: whoever goes on looks first
    met = isinstance(error, ServiceRefusal) and error.status in {409, 412}
    try:
        there = (unsure or met) and _ours(tools, ctx, name)
    except TroubleshooterError as unseen:
        stranger = isinstance(unseen, Refused)  # it has the name: ours met it
        if stranger or not (unsure or (known is not None and known.open)):
            ctx.write_change(EventKind.CHANGE_NEVER_MADE, POOL, name)
        raise
    if not there and unsure:
        ctx.write_change(EventKind.CHANGE_UNKNOWN, POOL, name, {OUTSTANDING: outstanding})
    elif not there:
        ctx.write_change(EventKind.CHANGE_NEVER_MADE, POOL, name)
    return there


def remove_pool(tools: Tools, ctx: StepContext, name: str, delete: Callable[[], None] | None = None) -> None:
    """Delete a pool that this run created, and wait until both planes say it is gone. Its mark must agree.

    `delete` does it in another way than ARM's DELETE.
    One that was never seen, and is not seen now, is not removed by that: it may still come.
    """
    there = _ours(tools, ctx, name)
    known = ctx.change(POOL, name)
    if not there and known is not None and known.unknown:
        ctx.write_change(EventKind.CHANGE_UNKNOWN, POOL, name)
        ctx.note(f"pool {name} is not seen; whether it was made, or still will be, is not known")
        return
    if not there and known is not None and known.may_come_again:
        ctx.note(f"pool {name} was looked for once more, and has not come")
        return
    if there and known is not None and (known.may_come_again or not known.seen):
        ctx.write_change(EventKind.CHANGE_MADE, POOL, name, _left(known.outstanding - 1, known))
    ctx.write_change(EventKind.CHANGE_REMOVING, POOL, name)
    if there:
        if delete is None:
            tools.azure.arm.delete_pool(ctx.state.target, name)
        else:
            delete()
        wait(tools, ctx, f"pool {name} to be deleted", lambda: _gone(tools, ctx, name) or None)
    ctx.write_change(EventKind.CHANGE_REMOVED, POOL, name)
    users_went_with(ctx, name)
    ctx.note(f"pool {name} removed" if there else f"pool {name} was gone already")


def users_went_with(ctx: StepContext, pool: str) -> None:
    """Node users are gone with their pool's nodes."""
    users = [change.id for change in ctx.state.open_changes if change.kind == NODE_USER]
    gone = [user for user in users if user.split("/")[0] == pool]
    if gone:
        ctx.write_changes(EventKind.CHANGE_REMOVED, NODE_USER, [(user, {}) for user in gone])


def open_pools(ctx: StepContext) -> tuple[Change, ...]:
    """Pools of this run that may still be there."""
    return tuple(change for change in ctx.state.open_changes if change.kind == POOL)


def _ours(tools: Tools, ctx: StepContext, name: str) -> bool:
    """Whether the pool exists. Raises Refused when it exists without this run's mark."""
    found = wait(tools, ctx, f"both planes of Azure to agree on pool {name}", lambda: _seen(tools, ctx, name))
    if not found:
        return False
    (definition,) = found
    mark = mark_of(definition)
    if mark is None or mark.run != ctx.state.id:
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
        return (tools.azure.arm.pool(ctx.state.target, name).body,)
    except NotFound:
        pass
    try:
        tools.azure.batch.progress(endpoint(tools, ctx), name)
    except NotFound:
        return ()
    return None


def _gone(tools: Tools, ctx: StepContext, name: str) -> bool:
    return tools.azure.arm.pool_gone(ctx.state.target, name) and _seen(tools, ctx, name) == ()


def _made(ctx: StepContext, name: str, body: dict[str, Any], outstanding: int) -> None:
    detail = {NODES: fixed_size(body), **_left(outstanding, ctx.change(POOL, name))}
    ctx.write_change(EventKind.CHANGE_MADE, POOL, name, detail)


def _left(outstanding: int, known: Change | None) -> dict[str, int]:
    """What is written of the requests that got no answer, where there are or were any."""
    left = max(outstanding, 0)
    return {OUTSTANDING: left} if left or (known is not None and OUTSTANDING in known.detail) else {}


def _resource_id(ctx: StepContext, name: str) -> str:
    return f"{ctx.state.target.account_id}/pools/{name}"
