"""A pool that carries another run's mark: no original, unless the operator takes it for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.engine.gates import Gate
from troubleshooter.errors import Refused
from troubleshooter.model.run import Choice
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.pooldef.mark import mark_of
from troubleshooter.pooldef.traces import traces

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools
    from troubleshooter.pooldef.mark import Mark

_CALLED = ("as that run saved it", "as it stands")
GATE = Gate(
    "marked",
    "Whether a pool that carries the mark of another run is taken for the original.",
    (
        ("adopt", "takes it as it stands, without that run's mark; wants its name typed (--confirm POOL)"),
        ("stop", "changes nothing"),
    ),
    destroys=True,
)
"""Never for --yes: what that run still means to do with the pool is lost by it."""


def refuse(tools: Tools, ctx: StepContext, definition: Any) -> None:
    """Raise Refused for a pool that another run made or works on, and ask first whether to take it as it is.

    It may be half of what that run means to put there, with its own pool as the only trace of the original.
    """
    mark, pool = mark_of(definition), ctx.state.target.pool
    if mark is None or mark.run == ctx.state.id:
        return
    its = tools.saved_by(mark.run)
    choice = ctx.ask(
        GATE,
        f"{pool} is {mark.told()}, by the mark that it carries. Take it for the original, as it stands?",
        {"pool": pool, "run": mark.run, "notes": _notes(tools, definition, mark, its)}
        | ({"before": _shown(its), "after": _shown(definition), "called": _CALLED} if its else {}),
        (
            Choice("stop", "stop here", "nothing is changed"),
            Choice(
                "adopt",
                f"take {pool} as it stands",
                "without that run's mark: it will not know it again",
                destructive=True,
            ),
        ),
        confirm=pool,
    )
    if choice != "adopt":
        raise Refused(
            f"{pool} is {mark.told()}.",
            "It is not the original as it was, so nothing is repaired in it.",
            _what_to_do(mark, known=its is not None),
        )
    ctx.note(f"{pool} is taken as it stands, without the mark of run {mark.run}")


def _notes(tools: Tools, definition: Any, mark: Mark, its: Any) -> list[str]:
    found = [f"as it stands: {trace}" for trace in traces(definition, tools.extension)]
    waiting = [f"job {each}" for each in mark.jobs] + [f"job schedule {each}" for each in mark.schedules]
    if waiting:
        more = f" and {mark.unnamed} more" if mark.unnamed else ""
        found.append(f"disabled by that run, and left so: {', '.join(waiting)}{more}")
    known = (
        "what that run changed is the difference to what it saved"
        if its
        else "what else that run changed is not known here: its journal is not in this data directory"
    )
    return [*found, known, _what_to_do(mark, known=its is not None)]


def _what_to_do(mark: Mark, *, known: bool) -> str:
    where = "" if known else ", by whoever has that run"
    return f"To have it put back instead{where}: troubleshooter runs cleanup {mark.run}"


def _shown(definition: Any) -> Any:
    return bodies.sorted_copy(pool_body.creatable(definition))
