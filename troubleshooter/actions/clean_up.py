"""Taking back what the run made, once the operator says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.engine.gates import Gate
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.run import Choice
from troubleshooter.operations import original
from troubleshooter.operations.pools import open_pools
from troubleshooter.operations.removal import receipt, remove_all

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.change import Change
    from troubleshooter.operations.tools import Tools


GATE = Gate(
    "clean-up",
    "What becomes of what the run made in Azure.",
    (
        ("remove", "removes it, and puts the original definition back where the run worked in place"),
        ("keep", "keeps it; Azure bills it until troubleshooter runs cleanup RUN"),
    ),
    yes="remove",
    yes_confirms=True,
)


_COSTS = "pools cost money as long as they have nodes"


def clean_up(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Ask, remove what is left of this run, and give the receipt."""
    pools = open_pools(ctx)
    removes = [_would_go(change) for change in pools]
    names = [change.id for change in pools]
    if original.underway(ctx):
        names.insert(0, ctx.state.target.pool)
        removes.insert(0, f"pool {names[0]} as this run made it; the original definition is put back")
    if not names:
        remove_all(tools, ctx)
        return _cleaned(ctx, "nothing is left in Azure")
    choice = ctx.ask(
        GATE,
        f"Remove {', '.join(names)}?",
        {"removes": removes},
        (
            Choice("remove", "remove", _COSTS, destructive=True, own=not original.underway(ctx)),
            Choice("keep", "keep", _later(ctx)),
        ),
        confirm=names[0],
    )
    if choice != "remove":
        return StepOutcome(f"kept: {', '.join(names)}", attention=True)
    remove_all(tools, ctx)
    return _cleaned(ctx, receipt(ctx))


def _later(ctx: StepContext) -> str:
    if ctx.state.rehearsal:
        return "it ends with the demo"
    return f"it costs money until it is removed with: troubleshooter runs cleanup {ctx.state.id}"


def _would_go(change: Change) -> str:
    unseen = ", if it was made after all: no answer told" if change.unknown else ""
    return f"pool {change.id} and its nodes{unseen}"


def _cleaned(ctx: StepContext, told: str) -> StepOutcome:
    """What nobody knows the outcome of is no clean end."""
    if any(change.unknown for change in ctx.state.changes):
        return StepOutcome(receipt(ctx), attention=True, exit_code=ExitCode.INCOMPLETE)
    return StepOutcome(told)
