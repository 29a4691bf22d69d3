"""What is done to one run: which request, what becomes of its answer, what happens then, and the way back."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.flows.faults.table import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FIRST = ("refused", "lost", "early", "late")
"""What becomes of the request that is met first. Refused: its answer is what `RETRY` says. Lost: it is
carried out, and its answer lost. Early, late: nobody answers, and it arrives before or after the way back."""
RETRY: Mapping[str, Mapping[str, Any] | None] = {
    "real": None,
    "404": {"status": 404},
    "409": {"status": 409},
    "412": {"status": 412},
    "500": {"status": 500},
    "silence": {"reset": True, "times": 30},
}
"""What the repeated request meets; silence: no answer, however often it is sent."""
THEN = ("calm", "blind", "cancel", "blind, cancel")
"""At that moment: nothing; whoever reads the pool meets 500 for a while; Ctrl-C."""
IN_PLACE, BESIDE = ROUTES = ("in place", "beside, then in place")
"""Proven under the original's own id, or on a debug pool first, and then applied to the original."""
WAYS = ("resume", "cleanup", "restore")

BLIND = {"match": r"GET /pools/render-pool$", "status": 500, "times": 40}
_BREATH = 0.25
"""Seconds that an answer waits, so that what is to happen at that moment does."""


@dataclass(frozen=True, slots=True)
class Cell:
    operation: Operation
    first: str
    retry: str
    then: str
    way: str
    form: str
    """In which the run's end is told."""
    route: str = IN_PLACE

    def __str__(self) -> str:
        rest = f"{self.first}, then {self.retry}; {self.then}; {self.way} ({self.form})"
        return f"{self.route}: {self.operation}: {rest}"

    @property
    def lost(self) -> bool:
        """Whether a request for a change may have been carried out, or may yet be, without an answer."""
        return self.operation.method != "GET" and (
            self.first != "refused" or self.retry in {"500", "silence"}
        )

    def faults(self) -> Iterator[dict[str, Any]]:
        """What is planted, in the order in which it is met."""
        place = {"match": self.operation.match, "skip": self.operation.skip}
        wait = {} if self.then == "calm" else {"delay": _BREATH}
        if self.first == "lost":
            yield {**place, "after_effect": True, "reset": True, **wait}
            wait = {}
        elif self.first != "refused":
            yield {**place, "hold": "reset"}
        if (answer := RETRY[self.retry]) is not None:
            yield {**place, **answer, **wait}


def cells(operations: Iterable[Operation], route: str) -> list[Cell]:
    """The whole product, without what makes no sense: a refusal needs an answer, a read has no effect."""
    found: list[Cell] = []
    for operation in operations:
        for first, retry, then, way in itertools.product(FIRST, RETRY, THEN, WAYS):
            if first == "refused" and retry == "real":
                continue
            if operation.method == "GET" and (first != "refused" or "blind" in then):
                continue
            if _a_lie(operation, first, retry):
                continue
            form = "json" if len(found) % 2 else "text"
            found.append(Cell(operation, first, retry, then, way, form, route))
    return found


def _a_lie(operation: Operation, first: str, retry: str) -> bool:
    """Whether Azure would say that a node user is gone who is not: nobody can ask it again."""
    return operation.method == "DELETE" and "/users/" in operation.name and retry == "404" and first != "lost"


def chosen(whole: Sequence[Cell], number: int, seed: int) -> list[Cell]:
    """So many of them, as evenly over the operations as can be; all where number is 0."""
    chance = random.Random(seed)
    if not number or number >= len(whole):
        return list(whole)
    rows: dict[Operation, list[Cell]] = {}
    for cell in whole:
        rows.setdefault(cell.operation, []).append(cell)
    for row in rows.values():
        chance.shuffle(row)
    order = sorted(rows, key=lambda operation: operation.method == "GET")
    turns = itertools.zip_longest(*(rows[operation] for operation in order))
    return [cell for turn in turns for cell in turn if cell is not None][:number]
