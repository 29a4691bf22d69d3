"""Of which kind the nodes beside the original are, where those of the original are Spot nodes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions.looking import capacity
from troubleshooter.engine.gates import Gate
from troubleshooter.model.run import Choice
from troubleshooter.operations.node_watch import TAKEN_AWAY, given_up_on_spot, spot_nodes_taken
from troubleshooter.pooldef import pool_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState

SPOT, DEDICATED, STOP = "spot", "dedicated", "stop"
GATE = Gate(
    "nodes",
    "Which kind of nodes a pool beside one of Spot nodes has.",
    (
        ("spot", "as the original; cheaper, and Azure may take one away"),
        ("dedicated", "nobody takes them away; they cost more"),
        ("stop", "offered once Spot nodes were given up; goes on to clean up"),
    ),
    yes=SPOT,
)


def asked(ctx: StepContext, definition: Mapping[str, Any]) -> str:
    """Spot or dedicated, or to stop; empty where the original has nodes that nobody takes away.

    Asked anew once this run has given Spot nodes up: then --yes does not answer it.
    """
    if not pool_body.spot_only(definition):
        return ""
    given_up = given_up_on_spot(ctx.state)
    told = {"pool": ctx.state.target.pool, "given_up": given_up, "notes": _notes(ctx, given_up=given_up)}
    text = f"The nodes of {ctx.state.target.pool} are Spot nodes. Which kind shall those beside it be?"
    if given_up:
        text = f"Azure took {spot_nodes_taken(ctx.state)}. Shall this run go on with dedicated nodes?"
    return ctx.ask(GATE, text, told, _choices(given_up=given_up), gave_up=given_up)


def is_dedicated(state: RunState) -> bool:
    """Whether dedicated nodes were chosen where the original has none."""
    answer = state.answers.get(GATE.name)
    return answer is not None and answer.choice == DEDICATED


def _notes(ctx: StepContext, *, given_up: bool) -> list[str]:
    kinds = (DEDICATED,) if given_up else (SPOT, DEDICATED)
    free = [capacity.free(ctx, dedicated=kind == DEDICATED) for kind in kinds]
    return [TAKEN_AWAY, *(told for told in free if told)]


def _choices(*, given_up: bool) -> tuple[Choice, ...]:
    dedicated = Choice(DEDICATED, "dedicated nodes", "nobody takes them away; they cost more")
    if given_up:
        return dedicated, Choice(STOP, "stop here", "goes on to clean up")
    return Choice(SPOT, "Spot nodes, as the original has", "cheaper; one may be taken away"), dedicated


def told(kind: str) -> list[str]:
    """For the plan: what follows from the kind of its nodes."""
    if kind == SPOT:
        return [f"its nodes are Spot nodes, as the original's. {TAKEN_AWAY}"]
    if kind == DEDICATED:
        return ["its nodes are dedicated, where the original's are Spot nodes: nobody takes them away"]
    return []
