"""Waiting for the debug pool's nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.actions.looking.by_hand import by_hand
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode, GaveUp
from troubleshooter.model.handover import Made, NoNodes, Planned, Ready
from troubleshooter.operations.node_watch import NodeWatch, of_them, spot_nodes_taken, watch_until
from troubleshooter.operations.tools import endpoint

if TYPE_CHECKING:
    from troubleshooter.actions.looking.by_hand import ByHand
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.node_watch import Snapshot
    from troubleshooter.operations.tools import Tools

_AT_LIMIT = "goes on with what can be read, without the nodes that are not ready"


def wait_for_idle(tools: Tools, ctx: StepContext) -> StepOutcome:
    """Wait until every node has come to rest and enough are idle, or until that cannot happen any more."""
    pool, planned = ctx.need(Made).pool, ctx.need(Planned)
    if planned.chosen:
        why = "no node is waited for: which are read was chosen"
        return StepOutcome(why, output=Ready(planned.chosen), skipped=True)
    watch = NodeWatch(tools, ctx, endpoint(tools, ctx), pool, _AT_LIMIT, until_reported=False)

    def judge(found: Snapshot) -> Snapshot | None:
        return found if found.settled or found.given_up or _cannot_grow(found) else None

    try:
        found = watch_until(tools, ctx, watch, planned.nodes, judge)
    except GaveUp as gave_up:
        watch.keep()
        return StepOutcome(gave_up.what, outcome="limit", attention=True, exit_code=ExitCode.GAVE_UP)
    watch.keep()
    if found.given_up and not found.ready:
        taken = f"Azure took {spot_nodes_taken(ctx.state)}"
        ask = "taken-away" in ctx.step.on and not planned.route  # there the kind stays as it is
        outcome = "taken-away" if ask else "hopeless"
        return StepOutcome(taken, outcome=outcome, attention=True, exit_code=ExitCode.GAVE_UP)
    if _cannot_grow(found):
        return _no_nodes(found, by_hand(tools.definition(), tools.extension, tools.rules()))
    return _ended(found, int(ctx.step.options.get("at_least", 1)))


def _cannot_grow(found: Snapshot) -> bool:
    """A resize that ended in errors and left no node."""
    return bool(found.progress.resize_problems) and not found.nodes


def _no_nodes(found: Snapshot, left: ByHand) -> StepOutcome:
    """No log will be read: `left` is what can be looked at without one."""
    code = found.progress.resize_problems[0].code
    return StepOutcome(
        f"the pool got no nodes: {code}",
        outcome="hopeless",
        output=NoNodes(code, left.looks, left.mends),
        attention=True,
        exit_code=ExitCode.GAVE_UP,
    )


def _ended(found: Snapshot, at_least: int) -> StepOutcome:
    ready, stuck = found.ready, found.stuck
    if len(ready) < at_least:
        why = f"{of_them(len(stuck), len(found.nodes))} unusable"
        if hang := len(found.failing):
            why += f", {hang} of them not yet by Azure's word: their extension failed on the way"
        return StepOutcome(why, outcome="hopeless", attention=True)
    why = f"{of_them(len(ready), len(found.nodes))} idle"
    return StepOutcome(why, output=Ready(tuple(ready)), attention=bool(stuck))
