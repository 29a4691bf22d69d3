"""The original pool under its own id: deleted only as it was read, created again, put back at any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import Interrupted, NotFound, Refused, ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import (
    DELETED,
    DELETING,
    ENDPOINT,
    FINAL,
    NODES,
    ORIGINAL,
    STAGE,
)
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Chosen, PutBack
from troubleshooter.operations import carry, jobs, unchanged
from troubleshooter.operations.pools import users_went_with
from troubleshooter.operations.recheck import add_findings, recheck
from troubleshooter.operations.tools import endpoint, stop_at_total_limit, wait
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.operations.undo import each_of
from troubleshooter.pooldef import compare, pool_body
from troubleshooter.pooldef.mark import mark_of, without_jobs
from troubleshooter.pooldef.stamps import by_formula, moved

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.change import Change
    from troubleshooter.model.finding import Finding
    from troubleshooter.operations.tools import Tools

AS_IT_WAS = "as it was"
_ROUNDS = 3
"""How often something is created under the original's id before whatever else comes there wins."""
_GUARD = "if_match"
"""In the original's detail: the ETag that its DELETE was bound to."""
_BEING_DELETED = "PoolBeingDeleted"


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under the original's id."""

    etag: str = ""
    """Empty where nothing does."""
    body: Any = None

    @property
    def going(self) -> bool:
        return bool(self.etag) and _going(self.body)


class PoolMoved(PoolChanged):
    """It moved between its reading and its deletion; whether that matters is told by reading it again."""


def underway(ctx: StepContext) -> bool:
    """Whether this run has begun to replace the original and has not come to an end with it."""
    change = ctx.change(ORIGINAL, ctx.state.target.pool)
    return change is not None and change.open


def check(tools: Tools, ctx: StepContext, definition: Any) -> None:
    """Raise PoolChanged unless the pool is as that definition says, and ask where that cannot be seen."""
    unchanged.check(tools, ctx, tools.pool(ctx.state.target), definition)


def replace(
    tools: Tools, ctx: StepContext, body: Mapping[str, Any], stage: str, expected: Any
) -> tuple[Finding, ...]:
    """Let `body` stand under the original's id, in the place of `expected` or of what this run put there.

    `expected` is a definition as it was read.

    None expects nothing in particular: whoever asks has typed the pool's name for that. Safe to call again.
    What a late answer of an earlier try puts there meanwhile is this run's own, and is replaced once more.
    """
    name = ctx.state.target.pool
    stop_at_total_limit(ctx)
    for left in reversed(range(_ROUNDS)):
        if stands(tools, ctx, body):
            _disarm(tools, ctx)
            break
        try:
            clear(tools, ctx, stage, expected)
        except PoolMoved:
            if expected is not None and not (left and by_formula(expected)):
                raise  # who else moved it is found out by a survey; a formula moves it as it goes
            continue
        if _create(tools, ctx, body):
            ctx.note(f"pool {name} created again: {stage}")
            break
    else:
        raise Refused(
            f"Pool {name} could not be put in its place.",
            f"Something else stood there after each of {_ROUNDS} tries.",
            "Look at the pool in the portal, and find out who else creates it.",
        )
    size = pool_body.fixed_size(body)
    ctx.write_change(EventKind.CHANGE_MADE, ORIGINAL, name, {STAGE: stage, NODES: size})
    users_went_with(ctx, name)
    return recheck(tools, ctx, name, body)


def put_back(tools: Tools, ctx: StepContext) -> tuple[Finding, ...]:
    """Let the saved definition stand again, in the place of what this run put there."""
    definition = _saved(tools, ctx)
    body = pool_body.creatable(_whole(tools, ctx, definition))
    found = replace(tools, ctx, body, AS_IT_WAS, definition)
    ctx.write_change(EventKind.CHANGE_REMOVED, ORIGINAL, ctx.state.target.pool)
    return found


def restore(tools: Tools, ctx: StepContext, waived: Collection[str]) -> StepOutcome:
    """Put the saved definition back at any later time, whatever stands there: its name was typed for it.

    The jobs are enabled even if it cannot be put back.
    """
    name = ctx.state.target.pool
    put: list[tuple[Finding, ...] | None] = []
    acts = {
        f"pool {name}": lambda: put.append(_restored(tools, ctx, waived)),
        "its jobs": lambda: jobs.enable(tools, ctx),
    }
    each_of(ctx, acts)
    (found,) = put
    if found is None:
        return StepOutcome(f"pool {name} stands as it was saved; nothing was changed", outcome="unchanged")
    ctx.end_run("the original definition was put back")
    put_back = PutBack(tuple(each.text for one in found for each in one.evidence))
    return StepOutcome(f"pool {name} is put back as it was saved", output=put_back, attention=bool(found))


