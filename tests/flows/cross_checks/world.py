"""One world in which a cross-check is tried: it fails, passes, nearly does either, or cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.worlds.down import down
from troubleshooter.model.finding import Verdict
from troubleshooter.simulator.around.clock import FAST
from troubleshooter.simulator.around.operator import lacking
from troubleshooter.simulator.scenarios import LOOKED_AT, SCENARIOS, Scenario, staged

if TYPE_CHECKING:
    from troubleshooter.simulator.scenarios import Scene


@dataclass(frozen=True, slots=True)
class World:
    scenario: Scenario
    verdict: Verdict | None
    """That of the row's check; None where whoever is signed in may not look at the pool at all."""
    role: str = ""
    """Where a right is missing: the role, or the action, that has to be named."""
    lacks: tuple[str, ...] = ()

    def scene(self) -> Scene:
        made = down(staged(self.scenario, 2, FAST))
        if self.lacks:
            made.world.conditions = replace(made.world.conditions, operator=lacking(*self.lacks))
        return made


def of(scenario: str | Scenario) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else {**SCENARIOS, **LOOKED_AT}[scenario]


def fails(scenario: str | Scenario) -> World:
    return World(of(scenario), Verdict.FAIL)


def passes(scenario: str | Scenario) -> World:
    return World(of(scenario), Verdict.PASS)


def open_(scenario: str | Scenario) -> World:
    """It cannot be told there, although nothing is refused."""
    return World(of(scenario), Verdict.UNKNOWN)


def apart(scenario: str | Scenario) -> World:
    """The check has nothing to say there."""
    return World(of(scenario), Verdict.NOT_APPLICABLE)


def unseen(scenario: str | Scenario, *lacks: str, role: str) -> World:
    """Whoever is signed in may do all but that."""
    return World(of(scenario), Verdict.UNKNOWN, role, lacks)


def no_pool(scenario: str | Scenario) -> World:
    """Of a check that looks at the pool alone: whoever is signed in may not read that."""
    action = "Microsoft.Batch/batchAccounts/pools/read"
    return World(of(scenario), None, action, (action,))
