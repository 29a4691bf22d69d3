"""What one who has not read the checks expects of them in one world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from troubleshooter.simulator.scenarios.scene import Scenario

Fact = Literal[
    "policies",
    "locks",
    "cores",
    "pools",
    "sign-in",
    "account's vault",
    "role or policy",
    "firewall",
    "private way",
    "way out",
    "secret",
    "identity named",
    "tenant",
]
"""What a check may tell of, in words; which check that is, the test says."""
Told = Literal["pass", "fail", "cannot tell"]
Cause = Literal[
    "",
    "no role",
    "no access policy",
    "denied",
    "not on the pool",
    "another tenant",
    "firewall",
    "way out",
    "private",
    "disabled",
    "deleted",
    "quota",
]


@dataclass(frozen=True, slots=True)
class World:
    scenario: Scenario
    why: str
    """What a strict expert would say of it."""
    cause: tuple[Cause, ...] = ("no role",)
    """What may stand first: one of these; an empty one is none at all."""
    sure: Literal["confirmed", "likely", ""] = "confirmed"
    """How sure at most of a cause that is named; a surer one is wrong."""
    told: Mapping[Fact, tuple[Told, ...]] = field(default_factory=dict)
    """Of these facts one of these must be said."""
    never: tuple[Cause, ...] = ()
    """What no finding may say."""
