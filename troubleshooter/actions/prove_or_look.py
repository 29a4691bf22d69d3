"""What follows a cause that Azure's own records confirm before any pool was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.actions import in_place
from troubleshooter.engine.gates import Gate
from troubleshooter.model.finding import Confidence
from troubleshooter.model.handover import Planned, Surveyed
from troubleshooter.model.run import Choice

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Diagnosis, Finding

PROVE, LOOK = "prove", "look"
GATE = Gate(
    "next",
    "Whether a cause that Azure confirms is proven at once, or a node is looked at first.",
    (
        (PROVE, "makes one pool, with the fix; no node is signed in to"),
        (LOOK, "makes a debug pool first and reads the log on its node"),
    ),
    yes=PROVE,
)


def confirmed(told: Diagnosis) -> Finding | None:
    """The cause where it is confirmed and a run can prove what would cure it."""
    cause = told.cause
    if cause is None or cause.confidence is not Confidence.CONFIRMED:
        return None
    return cause if any(fix.provable for fix in cause.fixes) else None


def wanted(ctx: StepContext) -> str:
    """What the operator wants, asked before anything was made; `look` where there is nothing to ask."""
    cause = confirmed(ctx.state.likely)
    made = ctx.of(Planned) is not None or bool(ctx.state.open_changes)
    if cause is None or made or in_place.wanted(ctx.state):
        return LOOK
    fixes = [fix.summary for fix in cause.fixes if fix.provable]
    surveyed = ctx.of(Surveyed)
    always = surveyed is not None and surveyed.pool.always
    read = "its node is asked" if always else "the log on its node is read"
    return ctx.ask(
        GATE,
        "The cause is confirmed without a node. Prove the fix at once, or look at a node first?",
        {"cause": cause.id, "notes": [f"the fix: {summary}" for summary in fixes]},
        (
            Choice(PROVE, "prove the fix at once", "one pool instead of two; its plan is shown first"),
            Choice(LOOK, "look at a node first", f"a debug pool is planned, and {read}"),
        ),
    )
