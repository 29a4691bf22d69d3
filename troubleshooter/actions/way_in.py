"""The road by which a run gets to the nodes, and what it has to be told for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.collect.roads.ssh import Ssh
from troubleshooter.collect.roads.ssh_entry import checked_range
from troubleshooter.engine.gates import Gate
from troubleshooter.pooldef.pool_body import has_ipv6

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from troubleshooter.collect.roads.road import Road
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.handover import Planned

GATE = Gate(
    "allow-from",
    "From which addresses the debug pool's SSH port may be reached.",
    (("CIDR", "your public address as a range, e.g. 203.0.113.7/32; everyone else is denied"),),
)


def asked(ctx: StepContext, definition: Mapping[str, Any]) -> Ssh:
    """From the operator's own range: never for everyone unasked, and by an address that the nodes have."""
    return Ssh(
        checked_range(
            ctx.ask(
                GATE,
                "From which address range may the debug pool's SSH port be reached?",
                {"pool": ctx.state.target.resource_id},
                hint="your public address as a range, e.g. 203.0.113.7/32",
                form="address-range" if has_ipv6(definition) else "ipv4-range",
            )
        )
    )


def planned(plan: Planned) -> Road:
    """The one that was consented to."""
    return Ssh(plan.allow_from)