def _restored(tools: Tools, ctx: StepContext, waived: Collection[str]) -> tuple[Finding, ...] | None:
    """None where it stands as it was saved."""
    definition, name = _saved(tools, ctx), ctx.state.target.pool
    body = pool_body.creatable(_whole(tools, ctx, definition, waived))
    if stands(tools, ctx, body) and not underway(ctx):
        return None
    if look(tools, ctx).etag:
        jobs.disable(tools, ctx, "requeue")
    found = replace(tools, ctx, body, AS_IT_WAS, None)
    ctx.write_change(EventKind.CHANGE_REMOVED, ORIGINAL, name)
    return found


def _saved(tools: Tools, ctx: StepContext) -> dict[str, Any]:
    """The definition that is put back. Raises Refused where it is another pool's."""
    definition, name = tools.definition(), ctx.state.target.pool
    if str(definition.get("name", name)).lower() != name.lower():
        raise Refused(
            f"The saved definition is not that of pool {name}.",
            f"{tools.saved_path} holds pool {definition['name']}; nothing was deleted for it.",
            "Get the file back from a backup: the run saved it when it began.",
        )
    return definition


def _whole(tools: Tools, ctx: StepContext, definition: Any, waived: Collection[str] = ()) -> dict[str, Any]:
    """The definition with all that Azure does not return, but for what is waived."""
    carried = carry.settled(ctx, definition, tools.extension, waived)
    return carry.complete(definition, carried, tools.extension)


def fixed(tools: Tools, ctx: StepContext, definition: Any) -> dict[str, Any]:
    """The original with the fix, as it is to stand in the end."""
    whole = carry.complete(definition, carry.waived(ctx, definition, tools.extension), tools.extension)
    body = pool_body.creatable(pool_body.patched(whole, list(ctx.need(Chosen).patch)))
    pool_body.set_blocking(body, tools.extension, on=True)
    return body


def finish(tools: Tools, ctx: StepContext) -> None:
    """From the proof to the end: the run's mark goes, and the pool scales as the original did."""
    name = ctx.state.target.pool
    body = fixed(tools, ctx, tools.definition())
    ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, {STAGE: FINAL})
    if not stands(tools, ctx, body):
        properties = {"metadata": body["properties"].get("metadata") or []}
        if scale := body["properties"].get("scaleSettings"):
            properties["scaleSettings"] = scale
        tools.azure.arm.update_pool(ctx.state.target, name, properties)
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
    return change is not None and change.detail.get(STAGE) == FINAL


def stands(tools: Tools, ctx: StepContext, body: Mapping[str, Any]) -> bool:
    """Whether a pool with this definition stands under the original's id."""
    try:
        now = tools.pool(ctx.state.target)
    except NotFound:
        return False
    wanted, there = without_jobs(body), without_jobs(now)
    same = _metadata(there) == _metadata(wanted) and not compare.differences(wanted, there)
    return same and not _going(now)


def _metadata(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    items = body["properties"].get("metadata") or []
    return sorted((str(item.get("name")), str(item.get("value"))) for item in items)


def _going(body: Mapping[str, Any]) -> bool:
    return str(body["properties"].get("provisioningState", "")).lower() == "deleting"


def clear(tools: Tools, ctx: StepContext, stage: str, expected: Any) -> None:
    """Delete what stands, as it was read just now, and wait until both planes say that it is gone.

    That it is going to be deleted is written before, that it is gone after. Raises PoolChanged where what
    stands is not what was expected: then nothing is written, and nothing deleted.
    """
    name = ctx.state.target.pool
    there = look(tools, ctx)
    if there.etag:
        if not there.going:
            _check_ours(tools, ctx, there.body, expected)
        before = ctx.change(ORIGINAL, name)
        detail = {STAGE: stage, DELETING: True, DELETED: False, ENDPOINT: endpoint(tools, ctx)}
        detail[_GUARD] = there.etag
        ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, detail)
        if not there.going:
            _delete(tools, ctx, there.etag, before)
        wait(tools, ctx, f"pool {name} to be deleted", lambda: _gone(tools, ctx, there.body) or None)
    gone = {STAGE: stage, DELETED: True, ENDPOINT: endpoint(tools, ctx)}
    ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, gone)


def _gone(tools: Tools, ctx: StepContext, deleted: Any) -> bool:
    """Whether nothing stands there any more. Raises PoolChanged where another pool does: it waits in vain."""
    now = _seen(tools, ctx)
    if now is None or not moved(deleted, now.body or {}).recreated:
        return now == Standing()
    name, mark = ctx.state.target.pool, mark_of(now.body)
    raise PoolChanged(
        name,
        f"It is gone, and another stands under its id{f': {mark.told()}' if mark else ''}.",
        f"That one was left as it stands. {unchanged.either(ctx.state.id, name)}",
    )


