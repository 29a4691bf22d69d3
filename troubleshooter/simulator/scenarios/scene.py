"""What a scenario is: in what its world and its pool differ from those where all is well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from troubleshooter.simulator.around.conditions import Conditions
from troubleshooter.simulator.scenarios.ground import WELL
from troubleshooter.simulator.world.world import Account, Habits, World

Change = Callable[[dict[str, Any]], dict[str, Any]]
Remedy = Callable[[World], dict[str, str]]


@dataclass(slots=True)
class Scene:
    """A world under its scenario's name, with the administrator who can cure it."""

    name: str
    world: World
    remedy: Remedy
    others: Mapping[str, Remedy] = field(default_factory=dict)

    def cure(self, kind: str = "") -> dict[str, str]:
        return self.others.get(kind, self.remedy)(self.world)


def unchanged(value: dict[str, Any]) -> dict[str, Any]:
    return value


def as_it_was(conditions: Conditions) -> Conditions:
    return conditions


def nothing(_world: World) -> dict[str, str]:
    return {"done": "did nothing, since the fault is not outside the pool"}


def as_usual(account: Account) -> Account:
    return account


_PLAIN = Habits()
_WRITTEN = {
    "rbac": "RBAC",
    "dns": "DNS",
    "tls": "TLS",
    "vm": "VM",
    "v4": "4.x",
    "obo": "on behalf of",
    "entra": "Entra",
}
"""Words of names that are written otherwise in a title."""


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    summary: str
    conditions: Conditions = WELL
    settings: Callable[[dict[str, Any]], Any] = unchanged
    """From settings that work to those of this pool."""
    body: Change = unchanged
    """From a pool that works to this one, beyond the settings."""
    identity: bool = True
    habits: Habits = _PLAIN
    account: Callable[[Account], Account] = as_usual
    """From an account with nothing special to this one."""
    full: bool = False
    """The account's core quotas are used up by the pool."""
    debug_nodes: int = 1
    """How many nodes a debug pool needs to show the fault."""
    since: Callable[[Conditions], Conditions] = as_it_was
    """What changed around the pool after it was made."""
    gave_up: bool = False
    """Whether the extension on the pool's nodes had given up by then: new nodes alone meet what changed."""
    remedy: Remedy = nothing
    others: Mapping[str, Remedy] = field(default_factory=dict)
    """What is done instead where another kind of change was asked for."""

    @property
    def title(self) -> str:
        """Its name in words."""
        words = " ".join(_WRITTEN.get(word, word) for word in self.name.split("-"))
        return words[:1].upper() + words[1:]
