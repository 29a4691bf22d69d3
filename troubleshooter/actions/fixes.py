"""Choosing a fix, and getting what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions.candidates import advice, candidates, filled, identities
from troubleshooter.actions.prove_or_look import confirmed
from troubleshooter.engine.gates import Gate
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import Refused
from troubleshooter.model.handover import Chosen, NoNodes, Surveyed
from troubleshooter.model.run import Choice
from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.deliverable import deliverable
from troubleshooter.report.way_free import not_run, way_free

if TYPE_CHECKING:
    from troubleshooter.actions.candidates import Candidate
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.extension import Extension
    from troubleshooter.operations.tools import Tools

FIX = Gate(
    "fix",
    "Which of the fixes that were found is tried.",
    (
        ("N", "the fix of that number, the best first"),
        ("none", "no fix; goes on to clean up"),
    ),
    yes="1",
    form="number",
)
IDENTITY = Gate(
    "identity",
    "Which user-assigned identity the pool shall use, where a fix needs one.",
    (
        ("RESOURCE_ID", "the resource id of the identity"),
        ("none", "none; the fix is not tried"),
    ),
    nobody="none",
    form="identity",
)
OUTSIDE = Gate(
    "outside-fix",
    "Whether a change that is not the pool's, e.g. a role, was made.",
    (
        ("done", "it is done: goes on to prove it"),
        ("skip", "not now; goes on to clean up, without proof"),
    ),
    yes="skip",
)
_NO_FIX = "no fix was chosen"


def choose(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Offer the fixes, and get what a chosen one needs."""
    if because := _not_provable(ctx):
        return _without_fix(ctx, because)
    offered = candidates(ctx.state.diagnosis)
    if not offered:
        return _without_fix(ctx, _why_none(ctx))
    definition = tools.definition()
    chosen = _chosen(ctx, offered, definition, tools.extension)
    if chosen is None:
        return _without_fix(ctx, _NO_FIX)
    identity = _identity(ctx, chosen, definition)
    if identity == "none":
        return _without_fix(
            ctx, "the fix needs to know which identity to attach: --answer identity=RESOURCE_ID"
        )
    if chosen.fix.outside and not _done_outside(ctx, chosen):
        return _without_fix(ctx, "the change outside the pool was not made")
    patch = filled(chosen.fix, identity, definition)
    fix = Chosen(chosen.number, chosen.finding.id, tuple(patch), identity)
    return StepOutcome(chosen.fix.summary, output=fix)


def _not_provable(ctx: StepContext) -> str:
    """Why no fix can be proven whatever it is; empty where one can."""
    if empty := ctx.of(NoNodes):
        return f"the debug pool got no nodes ({empty.no_nodes}): cure that, and run again"
    if free := way_free(ctx.state):
        return not_run(free)
    surveyed = ctx.of(Surveyed)
    barred = surveyed.no_way_in if surveyed else None
    if barred and barred.provable and confirmed(ctx.state.diagnosis):
        return ""  # what is confirmed needs no log
    if barred and surveyed and surveyed.shut:
        return barred.what.rstrip(".")  # Azure's own words for it are long, and told by the survey
    return f"{barred.what} {barred.why}".rstrip(".") if barred else ""


def _why_none(ctx: StepContext) -> str:
    if not ctx.state.diagnosis.root_cause:
        return "nothing to fix was found"
    if told := advice(ctx.state.diagnosis):
        return f"this run cannot make the change: {told}"
    return "no fix is known for it"


def _without_fix(ctx: StepContext, because: str) -> StepOutcome:
    ctx.verified(verified=False, because=because)
    return StepOutcome(because, skipped=True)


def _chosen(
    ctx: StepContext, offered: tuple[Candidate, ...], definition: Any, extension: Extension
) -> Candidate | None:
    choices = tuple(
        Choice(str(each.number), each.fix.summary, f"cures: {each.finding.title}") for each in offered
    )
    first = offered[0]
    answer = ctx.ask(
        FIX,
        "Which fix shall we try?",
        {
            "notes": [f"{each.number}  {each.fix.summary}" for each in offered],
            "before": pool_body.fixable(definition),
            "after": pool_body.fixable(_preview(definition, first)),
            "fixes": [
                {
                    "number": each.number,
                    "summary": each.fix.summary,
                    "patch": list(each.fix.patch),
                    "after": pool_body.fixable(_preview(definition, each)),
                    "commands": dict(each.fix.commands),
                    **_change(definition, each, extension),
                }
                for each in offered
            ],
            "commands": dict(first.fix.commands),
        },
        (*choices, Choice("none", "none of them", "goes on to clean up")),
    )
    return next((each for each in offered if str(each.number) == answer), None)


def _preview(definition: Any, candidate: Candidate) -> Any:
    if candidate.fix.needs or not candidate.fix.patch:
        return definition
    try:
        return pool_body.patched(definition, filled(candidate.fix, "", definition))
    except Refused:
        return definition  # one fix that does not fit keeps nobody from the others; choosing it says why


def _change(definition: Any, candidate: Candidate, extension: Extension) -> dict[str, Any]:
    """All that its forms are written from, where nobody has to be asked for a part of it."""
    if candidate.fix.needs or not candidate.fix.patch:
        return {}
    try:
        patch = filled(candidate.fix, "", definition)
        return {"change": deliverable(definition, patch, extension)}
    except Refused:
        return {}  # as above


def _identity(ctx: StepContext, chosen: Candidate, definition: Any) -> str:
    if "identity" not in chosen.fix.needs:
        return ""
    known = tuple(identities(definition))
    return ctx.ask(
        IDENTITY,
        "Which user-assigned identity shall the pool use?",
        {"fix": chosen.fix.summary, "patch": list(chosen.fix.patch)},
        hint=known[0] if known else "/subscriptions/…/userAssignedIdentities/NAME, or none",
        form="identity",
    )


def _done_outside(ctx: StepContext, chosen: Candidate) -> bool:
    answer = ctx.ask(
        OUTSIDE,
        "This change lies outside the pool. Make it, or have it made; then go on.",
        {
            "notes": [chosen.fix.summary],
            "commands": dict(chosen.fix.commands),
            "kind": chosen.fix.outside.kind if chosen.fix.outside else "",
        },
        (
            Choice("done", "it is done: prove it"),
            Choice("skip", "not now", "goes on to clean up, without proof"),
        ),
    )
    return answer == "done"