def _delete(tools: Tools, ctx: StepContext, etag: str, before: Change | None) -> None:
    """Send the guarded DELETE. After a lost answer what is there is looked at, whatever the last try met."""
    name = ctx.state.target.pool
    try:
        tools.azure.batch.delete_pool_as_read(endpoint(tools, ctx), name, etag)
    except NotFound:
        return  # gone; both planes are asked next
    except TroubleshooterError as error:
        if isinstance(error, ServiceRefusal) and error.code == _BEING_DELETED:
            return
        if not error.unsure:
            _not_deleted(ctx, before, etag)
            raise _meant(name, error) from error
        there = look(tools, ctx)
        if there.going or not there.etag:
            return
        if there.etag != etag:  # what was asked for under the old ETag can never be done
            _not_deleted(ctx, before, etag)
            raise PoolMoved(name) from error
        raise


def _not_deleted(ctx: StepContext, before: Change | None, etag: str) -> None:
    """Write down that Azure refused this try. One whose answer was lost before may still be carried out."""
    name = ctx.state.target.pool
    if before is None or not before.open:
        ctx.write_change(EventKind.CHANGE_NEVER_MADE, ORIGINAL, name)
        return
    if before.detail.get(DELETING) and before.detail.get(_GUARD, etag) == etag:
        return
    ctx.write_change(EventKind.CHANGE_MADE, ORIGINAL, name, {STAGE: before.detail.get(STAGE, "")})


def _meant(name: str, error: TroubleshooterError) -> TroubleshooterError:
    return PoolMoved(name) if isinstance(error, ServiceRefusal) and error.status == 412 else error


def _disarm(tools: Tools, ctx: StepContext) -> None:
    """See that a DELETE whose answer was lost cannot be carried out any more: it is bound to an old ETag.

    Writing the pool's own metadata once more gives it a new one.
    """
    change = ctx.change(ORIGINAL, ctx.state.target.pool)
    if change is None or not change.open or not change.detail.get(DELETING) or change.detail.get(DELETED):
        return
    name, guard = ctx.state.target.pool, change.detail.get(_GUARD)
    there = look(tools, ctx)
    if there.etag != guard:
        return
    metadata = there.body["properties"].get("metadata") or []
    tools.azure.arm.update_pool(ctx.state.target, name, {"metadata": metadata})
    if look(tools, ctx).etag == guard:
        raise Refused(
            f"Pool {name} stands, and may still be deleted.",
            "A request of this run to delete it got no answer, and the pool's ETag did not move since.",
            f"Look again in an hour with: troubleshooter runs cleanup {ctx.state.id}",
        )
    ctx.note(f"pool {name}: the deletion that got no answer cannot be carried out any more")


def look(tools: Tools, ctx: StepContext) -> Standing:
    """What stands under the original's id, once both planes agree."""
    subject = f"both planes of Azure to agree on pool {ctx.state.target.pool}"
    return wait(tools, ctx, subject, lambda: _seen(tools, ctx))


def _seen(tools: Tools, ctx: StepContext) -> Standing | None:
    """The ETag is read first. None where the planes disagree.

    A read may be stale: a pool believed gone would be met by the create, one believed there by the delete.
    """
    etag = tools.azure.batch.etag(endpoint(tools, ctx), ctx.state.target.pool)
    try:
        now = tools.pool(ctx.state.target)
    except NotFound:
        return Standing() if etag is None else None
    return None if etag is None else Standing(etag, now)


def _check_ours(tools: Tools, ctx: StepContext, now: Mapping[str, Any], expected: Any) -> None:
    if expected is not None and not _bears_our_mark(ctx, now):
        unchanged.check(tools, ctx, now, expected)


def _bears_our_mark(ctx: StepContext, now: Mapping[str, Any]) -> bool:
    mark = mark_of(now)
    return mark is not None and mark.run == ctx.state.id


def _create(tools: Tools, ctx: StepContext, body: Mapping[str, Any]) -> bool:
    """Whether it stands now; False where a late try of this run put something else there."""
    name = ctx.state.target.pool

    def attempt() -> bool | None:
        try:
            tools.azure.arm.create_pool(ctx.state.target, name, body)
        except TroubleshooterError as error:
            refusal = error if isinstance(error, ServiceRefusal) else None
            if refusal is not None and refusal.code == _BEING_DELETED:
                return None
            met = refusal is not None and refusal.status in {409, 412}
            if isinstance(error, Interrupted) or not (error.unsure or met):
                raise
            if not stands(tools, ctx, body):
                if met and _is_own(tools, ctx):
                    return False
                raise
        return True

    return wait(tools, ctx, f"pool {name} to be created again", attempt)


def _is_own(tools: Tools, ctx: StepContext) -> bool:
    there = look(tools, ctx)
    return bool(there.etag) and _bears_our_mark(ctx, there.body)
