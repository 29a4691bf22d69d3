"""A pool: its definition, its nodes, and how far what was asked of it has come."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import Delay
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.world.cohort import ALLOCATED, APPEARS, Cohort
from troubleshooter.simulator.world.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from troubleshooter.simulator.around.clock import Clock, Timer
    from troubleshooter.simulator.around.conditions import Conditions, Identity

LEFT = Delay(reads=2, seconds=6)
GONE = Delay(reads=2, seconds=8)
LEARNED = Delay(reads=2, seconds=5)
"""Until nodes that exist feel what an administrator changed; minutes in Azure, short here for a demo."""
EGRESS = ("203.0.113.10", "203.0.113.11")
"""Public addresses behind which the nodes sit, in turn."""
RESERVED = ("203.0.113.40",)
"""The same of a pool whose owner made them: whatever pool has them leaves by these."""
_SHARED = 56
"""Digits that the ids of a pool's nodes have in common."""


@dataclass(slots=True)
class ResizeError:
    code: str
    message: str
    values: Mapping[str, str] = field(default_factory=dict)


class Pool:
    def __init__(
        self, name: str, body: Mapping[str, Any], clock: Clock, etag: str, *, earlier: int = 0
    ) -> None:
        """`earlier` is how many pools of that name there were before: their nodes had other ids."""
        self.name = name
        self.body: dict[str, Any] = dict(body)
        """As it was sent: `properties`, `identity`, `tags`."""
        self.etag = etag
        self.created = self.modified = self.moved = now()
        """`moved` is when it came into its allocation state."""
        self.machines: dict[str, tuple[Cohort, Machine]] = {}
        self.cohorts: list[Cohort] = []
        self.resize_errors: tuple[ResizeError, ...] = ()
        self.wanted = (0, 0)
        """How many nodes it is to have, dedicated and Spot."""
        self.evaluated: datetime | None = None
        """When its formula decided last; None where it has none, or since it was made only once."""
        self.found = False
        """Whether it was there before anybody looked."""
        self.deleting: Timer | None = None
        self._clock = clock
        self._resizing: Timer = clock.settled()
        self._leaving: Timer | None = None
        self._earlier: tuple[Conditions, Timer] | None = None
        self._made = 0
        self._nodes = hashlib.sha256(f"{name} {earlier}".encode()).hexdigest()[:_SHARED]

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.body["properties"]
        return properties

    @property
    def by_formula(self) -> bool:
        return bool((self.properties.get("scaleSettings") or {}).get("autoScale"))

    @property
    def formula_said(self) -> str:
        """What its last evaluation set, in the service's words."""
        dedicated, spot = self.wanted
        targets = f"$TargetDedicatedNodes={dedicated};$TargetLowPriorityNodes={spot}"
        return f"{targets};$NodeDeallocationOption=requeue"

    @property
    def extensions(self) -> tuple[dict[str, Any], ...]:
        machine = self.properties["deploymentConfiguration"]["virtualMachineConfiguration"]
        return tuple(machine.get("extensions") or ())

    @property
    def cores_each(self) -> int:
        """Of its VM size, read off the size's name: STANDARD_D2S_V3 has two."""
        found = re.search(r"[A-Za-z]+(\d+)", self.properties["vmSize"].split("_", 1)[-1])
        return int(found.group(1)) if found else 1

    def grow(
        self,
        dedicated: int,
        spot: int,
        identities: tuple[Identity, ...],
        long_ago: datetime | None = None,
    ) -> None:
        """Allocate nodes; with `long_ago` they were there before anybody looked."""
        count = dedicated + spot
        booted = long_ago or now()
        self._resizing = self._clock.settled() if long_ago else self._clock.timer()
        self.moved = booted
        if not count:
            return
        machines = [self._machine(self._made + offset, offset < dedicated) for offset in range(count)]
        self._made += count
        timer = self._clock.settled() if long_ago else self._clock.timer()
        cohort = Cohort(machines, self.properties, identities, timer, booted, old=long_ago is not None)
        self.cohorts.append(cohort)
        self.machines.update({machine.id: (cohort, machine) for machine in machines})

    def shrink(self, count: int) -> None:
        """Let the newest `count` nodes go."""
        self._leaving = self._resizing = self._clock.timer()
        self.moved = now()
        for _, machine in list(self.machines.values())[-count:]:
            machine.leaving = self._leaving

    def delete(self) -> None:
        self.deleting = self._clock.timer()
        self.shrink(len(self.machines))

    @property
    def gone(self) -> bool:
        return self.deleting is not None and self.deleting.passed(GONE)

    def read(self) -> list[Machine]:
        """Somebody looks at how far it has come; return the nodes that have left since."""
        for timer in self._timers():
            timer.read()
        if self._earlier is not None and self._earlier[1].passed(LEARNED):
            self._earlier = None
        if self.deleting is not None or self._leaving is None or not self._leaving.passed(LEFT):
            return []
        self._leaving = None
        left = [machine for _, machine in self.machines.values() if machine.leaving is not None]
        for machine in left:
            self.machines.pop(machine.id)[0].machines.remove(machine)
        return left

    def _timers(self) -> Iterator[Timer]:
        timers = {id(timer): timer for timer in (self._resizing, self._leaving, self.deleting) if timer}
        yield from timers.values()
        for cohort in self.cohorts:
            yield cohort.timer
        if self._earlier is not None:
            yield self._earlier[1]

    @property
    def steady(self) -> bool:
        return self.deleting is None and self._resizing.passed(ALLOCATED) and self._leaving is None

    @property
    def moving(self) -> bool:
        """Whether a client that asks again soon will see something else."""
        return (
            not self.steady or self._earlier is not None or not all(cohort.settled for cohort in self.cohorts)
        )

    def visible(self) -> list[tuple[Cohort, Machine]]:
        return [entry for entry in self.machines.values() if entry[0].timer.passed(APPEARS)]

    def learn_later(self, earlier: Conditions) -> None:
        """The world has changed; its nodes notice after a while."""
        self._earlier = (earlier, self._clock.timer())

    def conditions(self, current: Conditions) -> Conditions:
        """What its nodes see of the world now."""
        if self._earlier is None or self._earlier[1].passed(LEARNED):
            return current
        return self._earlier[0]

    def node_state(self, cohort: Cohort, machine: Machine, current: Conditions) -> str:
        return cohort.state(machine, self.conditions(current))

    @property
    def _egress(self) -> tuple[str, ...]:
        network = self.properties.get("networkConfiguration") or {}
        addresses = network.get("publicIPAddressConfiguration") or {}
        return RESERVED if str(addresses.get("provision", "")).lower() == "usermanaged" else EGRESS

    def _machine(self, index: int, dedicated: bool) -> Machine:
        """Its id has the recorded form and length.

        Of the recorded 64 digits none is known to mean anything. Here nodes of a pool differ in the last few,
        so that whoever cuts an id short meets the worst, and so that it follows from what was done alone.
        """
        return Machine(
            id=f"tvmps_{self._nodes}{index + 1:0{64 - _SHARED}}_d",
            index=index,
            address=self._egress[index % len(self._egress)],
            private_address=f"10.0.{index // 250}.{index % 250 + 4}",
            dedicated=dedicated,
        )
