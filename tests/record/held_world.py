"""A simulated Azure whose time can be stopped, so that what is under way can be looked at."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.outside import World
from troubleshooter.simulator import scenarios
from troubleshooter.simulator.around.clock import Clock, Pace, Timer
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

SAME = 12
"""So many calls in a row that change nothing."""


class Hold:
    """How many looks each thing under way feels; None lets time go by."""

    def __init__(self) -> None:
        self.looks: int | None = None


class HeldTimer(Timer):
    __slots__ = ("_hold",)

    def __init__(self, hold: Hold) -> None:
        super().__init__(Pace.READS)
        self._hold = hold

    def read(self) -> None:
        if self._hold.looks is None or self._reads < self._hold.looks:
            super().read()


@dataclass(frozen=True, slots=True)
class HeldClock(Clock):
    hold: Hold = field(default_factory=Hold)

    def timer(self) -> Timer:
        return HeldTimer(self.hold)


@dataclass(frozen=True, slots=True)
class HeldWorld:
    connection: dict[str, Any]
    hold: Hold

    def control(self, method: str, path: str, body: object = None) -> Any:
        return World(self.connection, Path()).control(method, path, body)

    @property
    def stands_still(self) -> bool:
        """Whether the program has for a while done nothing but look, so that it shows what it saw."""
        last = self.control("GET", "calls")["calls"][-SAME:]
        return len(last) == SAME and all(call["method"] == "GET" for call in last)


@contextmanager
def held_world(scenario: str, nodes: int = 2, *, noise: bool = False) -> Iterator[HeldWorld]:
    hold = Hold()
    simulator = Simulator(scenario, nodes)
    simulator._scene = scenarios.build(scenario, nodes, HeldClock(hold=hold), noise=noise)
    with simulator:
        yield HeldWorld(simulator.connection, hold)
