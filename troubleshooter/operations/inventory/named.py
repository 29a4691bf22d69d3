"""A pool that was found by its name: it is confirmed once, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.engine.gates import Gate
from troubleshooter.errors import Refused
from troubleshooter.model.handover import Planned
from troubleshooter.model.run import BY_NAME, Choice

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext

STOP = "stop"
GATE = Gate(
    "this-pool",
    "Whether the pool that was found by its name is the one that is meant.",
    (("POOL_ID", "goes on with the pool of that resource id"), (STOP, "changes nothing")),
)
"""Never for --yes, and answered by the whole id alone: nobody consents to a pool that they have not seen."""


def confirm(ctx: StepContext) -> None:
    """Ask before the first plan, and before whatever changes something; what only reads goes on unasked."""
    plans = Planned in ctx.action.gives
    if not ctx.state.options.get(BY_NAME) or ctx.undoing or not (plans or ctx.may_change):
        return
    target = ctx.state.target
    choice = ctx.ask(
        GATE,
        f"{target.pool} was found by its name. Is this the pool?",
        {
            "pool": target.resource_id,
            "notes": [
                f"found: {target.resource_id}",
                "nothing was changed by now; from here on a plan is made, and each change is asked about",
            ],
        },
        (
            Choice(target.resource_id, f"yes, {target.pool} of {target.account}"),
            Choice(STOP, "no, stop here"),
        ),
    )
    if choice == STOP:
        raise Refused(
            f"{target.resource_id} is not the pool that is meant.",
            "It was found by its name, and not confirmed. Nothing was changed.",
            "Give the whole id of the pool that is meant: troubleshooter pools --output json lists them.",
        )
