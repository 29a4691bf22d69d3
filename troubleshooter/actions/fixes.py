"""Choosing a fix, proving it, and saying how to apply it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions import carry, pool_body
from troubleshooter.actions.candidates import candidates, filled, identities
from troubleshooter.actions.node_watch import NodeWatch
from troubleshooter.actions.nodes import watch_until
from troubleshooter.actions.plan import pool_name, verification_body
from troubleshooter.actions.pools import ensure_pool, open_pools, remove_pool
from troubleshooter.actions.recheck import add_findings, recheck
from troubleshooter.actions.survey import keep_answers
from troubleshooter.actions.tools import endpoint
from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import ExitCode, GaveUp, Refused
from troubleshooter.model.facts import ExtensionStatus
from troubleshooter.model.run import Choice

if TYPE_CHECKING:
    from troubleshooter.actions.candidates import Candidate
    from troubleshooter.actions.node_watch import Snapshot
    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext

_PATIENCE = 40
"""Looks without a move before nodes that still try to download are given up: about ten minutes.

A role just granted takes minutes to work (documented); a node may then come right (inferred)."""
_NO_FIX = "no fix was chosen"


def choose(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Offer the fixes, and get what a chosen one needs."""
    if code := ctx.output("wait-for-idle").get("no_nodes"):
        return _without_fix(ctx, f"the debug pool got no nodes ({code}): cure that, and run again")
    offered = candidates(ctx.state.diagnosis)
    if not offered:
        because = (
            "nothing to fix was found" if not ctx.state.diagnosis.root_cause else "no fix is known for it"
        )
        return _without_fix(ctx, because)
    definition = tools.definition()
    chosen = _chosen(ctx, offered, definition)
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
    output = {"number": chosen.number, "finding": chosen.finding.id, "patch": patch, "identity": identity}
    return StepOutcome(chosen.fix.summary, output=output)


def _without_fix(ctx: StepContext, because: str) -> StepOutcome:
    ctx.verified(verified=False, because=because)
    return StepOutcome(because, skipped=True)


