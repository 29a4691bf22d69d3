"""A simulated Azure whose time can be stopped, so that what is under way can be looked at."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator import scenarios
from troubleshooter.simulator.clock import Clock, Pace, Timer
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator


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


@contextmanager
def held_world(scenario: str, nodes: int = 2, *, noise: bool = False) -> Iterator[HeldWorld]:
    hold = Hold()
    simulator = Simulator(scenario, nodes)
    simulator._scene = scenarios.build(scenario, nodes, HeldClock(hold=hold), noise=noise)
    with simulator:
        yield HeldWorld(simulator.connection, hold)
