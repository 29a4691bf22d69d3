"""The second step: derive the debug pool, show it, and get consent for exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.actions import in_place, node_kind, prove_or_look, way_in
from troubleshooter.actions.looking import capacity, no_switch, original_nodes
from troubleshooter.actions.looking.by_hand import by_hand
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.handover import Planned, Stopped
from troubleshooter.model.run import ASIDE, Choice
from troubleshooter.operations import carry, support
from troubleshooter.operations.pools import open_pools
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.report import needed

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def plan(tools: Tools, ctx: StepContext) -> StepOutcome:
    if prove_or_look.wanted(ctx) == prove_or_look.PROVE:
        return StepOutcome("the cause is confirmed: its fix is proven at once", outcome="prove")
    if in_place.wanted(ctx.state):
        return in_place.plan(tools, ctx)
    return original_nodes.plan(tools, ctx, tools.definition()) or _debug_pool(tools, ctx)


def _debug_pool(tools: Tools, ctx: StepContext) -> StepOutcome:
    definition = tools.definition()
    variant = no_switch.asked(tools, ctx, definition)
    way = way_in.asked(ctx, definition)
    kind = node_kind.asked(ctx, definition)
    if kind == node_kind.STOP:
        return _stopped(tools, ctx, "stopped by the operator, since Azure took its Spot nodes away")
    dedicated, declined = kind == node_kind.DEDICATED, in_place.declined(ctx.state)
    nodes = bodies.debug_nodes(ctx.state)
    too_few = capacity.too_few(ctx, nodes, dedicated=dedicated)
    name = bodies.pool_name(ctx.state, bodies.stage_of(variant, dedicated=dedicated))
    carried = carry.settled(ctx, definition, tools.extension)
    shown = carry.with_secrets_hidden(definition, carried, tools.extension)
    body, notes = bodies.debug_body(
        shown, ctx.state, variant, way.roads, tools.extension, dedicated=dedicated
    )
    notes += carry.notes(definition, carried, tools.extension)
    takes = [*capacity.notes(ctx, nodes, dedicated=dedicated), *support.notes(ctx)]
    gone = [f"{each.id} is removed first" for each in open_pools(ctx) if each.id != name]
    notes = [*gone, *node_kind.told(kind), *takes, *notes, *way.opens(ctx)]
    needs = way.needs(Preflight(tools, ctx), ctx, routes.beside(ctx.state.target.account_id, body))
    choice = ctx.ask(
        in_place.PLAN,
        question(name, ctx.state.target.pool, variant, again=bool(gone)),
        {
            "pool": name,
            "before": bodies.sorted_copy(pool_body.creatable(definition)),
            "after": bodies.sorted_copy(body),
            "notes": notes,
            ASIDE: needed.lines(needs),
        }
        | ({"route": "debug-pool"} if declined else {}),
        _choices(name, declined=declined, short=bool(too_few), midway=bool(ctx.state.open_changes)),
    )
    if choice == "stop":
        return _stopped(tools, ctx, _why_stopped(too_few), too_few)
    planned = Planned(variant, way.allow_from, nodes, debug_pool=name, needs=needs, tasks=True)
    told = f"{name}, {way_in.in_short(planned)}{needed.doubt(needs)}{original_nodes.not_read(ctx)}"
    return StepOutcome(told, output=planned)


def _stopped(tools: Tools, ctx: StepContext, why: str, too_few: str = "") -> StepOutcome:
    left = by_hand(tools.definition(), tools.extension, tools.rules())
    stopped = Stopped(left.looks, too_few, left.mends)
    outcome = in_place.stopped_as(ctx)
    return StepOutcome(why, outcome=outcome, output=stopped, exit_code=ExitCode.REFUSED)


def _why_stopped(too_few: str) -> str:
    short = f"too few cores for a debug pool, since {too_few}: " if too_few else ""
    return f"{short}stopped by the operator"


def _choices(name: str, *, declined: bool, short: bool, midway: bool) -> tuple[Choice, ...]:
    """The first is marked: with too few cores that is not to make a pool which gets no node."""
    create = Choice(
        "approve",
        f"create {name}",
        "by the cores that are free it gets no node" if short else "the original pool is not touched",
    )
    stop = Choice("stop", "stop here", "goes on to clean up" if midway else "nothing is changed")
    in_place_too = () if declined else (_IN_PLACE,)
    return (stop, *in_place_too, create) if short else (create, *in_place_too, stop)


def question(name: str, pool: str, variant: str, *, again: bool) -> str:
    """The second time round it says why it is asked again."""
    beside = f"Create {name} beside {pool}"
    if variant != bodies.BARE:
        return f"{beside}?"
    why = "No node of the debug pool could be reached, so no log was read. " * again
    return f"{why}{beside}, without the extension?"


_IN_PLACE = Choice(
    "in-place", "work in place instead", "shows the plan to delete the original and create it again"
)
