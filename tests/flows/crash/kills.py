"""Kills runs in place, and the way back from them, hangs up on them, and looks at what is said and left.

python -m tests.flows.crash.kills --kills 300 --hups 60 --seed 7
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.flows.crash.in_place import HANG_UPS, SCENARIOS, Outcome, known, plan, tried
from tests.flows.crash.victim import KILL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.flows.crash.in_place import Known


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of all trials."""

    outcomes: tuple[Outcome, ...]

    @property
    def kills(self) -> int:
        return sum(outcome.number(KILL) for outcome in self.outcomes)

    @property
    def hang_ups(self) -> int:
        return sum(outcome.number(*HANG_UPS) for outcome in self.outcomes)

    @property
    def away(self) -> int:
        return sum(outcome.away for outcome in self.outcomes)

    @property
    def wrong(self) -> tuple[str, ...]:
        return tuple(f"{one.plan}: {text}" for one in self.outcomes for text in one.wrong)


def run(kills: int, hang_ups: int, seed: int, workers: int = 2) -> Tally:
    """At least so many of both, half on each scenario. Prints what goes wrong as it happens."""
    with ThreadPoolExecutor(workers) as pool:
        bases = list(pool.map(known, SCENARIOS))
        shares = [(base, -(-kills // len(bases)), -(-hang_ups // len(bases)), seed) for base in bases]
        done = list(pool.map(lambda share: _share(*share), shares))
    return Tally(tuple(outcome for each in done for outcome in each))


def _share(base: Known, kills: int, hang_ups: int, seed: int) -> list[Outcome]:
    chance = random.Random(f"{seed}/{base.scenario}")
    return [
        *_until(base, (KILL,), kills, chance),
        *_until(base, HANG_UPS, hang_ups, chance),
    ]


def _until(base: Known, hows: Sequence[str], number: int, chance: random.Random) -> list[Outcome]:
    outcomes: list[Outcome] = []
    while sum(outcome.number(*hows) for outcome in outcomes) < number:
        outcome = tried(base, plan(base, hows, chance))
        for text in outcome.wrong:
            print(f"WRONG  {base.scenario}: {outcome.plan}\n       {text}", flush=True)
        outcomes.append(outcome)
    return outcomes


def report(tally: Tally, seed: int, seconds: float) -> str:
    wrong = sum(bool(outcome.wrong) for outcome in tally.outcomes)
    commands = Counter(
        f"{blow.command}, {blow.how}"
        for outcome in tally.outcomes
        for blow, death in zip(outcome.plan.blows, outcome.deaths, strict=False)
        if death.killed
    )
    rows = "\n".join(f"  {number:5}  {what}" for what, number in commands.most_common())
    verdict = f"{wrong} WRONG" if wrong else "all as expected"
    return (
        f"{tally.kills} kills and {tally.hang_ups} hang-ups in {len(tally.outcomes)} runs in place, "
        f"{tally.away} with the original away, seed {seed}, {seconds:.0f} s: {verdict}\n{rows}"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--hups", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    tally = run(given.kills, given.hups, given.seed, given.workers)
    print(report(tally, given.seed, time.monotonic() - begun), flush=True)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
