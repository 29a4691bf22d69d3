"""The original pool under its own id: deleted only as it was read, created again, put back at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from troubleshooter.actions import carry, compare, jobs, pool_body
from troubleshooter.actions.recheck import add_findings, recheck
from troubleshooter.actions.tools import ORIGINAL, endpoint, pace, step_limit
from troubleshooter.cloud.wait import poll
from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import NotFound, Refused, ServiceRefusal
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Finding

T = TypeVar("T")

FINAL = "as it should be"
_BEING_DELETED = "PoolBeingDeleted"


class PoolChanged(Refused):
    """What stands under the pool's id is neither what was read nor made by this run."""

    def __init__(self, pool: str) -> None:
        super().__init__(
            f"Pool {pool} changed since it was read.",
            "Deleting it now would lose what was changed.",
            "Nothing was deleted. Look at the pool, and approve the new plan if it is right.",
        )


def underway(ctx: StepContext) -> bool:
    """Whether this run has begun to replace the original and has not come to an end with it."""
    change = ctx.change(ORIGINAL, ctx.state.target.pool)
    return change is not None and change.open


def check(tools: Tools, ctx: StepContext, definition: Any) -> None:
    """Raise PoolChanged unless the pool is as that definition says."""
    now = tools.azure.pool(ctx.state.target).body
    if not compare.same(pool_body.creatable(now), pool_body.creatable(definition)):
        raise PoolChanged(ctx.state.target.pool)


def replace(
    tools: Tools, ctx: StepContext, body: Mapping[str, Any], stage: str, expected: Any
) -> tuple[Finding, ...]:
    """Let `body` stand under the original's id, in the place of `expected` or of what this run put there.

    None expects nothing in particular: whoever asks has typed the pool's name for that. Safe to call again.
    """
    name = ctx.state.target.pool
    if not stands(tools, ctx, body):
        ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, {"stage": stage})
        _clear_or_leave(tools, ctx, expected)
        ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, {"deleted": True})
        _create(tools, ctx, body)
        ctx.note(f"pool {name} created again: {stage}")
    ctx.write_change(EventKind.CHANGE_MADE, ORIGINAL, name, {"stage": stage})
    return recheck(tools, ctx, name, body)


def put_back(tools: Tools, ctx: StepContext) -> tuple[Finding, ...]:
    """Let the saved definition stand again, in the place of what this run put there."""
    definition = tools.definition()
    body = pool_body.creatable(carry.complete(definition, carry.settled(ctx, definition)))
    found = replace(tools, ctx, body, "as it was", pool_body.creatable(definition))
    ctx.write_change(EventKind.CHANGE_REMOVED, ORIGINAL, ctx.state.target.pool)
    return found


def restore(tools: Tools, ctx: StepContext, waived: Collection[str]) -> StepOutcome:
    """Put the saved definition back at any later time, whatever stands there: its name was typed for it."""
    definition, name = tools.definition(), ctx.state.target.pool
    body = pool_body.creatable(carry.complete(definition, carry.settled(ctx, definition, waived)))
    if stands(tools, ctx, body) and not underway(ctx):
        jobs.enable(tools, ctx)
        return StepOutcome(f"pool {name} stands as it was saved; nothing was changed", outcome="unchanged")
    if _wait(tools, ctx, f"both planes of Azure to agree on pool {name}", lambda: _seen(tools, ctx)):
        jobs.disable(tools, ctx, "requeue")
    found = replace(tools, ctx, body, "as it was", None)
    ctx.write_change(EventKind.CHANGE_REMOVED, ORIGINAL, name)
    jobs.enable(tools, ctx)
    ctx.end_run("the original definition was put back")
    output = {"differences": [each.text for one in found for each in one.evidence]}
    return StepOutcome(f"pool {name} is put back as it was saved", output=output, attention=bool(found))


def fixed(ctx: StepContext, definition: Any) -> dict[str, Any]:
    """The original with the fix, as it is to stand in the end."""
    whole = carry.complete(definition, carry.waived(ctx, definition))
    body = pool_body.creatable(pool_body.patched(whole, list(ctx.output("choose-fix")["patch"])))
    pool_body.set_initial_sync(body, on=True)
    return body


def finish(tools: Tools, ctx: StepContext) -> None:
    """From the proof to the end: the run's mark goes, and the pool scales as the original did."""
    name = ctx.state.target.pool
    body = fixed(ctx, tools.definition())
    ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, {"stage": FINAL})
    if not stands(tools, ctx, body):
        properties = {"metadata": body["properties"].get("metadata") or []}
        if scale := body["properties"].get("scaleSettings"):
            properties["scaleSettings"] = scale
        tools.azure.update_pool(ctx.state.target, name, properties)
    add_findings(ctx, recheck(tools, ctx, name, body))
    ctx.write_change(EventKind.CHANGE_REMOVED, ORIGINAL, name)
    ctx.note(f"pool {name} stands {FINAL}")


