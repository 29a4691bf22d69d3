"""The second step: derive the debug pool, show it, and get consent for exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.actions import in_place, node_kind, way_in
from troubleshooter.actions.looking import capacity
from troubleshooter.actions.looking.by_hand import by_hand
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.handover import Planned, Stopped
from troubleshooter.model.run import Choice
from troubleshooter.operations import carry, support
from troubleshooter.operations.pools import open_pools
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def plan(tools: Tools, ctx: StepContext) -> StepOutcome:
    if in_place.wanted(ctx.state):
        return in_place.plan(tools, ctx)
    definition = tools.definition()
    variant = bodies.variant(ctx.state)
    road = way_in.asked(ctx, definition)
    kind = node_kind.asked(ctx, definition)
    if kind == node_kind.STOP:
        return _stopped(tools, ctx, "stopped by the operator, since Azure took its Spot nodes away")
    dedicated = kind == node_kind.DEDICATED
    nodes = bodies.debug_nodes(ctx.state)
    too_few = capacity.too_few(ctx, nodes, dedicated=dedicated)
    name = bodies.pool_name(ctx.state, bodies.stage_of(variant, dedicated=dedicated))
    carried = carry.settled(ctx, definition, tools.extension)
    shown = carry.with_secrets_hidden(definition, carried, tools.extension)
    body, notes = bodies.debug_body(shown, ctx.state, variant, road, tools.extension, dedicated=dedicated)
    notes += carry.notes(definition, carried, tools.extension)
    takes = [*capacity.notes(ctx, nodes, dedicated=dedicated), *support.notes(ctx)]
    notes = [*node_kind.told(kind), *takes, *notes]
    gone = [f"{each.id} is removed first" for each in open_pools(ctx) if each.id != name]
    notes = [*gone, *notes]
    declined = in_place.declined(ctx.state)
    choice = ctx.ask(
        in_place.PLAN,
        question(name, ctx.state.target.pool, variant),
        {
            "pool": name,
            "before": bodies.sorted_copy(pool_body.creatable(definition)),
            "after": bodies.sorted_copy(body),
            "notes": notes,
        }
        | ({"route": "debug-pool"} if declined else {}),
        _choices(name, declined=declined, short=bool(too_few), midway=bool(ctx.state.open_changes)),
    )
    if choice == "stop":
        return _stopped(tools, ctx, _why_stopped(too_few), too_few)
    planned = Planned(variant, road.allow_from, nodes, debug_pool=name)
    return StepOutcome(f"{name}, {counted(nodes, 'node')}, SSH from {road.allow_from}", output=planned)


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


def question(name: str, pool: str, variant: str) -> str:
    """The second time round it says why it is asked again."""
    beside = f"Create {name} beside {pool}"
    if variant == bodies.DEBUG:
        return f"{beside}?"
    return f"No node of the debug pool could be reached, so no log was read. {beside}, without the extension?"


_IN_PLACE = Choice(
    "in-place", "work in place instead", "shows the plan to delete the original and create it again"
)
