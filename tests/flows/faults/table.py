"""Every distinct operation of the playbook, met by every fault: what the run makes of it.

python -m tests.flows.faults.table
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from tests.flows.faults.bench import READ_SECONDS, bench, essential
from troubleshooter.workbench import RunOptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from tests.flows.faults.bench import Bench, Result

_LATE = READ_SECONDS + 0.2

FAULTS: Mapping[str, Mapping[str, Any]] = {
    "429": {"status": 429, "retry_after": 0},
    "500": {"status": 500},
    "503": {"status": 503, "retry_after": 0},
    "reset": {"reset": True},
    "slow": {"delay": _LATE},
    "lost": {"status": 503, "after_effect": True},
    "cut": {"reset": True, "after_effect": True},
    "late": {"delay": _LATE, "after_effect": True},
    "409": {"status": 409},
    "412": {"status": 412},
    "stale": {"stale": True},
    "401": {"status": 401},
}
"""With lost, cut and late the change is made, but its answer is an error, a broken line, or not in time."""
PASSING = ("429", "500", "503", "reset", "slow", "lost", "cut", "late", "401")
"""Ridden out: the run must end as if nothing had been."""


@dataclass(frozen=True, slots=True)
class Case:
    scenario: str
    options: RunOptions
    answers: Mapping[str, str] = field(default_factory=dict)
    confirm: str = ""
    """The pool's name, typed."""
    fresh: bool = False
    """Whether each cell needs a world of its own, since an undisturbed run changes it for good."""

    def __str__(self) -> str:
        return f"{self.scenario} {self.options.mode}"

    def bench(self) -> AbstractContextManager[Bench]:
        return bench(self.scenario, self.options, self.answers, self.confirm)


CASES = (
    Case("wrong-client-id", RunOptions(poll_interval=0.05)),
    Case(
        "auth-settings-misplaced",
        RunOptions(mode="in-place", poll_interval=0.05),
        {"route": "in-place", "jobs": "requeue"},
        confirm="render-pool",
        fresh=True,
    ),
)

_NAMES = (
    (re.compile(r"/subscriptions/.*/batchAccounts/[^/]+"), "ARM"),
    (re.compile(r"^/[0-9a-f-]{36}/"), "/TENANT/"),
    (re.compile(r"tvmps_[^/]+"), "NODE"),
    (re.compile(r"kvts[0-9a-f]{8}"), "USER"),
    (re.compile(r"-[0-9a-f]{8}(?=[/.]|$)"), "-RUN"),
)


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    name: str
    """Its path with names in place of ids: what makes it distinct."""
    skip: int = 0
    """Which of several, counted from 0: reads of a pool's definition are made for different ends."""

    @classmethod
    def of(cls, call: Mapping[str, Any]) -> Operation:
        name = call["path"]
        for pattern, put in _NAMES:
            name = pattern.sub(put, name)
        return cls(call["method"], name)

    @property
    def match(self) -> str:
        """For planting a fault."""
        text = re.escape(self.name)
        for word, pattern in (
            ("TENANT", "[^/]+"),
            ("NODE", "[^/]+"),
            ("USER", "[^/]+"),
            ("RUN", "[0-9a-f]{8}"),
        ):
            text = text.replace(word, pattern)
        start = r"/batchAccounts/[^/]+" if text.startswith("ARM") else "^"
        return f"{self.method} {start}{text.removeprefix('ARM')}$"

    def __str__(self) -> str:
        return f"{self.method} {self.name}" + (f" ({self.skip + 1})" if self.skip else "")


@dataclass(frozen=True, slots=True)
class Cell:
    told: str
    wrong: str = ""


def operations(bench: Bench) -> tuple[tuple[Operation, ...], Result]:
    """What an undisturbed run asks, in order, and how it ends."""
    bench.control("DELETE", "calls")
    with bench.workbench() as workbench:
        result = bench.run(workbench)
    calls = bench.control("GET", "calls")["calls"]
    asked = [Operation.of(call) for call in calls]
    return tuple(dict.fromkeys(_counted(asked))), result


def _counted(asked: list[Operation]) -> Iterator[Operation]:
    times: Counter[Operation] = Counter()
    for operation in asked:
        skip = times[operation] if f"{operation}".startswith("GET ARM/pools/") else 0
        times[operation] += 1
        yield replace(operation, skip=skip)


