"""Whether the original is still the pool that was consented to, asked just before it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.engine.gates import Gate
from troubleshooter.errors import Refused
from troubleshooter.model.run import Choice
from troubleshooter.operations import carry
from troubleshooter.pooldef import compare, pool_body
from troubleshooter.pooldef.mark import mark_of
from troubleshooter.pooldef.stamps import moved
from troubleshooter.redact.environment import SUPPLIED

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

GATE = Gate(
    "moved",
    "Whether secrets supplied for a pool still hold, although it was changed meanwhile.",
    (
        ("stop", "deletes nothing"),
        ("again", "they are asked for again"),
        ("go-on", "goes on with what is supplied"),
    ),
)
"""Not for --yes: nobody but the operator knows whether a password was changed meanwhile."""


class PoolChanged(Refused):
    """What stands under the pool's id is neither what was read nor made by this run."""

    def __init__(
        self,
        pool: str,
        why: str = "Deleting it now would lose what was changed.",
        do: str = "Nothing was deleted. Look at the pool, and approve the new plan if it is right.",
    ) -> None:
        super().__init__(f"Pool {pool} changed since it was read.", why, do)


def check(tools: Tools, ctx: StepContext, now: Any, before: Any) -> None:
    """Raise PoolChanged unless the pool is the one of the plan, `before`, and nothing unseen may differ.

    A field that Azure does not return may have been changed where nothing else explains that the pool moved:
    where something was supplied for such a field, that is asked about; else the plan is shown anew.
    """
    pool = ctx.state.target.pool
    same = compare.same(pool_body.creatable(now), pool_body.creatable(before))
    if not same or mark_of(now) != mark_of(before):
        raise _to_close(ctx, now, before) if ctx.undoing else PoolChanged(pool)
    change = moved(before, now)
    if change.recreated:
        raise PoolChanged(pool)
    if ctx.undoing or not change.stamps:
        return
    told = f"{pool}: {' and '.join(change.stamps)} moved since the plan"
    if change.by:
        ctx.note(f"{told}; {change.by}")
        return
    _ask(tools, ctx, now, told)


def _to_close(ctx: StepContext, now: Any, before: Any) -> PoolChanged:
    """On the way back there is no new plan: the operator says which of the two shall stand."""
    pool, run = ctx.state.target.pool, ctx.state.id
    one, other = pool_body.creatable(now), pool_body.creatable(before)
    paths = dict.fromkeys(
        each.path for each in (*compare.differences(other, one), *compare.differences(one, other))
    )
    told = [*list(paths)[:_SHOWN], *([f"{len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else [])]
    mark = mark_of(now)
    whose = f" It is {mark.told()}." if mark is not None else ""
    return PoolChanged(
        pool,
        f"It carries this run's mark no more, so somebody else made it what it is.{whose} From what was saved"
        f" it differs in {', '.join(told) or 'nothing but its mark'}.",
        f"It was left as it stands. {either(run, pool)}",
    )


def either(run: str, pool: str) -> str:
    """What the operator can do about a pool that is no more what the run replaced, nor its own."""
    return (
        f"Keep it so: troubleshooter runs cleanup {run} --close {pool}. Have the saved definition there"
        f" instead: troubleshooter runs restore {run} --confirm {pool}"
    )


_SHOWN = 6
"""Places in the definition that are named; whoever wants all of them compares the two."""


def _ask(tools: Tools, ctx: StepContext, now: Any, told: str) -> None:
    carried = carry.settled(ctx, now, tools.extension)
    supplied = [path for path, value in carried.items() if value is not None]
    if not supplied:
        raise PoolChanged(ctx.state.target.pool)
    since = f"{now.get('etag')} {now['properties'].get('lastModified')}"
    names = ", ".join(supplied)
    choice = ctx.ask(
        GATE,
        f"{told}, in nothing that Azure shows. It does not show {names}, so a password may have been changed:"
        " go on with what you gave?",
        {"pool": ctx.state.target.pool, "since": since, "notes": [f"supplied for this run: {names}"]},
        (
            Choice("stop", "stop here", "nothing was deleted"),
            Choice("again", "supply it again", "asked next"),
            Choice(
                "go-on", "go on with what is supplied", f"without a screen: what {SUPPLIED}… holds by now"
            ),
        ),
    )
    if choice == "stop":
        raise Refused(
            f"Pool {ctx.state.target.pool} was left alone.",
            f"{told}, and you stopped there.",
            f"Go on with what is supplied by then: troubleshooter runs resume {ctx.state.id}",
        )
    if choice == "again":
        carry.settled(ctx, now, tools.extension, since=since)