def _chosen(ctx: StepContext, offered: tuple[Candidate, ...], definition: Any) -> Candidate | None:
    choices = tuple(
        Choice(str(each.number), each.fix.summary, f"cures: {each.finding.title}") for each in offered
    )
    first = offered[0]
    answer = ctx.ask(
        "fix",
        "Which fix is to be proven?",
        {
            "notes": [f"{each.number}  {each.fix.summary}" for each in offered],
            "before": _extensions_shown(definition),
            "after": _extensions_shown(_preview(definition, first)),
            "fixes": [
                {
                    "number": each.number,
                    "summary": each.fix.summary,
                    "patch": list(each.fix.patch),
                    "after": _extensions_shown(_preview(definition, each)),
                    "commands": dict(each.fix.commands),
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


def _extensions_shown(definition: Any) -> Any:
    """What a fix of this playbook can change: identity and extensions."""
    return {
        "identity": pool_body.creatable(definition).get("identity"),
        "extensions": pool_body.extensions(definition),
    }


def _identity(ctx: StepContext, chosen: Candidate, definition: Any) -> str:
    if "identity" not in chosen.fix.needs:
        return ""
    known = tuple(identities(definition))
    return ctx.ask(
        "identity",
        "Which user-assigned identity is the pool to use?",
        {"fix": chosen.fix.summary, "patch": list(chosen.fix.patch)},
        hint=known[0] if known else "/subscriptions/…/userAssignedIdentities/NAME, or none",
        form="identity",
    )


def _done_outside(ctx: StepContext, chosen: Candidate) -> bool:
    answer = ctx.ask(
        "outside-fix",
        "This change lies outside the pool. Make it, or have it made; then go on.",
        {"notes": [chosen.fix.summary], "commands": dict(chosen.fix.commands)},
        (
            Choice("done", "it is done: prove it"),
            Choice("skip", "not now", "goes on to clean up, without proof"),
        ),
    )
    return answer == "done"


def verify(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Prove the fix: every node idle and every extension successful, with requireInitialSync on."""
    chosen = ctx.output("choose-fix")
    if "patch" not in chosen:
        return StepOutcome(ctx.state.not_verified_because, skipped=True)
    definition = tools.definition()
    whole = carry.complete(definition, carry.settled(ctx, definition))
    body = verification_body(whole, list(chosen["patch"]), ctx.state)
    name = pool_name(ctx.state, "fix")
    for earlier in open_pools(ctx):
        if earlier.id != name:
            remove_pool(tools, ctx, earlier.id)
    ensure_pool(tools, ctx, name, body)
    add_findings(ctx, recheck(tools, ctx, name, body))
    watch = NodeWatch(tools, ctx, endpoint(ctx), name)
    wanted = int(ctx.output("plan")["nodes"])
    judge = _Judge(wanted)
    try:
        found = watch_until(tools, ctx, watch, wanted, judge)
    except GaveUp as gave_up:
        ctx.verified(verified=False, because=f"the nodes were not idle in time: {gave_up.why}")
        return StepOutcome(gave_up.what, attention=True, exit_code=ExitCode.GAVE_UP)
    keep_answers(ctx, found.progress, found.nodes, dict(found.views))
    return _proven(ctx, found, wanted)


class _Judge:
    """Content once the outcome is certain, or once nothing has moved for long."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._unmoved = 0

    def __call__(self, found: Snapshot) -> Snapshot | None:
        if found.progress.resize_problems and not found.nodes:
            return found
        if len(found.nodes) >= self._wanted and len(found.ready) == len(found.nodes) and _reported(found):
            return found
        self._unmoved = self._unmoved + 1 if found.settled else 0
        failed = [node for node in found.stuck if _status(found, node) is ExtensionStatus.ERROR]
        return found if found.settled and (failed or self._unmoved >= _PATIENCE) else None


def _reported(found: Snapshot) -> bool:
    return all(_status(found, node.id) not in {None, ExtensionStatus.TRANSITIONING} for node in found.nodes)


def _status(found: Snapshot, node: str) -> ExtensionStatus | None:
    view = found.views.get(node)
    return view.status if view else None


def _proven(ctx: StepContext, found: Snapshot, wanted: int) -> StepOutcome:
    if len(found.ready) >= wanted and found.all_successful:
        ctx.verified(verified=True, because="")
        return StepOutcome(
            f"proven: {len(found.ready)} of {wanted} nodes idle, every extension reports success"
        )
    if found.progress.resize_problems and not found.nodes:
        because = f"the verification pool got no nodes: {found.progress.resize_problems[0].code}"
    else:
        failed = [f"{node}: {view.status} {view.message}" for node, view in found.views.items()]
        because = f"with the fix the extension still reports {'; '.join(failed[:3]) or 'nothing'}"
    ctx.verified(verified=False, because=because)
    return StepOutcome(f"not proven: {because}", attention=True)


def apply(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Print what the original needs. Changing it is not done by this version."""
    chosen = ctx.output("choose-fix")
    if not chosen.get("patch"):
        why = "the pool's definition needs no change" if "patch" in chosen else ctx.state.not_verified_because
        return StepOutcome(why, skipped=True)
    patch = list(chosen["patch"])
    after = pool_body.creatable(pool_body.patched(tools.definition(), patch))
    ctx.ask(
        "apply",
        "How is the fix applied to the original?",
        {
            "pool": ctx.state.target.resource_id,
            "patch": patch,
            "before": _extensions_shown(tools.definition()),
            "after": _extensions_shown(after),
            "proven": ctx.state.verified,
        },
        (Choice("print", "print what to change", "the original pool is left alone"),),
    )
    summary = "extensions of an existing pool cannot be changed: change its template, and create it again"
    return StepOutcome(summary, output={"patch": patch, "properties": _extensions_shown(after)})
