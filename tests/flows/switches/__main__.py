"""Walks whole runs in every kind of Azure: python -m tests.flows.switches

Twenty scenarios under the eight combinations, and all under two opposite ones. Ends with 1 where a run ends
otherwise than it does usually, leaves something, or a step of a route is reached by none of the twenty.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.flows.switches.judged import all_work, judged
from tests.flows.switches.twenty import BY_ROUTE, TWENTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.flows.switches.judged import Row
    from tests.flows.switches.twenty import Case


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="cases whose description holds this")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    work = [(case, names) for case, names in all_work() if given.only in str(case)]
    rows = list(_rows(work, given.workers))
    wrong = [row for row in rows if row.wrong]
    unreached = [] if given.only else list(table(rows))
    runs = sum(row.runs for row in rows)
    seconds = time.monotonic() - begun
    print(f"{runs} runs, and {len(rows)} usual ones, in {seconds:.0f} s: {len(wrong)} cases end otherwise")
    return 1 if wrong or unreached else 0


def _rows(work: Sequence[tuple[Case, tuple[str, ...]]], workers: int) -> Iterator[Row]:
    """What is wrong is printed as it is found."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as processes:
        for each in as_completed([processes.submit(judged, *one) for one in work]):
            row = each.result()
            if row.wrong:
                print(f"WRONG  {row.case}", *row.wrong, sep="\n       ", flush=True)
            yield row


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Print how many of the twenty reach each step of each route; give the steps that none does."""
    twenty = [row for row in rows if row.case in TWENTY and row.runs > 2]
    for route, steps in BY_ROUTE.items():
        for step in steps:
            number = sum(step in row.usual.reached for row in twenty if row.case.route.startswith(route))
            print(f"{route:<10}{step:<16}{number:>3}")
            if not number:
                yield f"{route}: {step}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