def met(bench: Bench, operation: Operation, fault: str, clean: Result, expected: Any) -> Cell:
    """One run with the fault, then resumed as long as it stopped; the account looked at."""
    bench.control("POST", "fault", {"match": operation.match, "skip": operation.skip, **FAULTS[fault]})
    with bench.workbench() as workbench:
        first = last = bench.run(workbench)
        unmet = bench.control("DELETE", "fault")["dropped"]
        told = [_word(first, clean)]
        run_id = first.document["run"]
        if first.code != clean.code:
            last = bench.resume(workbench, run_id)
            told.append(_word(last, clean))
        left = bench.control.account() != expected
        opened = workbench.read(run_id).open_changes
    wrong = _judged(fault, first, last, clean)
    if unmet:
        wrong = "the fault was never met"
    elif left or opened:
        wrong = f"left in the account, or open in the journal: {opened}"
    return Cell(" → ".join(told), wrong)


def _word(result: Result, clean: Result) -> str:
    if essential(result.document) == essential(clean.document):
        return "ok" if not result.troubles else f"ok, {len(result.troubles)} more"
    return str(result.code)


def _judged(fault: str, first: Result, last: Result, clean: Result) -> str:
    same = essential(first.document) == essential(clean.document)
    if fault in PASSING and not same:
        return f"not ridden out: {_error(first)}"
    if first.code == clean.code and not same:
        return "the same code, another result"
    changed = {9} if fault in {"409", "412", "stale"} else set()  # consent is void once the pool changed
    if first.code not in {clean.code, 5, 7, 8} | changed:
        return f"stopped with {first.code}: {_error(first)}"
    if essential(last.document) != essential(clean.document):
        return f"resumed, it ended otherwise: {_error(last)}"
    return ""


def _error(result: Result) -> str:
    steps = result.document["steps"]
    told = [f"{step['id']}: {step['why']}" for step in steps if step["state"] == "failed"]
    return "; ".join(told) or f"code {result.code}, {result.document['not_verified_because']}"


def fits(operation: Operation, fault: str) -> bool:
    """Only reads can be stale, and the sign-in service has no tokens or conditions of its own."""
    if fault == "stale":
        return operation.method == "GET" and "TENANT" not in operation.name
    return not ("TENANT" in operation.name and fault in {"401", "409", "412"})


def table(case: Case, part: int = 0, parts: int = 1, sample: int = 1) -> dict[Operation, dict[str, Cell]]:
    """One part of a case's rows; with a sample of n every n-th cell, so that each row and fault has some."""
    rows: dict[Operation, dict[str, Cell]] = {}
    with case.bench() as ready:
        known, clean = operations(ready)
        expected = ready.control.account()
        for number, operation in enumerate(known):
            if number % parts != part:
                continue
            rows[operation] = {}
            for place, fault in enumerate(FAULTS):
                if not fits(operation, fault) or (number + place) % sample:
                    continue
                cell = met_fresh(case, operation, fault, clean, expected) if case.fresh else None
                cell = cell or met(ready, operation, fault, clean, expected)
                rows[operation][fault] = cell
                if cell.wrong:
                    print(f"WRONG  {operation}, {fault}: {cell.wrong}", flush=True)
                if ready.control.account() != expected:
                    return rows
    return rows


def met_fresh(case: Case, operation: Operation, fault: str, clean: Result, expected: Any) -> Cell:
    with case.bench() as ready:
        return met(ready, operation, fault, clean, expected)


def whole(case: Case, sample: int = 1, workers: int = 2) -> dict[Operation, dict[str, Cell]]:
    """All rows, worked out by processes side by side."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        parts = [pool.submit(table, case, part, workers, sample) for part in range(workers)]
        rows = [part.result() for part in parts]
    return {operation: cells for part in rows for operation, cells in part.items()}


def shown(rows: Mapping[Operation, Mapping[str, Cell]]) -> str:
    wide = max(len(str(operation)) for operation in rows)
    lines = [f"{'':{wide}}  " + "".join(f"{fault:>13}" for fault in FAULTS)]
    for operation, cells in rows.items():
        told = "".join(f"{cells[fault].told if fault in cells else '-':>13}" for fault in FAULTS)
        lines.append(f"{operation!s:{wide}}  {told}")
    return "\n".join(lines)


def told(case: Case, rows: Mapping[Operation, Mapping[str, Cell]], seconds: float) -> str:
    cells = [cell for row in rows.values() for cell in row.values()]
    wrong = sum(bool(cell.wrong) for cell in cells)
    head = f"{case}: {len(rows)} operations, {len(cells)} faults met, {wrong} wrong, {seconds:.0f} s"
    return f"{head}\n{shown(rows)}"


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser(description="Every operation of the playbook, met by every fault.")
    parser.add_argument("--sample", type=int, default=1, help="only every n-th cell")
    given = parser.parse_args(list(arguments))
    wrong = False
    for case in CASES:
        begun = time.monotonic()
        rows = whole(case, given.sample)
        wrong = wrong or any(cell.wrong for row in rows.values() for cell in row.values())
        print(told(case, rows, time.monotonic() - begun), flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
