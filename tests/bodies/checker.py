"""Whether the specification lets a pool's body through: as schema, and by the rules its text adds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bodies import described, machine, network, node, size

if TYPE_CHECKING:
    from tests.bodies.rule import Body

RULES = (*network.RULES, *machine.RULES, *node.RULES, *size.RULES)
_WHOLE_ONLY = frozenset({"machine", "vm-size"})
"""What a pool is made with need not be said again by whoever changes something else of it."""

NAME = "pool-name"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""The pattern and lengths of the parameter poolName."""


@dataclass(frozen=True, slots=True)
class Problem:
    rule: str
    place: str
    """For rules of the schema; the others tell by what is there."""
    there: object


def problems(name: str, body: Body, *, change: bool = False) -> list[Problem]:
    """Of a body that makes a pool of this name, or only changes some of it."""
    found = [Problem(*each) for each in described.broken(body)]
    if any(problem.rule == "type" for problem in found):
        return found  # what has another shape cannot be read for the rest
    if not _NAME.fullmatch(name):
        found.append(Problem(NAME, "", name))
    for rule in RULES:
        if not (change and rule.id in _WHOLE_ONLY):
            found += [Problem(rule.id, "", there) for there in rule.find(body)]
    return found