def settle(tools: Tools, ctx: StepContext) -> None:
    """End what was begun with the original: the proven fix stays, anything else is taken back."""
    change = ctx.change(ORIGINAL, ctx.state.target.pool)
    if change is None or not change.open:
        return
    if ctx.state.verified and is_final(ctx):
        finish(tools, ctx)
    else:
        add_findings(ctx, put_back(tools, ctx))


def is_final(ctx: StepContext) -> bool:
    change = ctx.change(ORIGINAL, ctx.state.target.pool)
    return change is not None and change.detail.get("stage") == FINAL


def stands(tools: Tools, ctx: StepContext, body: Mapping[str, Any]) -> bool:
    """Whether a pool with this definition stands under the original's id."""
    try:
        now = tools.azure.pool(ctx.state.target).body
    except NotFound:
        return False
    wanted = _metadata(body)
    return not _going(now) and _metadata(now) == wanted and not compare.differences(body, now)


def _metadata(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    items = body["properties"].get("metadata") or []
    return sorted((str(item.get("name")), str(item.get("value"))) for item in items)


def _going(body: Mapping[str, Any]) -> bool:
    return str(body["properties"].get("provisioningState", "")).lower() == "deleting"


def _clear_or_leave(tools: Tools, ctx: StepContext, expected: Any) -> None:
    try:
        _clear(tools, ctx, expected)
    except PoolChanged:
        name = ctx.state.target.pool
        change = ctx.change(ORIGINAL, name)
        if change is not None and not change.detail.get("deleted"):
            ctx.write_change(EventKind.CHANGE_NEVER_MADE, ORIGINAL, name)
        raise


def _clear(tools: Tools, ctx: StepContext, expected: Any) -> None:
    """Delete what stands, as it was read just now; wait until it is gone."""
    where, name = endpoint(ctx), ctx.state.target.pool
    read = _wait(tools, ctx, f"both planes of Azure to agree on pool {name}", lambda: _seen(tools, ctx))
    if not read:
        return
    etag, now = read
    try:
        if not _going(now):
            _check_ours(ctx, now, expected)
            tools.azure.delete_pool_as_read(where, name, etag)
    except NotFound:
        pass
    except ServiceRefusal as refusal:
        if refusal.status == 412:
            raise PoolChanged(name) from refusal
        if refusal.code != _BEING_DELETED:
            raise
    _wait(tools, ctx, f"pool {name} to be deleted", lambda: _seen(tools, ctx) == () or None)


def _seen(tools: Tools, ctx: StepContext) -> tuple[Any, ...] | None:
    """ETag, read first, and definition; () where there is no pool, None where the planes disagree.

    A read may be stale: a pool believed gone would be met by the create, one believed there by the delete.
    """
    etag = tools.azure.etag(endpoint(ctx), ctx.state.target.pool)
    try:
        now = tools.azure.pool(ctx.state.target).body
    except NotFound:
        return () if etag is None else None
    return None if etag is None else (etag, now)


def _wait(tools: Tools, ctx: StepContext, subject: str, look: Callable[[], T | None]) -> T:
    return poll(
        look,
        subject=subject,
        cancel=ctx.cancel,
        clock=tools.clock,
        limit=step_limit(ctx),
        hint=lambda: tools.azure.hint,
        **pace(ctx),
    )


def _check_ours(ctx: StepContext, now: Mapping[str, Any], expected: Any) -> None:
    ours = pool_body.marked_by(now) == ctx.state.id
    if not ours and expected is not None and not compare.same(pool_body.creatable(now), expected):
        raise PoolChanged(ctx.state.target.pool)


def _create(tools: Tools, ctx: StepContext, body: Mapping[str, Any]) -> None:
    name = ctx.state.target.pool

    def attempt() -> bool | None:
        try:
            tools.azure.create_pool(ctx.state.target, name, body)
        except ServiceRefusal as refusal:
            if refusal.code == _BEING_DELETED:
                return None
            if refusal.status not in {409, 412} or not stands(tools, ctx, body):
                raise _gone_for_now(ctx, refusal) from refusal
        return True

    _wait(tools, ctx, f"pool {name} to be created again", attempt)


def _gone_for_now(ctx: StepContext, refusal: ServiceRefusal) -> ServiceRefusal:
    name = ctx.state.target.pool
    return ServiceRefusal(
        refusal.what,
        f"{refusal.why} Pool {name} is deleted and not created again yet.",
        f"{refusal.do} Its definition is saved: troubleshooter runs restore {ctx.state.id} --confirm {name}",
        status=refusal.status,
        code=refusal.code,
    )
