"""The roads by which a run gets to the nodes, and what it has to be told for that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.collect.roads.ssh import Ssh
from troubleshooter.collect.roads.ssh_entry import checked_range
from troubleshooter.collect.roads.task import Task
from troubleshooter.engine.gates import NO_RANGE, Gate
from troubleshooter.model.extension import System
from troubleshooter.operations.preflight import routes
from troubleshooter.pooldef.pool_body import has_ipv6, has_public_addresses, system
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from troubleshooter.collect.roads.road import Road
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.handover import Planned
    from troubleshooter.model.need import Needs, Right
    from troubleshooter.operations.preflight.look import Preflight

GATE = Gate(
    "allow-from",
    "From which addresses the debug pool's SSH port may be reached.",
    (
        ("CIDR", "your public address as a range, e.g. 203.0.113.7/32; everyone else is denied"),
        (NO_RANGE, "no port is opened: tasks read the logs, which takes a right on jobs"),
    ),
    form="address-range",
)
BY_POWERSHELL = "the task's script is for Windows PowerShell 5.1, and has been run on no live node yet"
_RANGE = "your public address as a range, e.g. 203.0.113.7/32"


@dataclass(frozen=True, slots=True)
class WayIn:
    allow_from: str
    """CIDR from which SSH is open; empty where no port is opened."""
    system: System = System.LINUX

    @property
    def roads(self) -> tuple[Road, ...]:
        """The ladder: SSH where a port is opened, then tasks."""
        return (Ssh(self.allow_from), Task()) if self.allow_from else (Task(alone=True),)

    def opens(self, ctx: StepContext) -> list[str]:
        """For a plan: to whom a node is open while its logs are read, beside the port; by what it is read."""
        if self.system is System.WINDOWS:
            return [BY_POWERSHELL]
        if not self.allow_from:
            return []
        user = f"a user kvts{ctx.state.id} with sudo"
        ends = "for a key that this process alone has; it expires by itself within two days"
        return [f"while logs are read, {user} stands on each node, {ends}"]

    def needs(self, preflight: Preflight, ctx: StepContext, rights: tuple[Right, ...]) -> Needs:
        """How the operator stands to rights and to those of these roads. Raises NotPermitted."""
        by_tasks = routes.of_tasks(ctx.state.target.account_id, alone=not self.allow_from)
        return preflight.needs((*rights, *by_tasks))


def asked(ctx: StepContext, definition: Mapping[str, Any]) -> WayIn:
    """The operator's own range, never everyone unasked, by an address that the nodes have.

    No port is opened where none is to be, or none can be: then nobody is asked.
    """
    if system(definition) is System.WINDOWS:
        return WayIn("", System.WINDOWS)  # its nodes have no SSH server
    if not has_public_addresses(definition):
        return WayIn("")
    given = ctx.ask(
        GATE,
        "From which address range may the debug pool's SSH port be reached?",
        {"pool": ctx.state.target.resource_id},
        hint=f"{_RANGE}, or {NO_RANGE} to open no port",
        form="address-range-or-none" if has_ipv6(definition) else "ipv4-range-or-none",
    )
    return WayIn("" if given.strip() == NO_RANGE else checked_range(given))


def range_asked(ctx: StepContext) -> str:
    """The range alone, for what is done over SSH and in no other way; its nodes have IPv4 alone."""
    return checked_range(
        ctx.ask(
            GATE,
            "From which address range may the debug pool's SSH port be reached?",
            {"pool": ctx.state.target.resource_id},
            hint=_RANGE,
            form="ipv4-range",
        )
    )


def planned(plan: Planned) -> tuple[Road, ...]:
    """Those that were consented to."""
    return WayIn(plan.allow_from).roads if plan.tasks else (Ssh(plan.allow_from),)


def in_short(plan: Planned) -> str:
    how = f"SSH from {plan.allow_from}, else tasks" if plan.allow_from else "read by tasks"
    return f"{counted(plan.nodes, 'node')}, {how}"
