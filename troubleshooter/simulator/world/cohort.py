"""Nodes that were allocated together: they share their age, and the definition they were made from.

A pool's definition counts for the nodes made after it; nothing changed in it reaches an existing node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import Delay, Timer
from troubleshooter.simulator.around.conditions import Identity
from troubleshooter.simulator.around.networks import has_service_endpoint
from troubleshooter.simulator.around.vault_gate import Origin
from troubleshooter.simulator.extension import agent, akvvm, others, trouble
from troubleshooter.simulator.extension.akvvm import Fate
from troubleshooter.simulator.world.machine import Machine

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions  # noqa: TC004 - it only annotates

APPEARS = Delay(reads=1, seconds=2)
ALLOCATED = Delay(reads=2, seconds=8)
STARTS = Delay(reads=2, seconds=10)
JOINS = Delay(reads=3, seconds=20)
GIVEN_UP = Delay(reads=4, seconds=32)
"""When a node that waits for its extension is declared unusable; no public figure is known."""
TAKEN = Delay(reads=3, seconds=14)
TAKEN_LATE = Delay(reads=4, seconds=22)
"""From when a Spot node that Azure takes away is away: before it is idle, or soon after."""
BACK = Delay(reads=6, seconds=30)
"""From when Batch has another machine for it, which starts anew under the same id (assumed)."""
SPREAD = 10
"""Seconds by which the last of ten neighbours is behind the first."""


@dataclass(slots=True)
class Cohort:
    machines: list[Machine]
    definition: Mapping[str, Any]
    """The pool's properties of that time."""
    identities: tuple[Identity, ...]
    timer: Timer
    booted: datetime
    old: bool = False
    """Whether it was there before anybody looked."""
    gave_up: Conditions | None = None
    """Under which its extension tried as often as it does; what changes afterwards it does not meet."""
    _restless: bool = False
    """Whether one of its nodes will be taken away yet."""
    _fates: dict[tuple[int, Origin], tuple[Fate | None, ...]] = field(default_factory=dict)

    @property
    def configuration(self) -> Mapping[str, Any]:
        machine: Mapping[str, Any] = self.definition["deploymentConfiguration"]["virtualMachineConfiguration"]
        return machine

    @property
    def extensions(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.configuration.get("extensions") or ())

    @property
    def allocated(self) -> datetime:
        """Of nodes that were there before anybody looked, two minutes before they were up (assumed)."""
        return self.booted - timedelta(minutes=2) if self.old else self.booted

    def since(self, machine: Machine, state: str) -> datetime:
        """When a node came into its state. Nodes of old were ready a good minute after they were up."""
        if not self.old:
            return machine.since(state)
        return self.booted + (
            timedelta(seconds=70 + machine.index % SPREAD) if state == "idle" else timedelta()
        )

    def tasked(self, machine: Machine) -> datetime:
        """When its start task began: right before it was ready."""
        return self.since(machine, "idle") - timedelta(seconds=10) if self.old else self.booted

    @property
    def settled(self) -> bool:
        """Whether no node of it changes any more by itself."""
        return not self._restless and self.timer.passed(_behind(GIVEN_UP, SPREAD))

    def fates(self, machine: Machine, conditions: Conditions) -> tuple[Fate | None, ...]:
        """Of each extension, in the definition's order; None for one whose inside is not simulated."""
        conditions = self.gave_up or conditions
        origin = self.origin(machine, conditions)
        key = (conditions.serial, origin)
        known = self._fates.get(key)
        if known is None:
            known = self._fates[key] = self._told(origin, conditions)
        return known

    def origin(self, machine: Machine, conditions: Conditions) -> Origin:
        """Where a node calls a vault from."""
        inside = str((self.definition.get("networkConfiguration") or {}).get("subnetId") or "")
        private = has_service_endpoint(conditions.resource(inside))
        return Origin(machine.private_address if private else machine.address, inside)

    def _told(self, origin: Origin, conditions: Conditions) -> tuple[Fate | None, ...]:
        found: dict[str, Fate] = {}
        vain = ""
        there = tuple(one for one in self.identities if conditions.identity(one.id) == one)
        for one in self.extensions:
            if akvvm.is_key_vault(one):
                fate = found[one["name"]] = agent.fate(
                    one, self.configuration, there, origin, conditions, self.booted
                )
                if self.gave_up and fate.status == "transitioning":
                    fate = found[one["name"]] = replace(fate, status="error")  # documented: after 25 tries
                vain = vain or agent.waited_for(one, fate, self.configuration)
            elif failed := others.fate(one, conditions):
                found[one["name"]] = failed
        for one in self.extensions:
            if vain and one.get("provisionAfterExtensions"):
                found.setdefault(one["name"], akvvm.Fate("error", "", vain, blocks=True))
        return tuple(found.get(one["name"]) for one in self.extensions)

    def state(self, machine: Machine, conditions: Conditions) -> str:
        """The node's state as the data plane names it."""
        if machine.leaving is not None:
            return "leavingpool"
        taken = 0 if machine.dedicated or self.old else conditions.compute.spot_taken
        back = next((times for times in range(taken) if not self.timer.passed(_again(BACK, times))), taken)
        self._restless = back < taken
        machine.begin_life(back)
        when = TAKEN_LATE if conditions.compute.spot_taken_late else TAKEN
        if self._restless and self.timer.passed(_again(when, back)):
            return "preempted"
        since, behind = _times(BACK, back), machine.index % SPREAD
        if not self.timer.passed(_later(STARTS, since, behind)):
            return "creating"
        if self.problems(conditions) or self._kept_out(machine, conditions):
            return "unusable" if self.timer.passed(_later(GIVEN_UP, since, behind)) else "starting"
        # Assumed: a node kept out by its extension joins once the extension succeeds.
        if not self.timer.passed(_later(JOINS, since, behind)):
            return "starting"
        return "starttaskfailed" if others.start_task_fails(self.definition, conditions) else "idle"

    def problems(self, conditions: Conditions) -> tuple[trouble.NodeError, ...]:
        """What Batch says is wrong with its nodes."""
        return trouble.of_nodes(self.definition, conditions)

    def _kept_out(self, machine: Machine, conditions: Conditions) -> bool:
        # A node that Batch cannot reach is unusable without an error (documented).
        fates = (*self.fates(machine, conditions), others.fate(others.OF_BATCH, conditions))
        return not conditions.network.to_batch or any(fate is not None and fate.blocks for fate in fates)

    def started(self, machine: Machine) -> bool:
        """Whether the machine runs, so that its extensions report."""
        return self.timer.passed(_behind(STARTS, machine.index % SPREAD))


def _behind(delay: Delay, seconds: float) -> Delay:
    return Delay(delay.reads, delay.seconds + seconds)


def _times(delay: Delay, times: int) -> Delay:
    return Delay(delay.reads * times, delay.seconds * times)


def _again(delay: Delay, times: int) -> Delay:
    """Within the machine that it got after so many were taken away."""
    return _later(delay, _times(BACK, times), 0)


def _later(delay: Delay, since: Delay, seconds: float) -> Delay:
    return Delay(delay.reads + since.reads, delay.seconds + since.seconds + seconds)
