"""Working on the original itself, as documented: delete it, and create it again under its own id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions import way_in
from troubleshooter.actions.looking import capacity, no_switch
from troubleshooter.engine.gates import Gate
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.handover import Made, Planned
from troubleshooter.model.run import ASIDE, Choice
from troubleshooter.operations import carry, jobs, not_carried, original, support
from troubleshooter.operations.node_watch import TAKEN_AWAY
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef import bodies, pool_body, stamps
from troubleshooter.report import needed

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.run import RunState
    from troubleshooter.operations.tools import Tools

ROUTE = "in-place"
PLAN = Gate(
    "plan",
    "Whether the plan that is shown is carried out.",
    (
        ("approve", "creates the debug pool beside the original"),
        ("in-place", "shows the plan to work on the original itself"),
        ("stop", "changes nothing; goes on to clean up where something was made"),
    ),
    yes="approve",
)
CONSENT = Gate(
    "route",
    "Whether the run works beside the original or on the original itself.",
    (
        ("debug-pool", "works beside it; the original is not touched"),
        ("in-place", "deletes the original and creates it again; wants its name typed (--confirm POOL)"),
        ("stop", "changes nothing"),
    ),
    yes="debug-pool",
    destroys=True,
)


def wanted(state: RunState) -> bool:
    """Whether the operator asked for this route; it is consented to only at the gate."""
    if declined(state):
        return False
    planned = state.answers.get("plan")
    return state.options.get("mode") == ROUTE or bool(planned and planned.choice == ROUTE) or chosen(state)


def chosen(state: RunState) -> bool:
    route = state.answers.get("route")
    return route is not None and route.choice == ROUTE


def declined(state: RunState) -> bool:
    route = state.answers.get("route")
    return route is not None and route.choice == "debug-pool"


def is_planned(ctx: StepContext) -> bool:
    """Whether this run's plan was for the original itself."""
    planned = ctx.of(Planned)
    return planned is not None and planned.route == ROUTE


def plan(tools: Tools, ctx: StepContext) -> StepOutcome:
    definition = tools.definition()
    way = way_in.asked(ctx, definition)
    carried = carry.settled(ctx, definition, tools.extension)
    variant = no_switch.asked(tools, ctx, definition)
    whole = carry.with_secrets_hidden(definition, carried, tools.extension)
    body, notes = bodies.debug_body(whole, ctx.state, variant, way.roads, tools.extension, beside=False)
    underway = original.underway(ctx)
    lost = [] if underway else not_carried.notes(tools, ctx, definition)
    notes += [
        *_spot(definition),
        *capacity.whose(ctx),
        *support.notes(ctx),
        *lost,
        *way.opens(ctx),
        *_notes(definition, tools.extension),
        *carry.notes(definition, carried, tools.extension),
    ]
    shown = {
        "pool": ctx.state.target.pool,
        "before": bodies.sorted_copy(pool_body.creatable(definition)),
        "after": bodies.sorted_copy(body),
        "notes": notes,
        "of": stamps.bound(definition),
    } | ({} if underway else {"removes": _removed(ctx, definition)})
    preflight, account = Preflight(tools, ctx), ctx.state.target.account_id
    way.needs(preflight, ctx, routes.in_place(account, body))
    found = jobs.found(tools, ctx)
    needs = preflight.needs(routes.of_jobs(account, found))
    shown[ASIDE] = needed.lines(needs)
    tasks = jobs.ask(ctx, found, shown, underway=underway, else_="nothing is changed")
    if tasks == jobs.STOP:
        return _stopped(ctx)
    shown["notes"] = [*jobs.told(found, tasks), *notes]
    choice = _again(ctx, shown) if underway else _consent(ctx, shown)
    if choice not in {ROUTE, "approve"}:  # with "debug-pool" this route is not wanted, and not come to again
        return _stopped(ctx)
    nodes = bodies.debug_nodes(ctx.state)
    planned = Planned(variant, way.allow_from, nodes, route=ROUTE, jobs=tasks, needs=needs, tasks=True)
    return StepOutcome(f"in place, {way_in.in_short(planned)}{needed.doubt(needs)}", output=planned)


def _stopped(ctx: StepContext) -> StepOutcome:
    return StepOutcome("stopped by the operator", outcome=stopped_as(ctx), exit_code=ExitCode.REFUSED)


def stopped_as(ctx: StepContext) -> str:
    """How a run ends that the operator stops at its plan: what it made by then is taken back first."""
    midway = "stopped-midway"
    return midway if ctx.state.open_changes and midway in ctx.step.on else "stopped"


def _notes(definition: Any, extension: Extension) -> tuple[str, ...]:
    waiting = bodies.waiting(definition, extension)
    return (
        f"after you choose a fix, it is created once more with the fix and {waiting}",
        *_NOTES,
    )


_NOTES = (
    "the pool is away while it is created again, and has one node until the fix is proven: minutes each",
    "proven on one node first, then at the original's size; autoscale and metadata are as before at the end",
    "without a proven fix the original definition is put back; it is saved, and can be put back at any time",
)


def _removed(ctx: StepContext, definition: Any) -> list[str]:
    return [f"pool {ctx.state.target.pool}, {pool_body.its_nodes(definition)} and the files on them"]


def _spot(definition: Any) -> list[str]:
    """Here the nodes stay of the original's kind."""
    if not pool_body.spot_only(definition):
        return []
    return [f"its nodes are Spot nodes. {TAKEN_AWAY}, and then goes on with what can be read"]


def _consent(ctx: StepContext, shown: dict[str, Any]) -> str:
    pool = ctx.state.target.pool
    return ctx.ask(
        CONSENT,
        f"Delete {pool} and create it again under its own id?",
        shown,
        (
            Choice("debug-pool", "work beside it instead", "the original pool is not touched"),
            Choice(ROUTE, f"delete {pool}", "and create it again", destructive=True),
            Choice("stop", "stop here", "nothing is changed"),
        ),
        confirm=pool,
    )


def _again(ctx: StepContext, shown: dict[str, Any]) -> str:
    """What this run put in the original's place already may be replaced without its name typed."""
    pool = ctx.state.target.pool
    return ctx.ask(
        PLAN,
        f"Create {pool} once more, without the extension?",
        shown,
        (
            Choice("approve", f"create {pool} once more", "it is this run's own by now"),
            Choice("stop", "stop here", "the original definition is put back at clean-up"),
        ),
    )


def recreate(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Delete the original, if it is still the one of the plan, and create the debug pool under its id."""
    planned = ctx.need(Planned)
    definition = tools.definition()
    known = tools.extension
    try:
        if not original.underway(ctx):
            original.check(tools, ctx, definition)
        whole = carry.complete(definition, carry.settled(ctx, definition, known), known)
        jobs.disable(tools, ctx, planned.jobs)
        body, _ = bodies.debug_body(  # after that: its mark names the jobs that wait for it
            whole, ctx.state, planned.variant, way_in.planned(planned), known, beside=False
        )
        found = original.replace(tools, ctx, body, planned.variant, definition)
    except PoolChanged as changed:
        if original.underway(ctx):
            raise
        jobs.enable(tools, ctx)  # the pool stands: whoever looks at a new plan may take long, or stop there
        return StepOutcome(f"{changed.what} {changed.why}", outcome="changed", attention=True)
    name = ctx.state.target.pool
    return StepOutcome(f"{name} created again", output=Made(name, found), attention=bool(found))
