"""What is usual here, of those that came through; and what is known elsewhere where too few of them did."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from troubleshooter.model.starting import Figure, Label, Origin, Usual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.starting import Starts

ENOUGH = 3
"""Starts, from wherever; fewer say nothing of what is usual."""
_TENTH = 10

ELSEWHERE = (
    Figure(
        900.0,
        "nodes are allocated within 15 min under most circumstances",
        Label.DOCUMENTED,
        "https://learn.microsoft.com/azure/batch/batch-pool-node-error-checking#resize-timeout-or-failure",
    ),
    Figure(
        1800.0,
        "a pool that needed about 30 min until its nodes were ready was well",
        Label.REPORTED,
        "https://github.com/Azure-Samples/batch-dotnet-quickstart/issues/11",
    ),
)
"""No page says how long a node takes from its allocation until it is ready."""


def usual(starts: Starts) -> Usual | None:
    """None where fewer came through than say anything."""
    times = sorted(one.seconds for one in starts.started)
    if len(times) < ENOUGH:
        return None
    cut = len(times) // _TENTH
    shortest, longest = times[cut], times[-1 - cut]
    counts = Counter(one.origin for one in starts.started)
    ordered = {origin: counts[origin] for origin in Origin if counts[origin]}
    return Usual(
        shortest, longest, times[-1], ordered, f"usual here {between(shortest, longest)} ({_of(ordered)})"
    )


def no_history(starts: Starts) -> str:
    """Why nothing is usual here, without a full stop."""
    there = len(starts.started)
    seen = "no start was seen that came through" if not there else f"only {_starts(there)} came through"
    return f"no history here: {seen}, and fewer than {ENOUGH} say nothing of what is usual"


def between(shortest: float, longest: float) -> str:
    """To the minute, so that what is said holds: 3 to 5 min. Below two minutes in seconds."""
    if longest < 120:
        low, high, unit = math.floor(shortest), math.ceil(longest), "s"
    else:
        low, high, unit = math.floor(shortest / 60), math.ceil(longest / 60), "min"
    return f"{low} to {high} {unit}" if low != high else f"{high} {unit}"


def _starts(number: int) -> str:
    return f"{number} start{'s' * (number != 1)}"


def _of(counts: Mapping[Origin, int]) -> str:
    """How many of what, as: 7 nodes, 4 of them of other pools, 2 waits of earlier runs."""
    own, others, waits = (counts.get(origin, 0) for origin in Origin)
    told = [f"{own + others} node{'s' * (own + others != 1)}"] if own + others else []
    if others:
        told.append(f"{others} of them of other pools with the same image and size")
    if waits:
        told.append(f"{waits} wait{'s' * (waits != 1)} of earlier runs")
    return ", ".join(told)
