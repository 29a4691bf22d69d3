"""Consent to a pool that proves a fix, where no plan of a debug pool went before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.actions.looking import capacity
from troubleshooter.model.handover import Planned
from troubleshooter.model.run import ASIDE, Choice
from troubleshooter.operations import carry, support
from troubleshooter.operations.preflight import routes
from troubleshooter.operations.preflight.look import Preflight
from troubleshooter.pooldef import bodies, pool_body
from troubleshooter.report import needed

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.gates import Gate
    from troubleshooter.operations.tools import Tools


def consented(
    tools: Tools,
    ctx: StepContext,
    gate: Gate,
    patch: list[dict[str, Any]],
    notes: list[str],
    *,
    dedicated: bool,
) -> bool:
    """Whether the pool may be made. With the plan of a pool before it the operator has agreed to it there.

    Its rights are looked at in any case: the fix may name what that plan did not.
    """
    definition = tools.definition()
    carried = carry.settled(ctx, definition, tools.extension)
    shown = carry.with_secrets_hidden(definition, carried, tools.extension)
    body = bodies.verification_body(shown, patch, ctx.state, tools.extension, dedicated=dedicated)
    needs = Preflight(tools, ctx).needs(routes.beside(ctx.state.target.account_id, body))
    planned = ctx.of(Planned)
    if planned is not None and not planned.chosen:
        return True
    name = bodies.fix_pool_name(ctx.state, dedicated=dedicated)
    choice = ctx.ask(
        gate,
        f"Create {name} beside {ctx.state.target.pool}, with the fix?",
        {
            "pool": name,
            "before": bodies.sorted_copy(pool_body.creatable(definition)),
            "after": bodies.sorted_copy(body),
            "notes": [*notes, *_takes(tools, ctx, definition, dedicated=dedicated)],
            ASIDE: needed.lines(needs),
        },
        (
            Choice("approve", f"create {name}", "the original pool is not touched"),
            Choice("stop", "stop here", "nothing is changed"),
        ),
    )
    return choice == "approve"


def _takes(tools: Tools, ctx: StepContext, definition: Any, *, dedicated: bool) -> list[str]:
    """What it takes, and what it does not do."""
    carried = carry.settled(ctx, definition, tools.extension)
    return [
        *capacity.notes(ctx, 1, dedicated=dedicated, proof=True),
        *support.notes(ctx),
        *carry.notes(definition, carried, tools.extension),
        "no way in is opened, and nobody signs in to its node",
        "everything created is removed at the end",
    ]
