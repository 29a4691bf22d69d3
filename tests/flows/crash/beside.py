"""Kills runs beside the original at every journaled point and at random moments, and looks at what is left.

python -m tests.flows.crash.beside --kills 300 --seed 7
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.crash.cases import BY_TASKS, CASES, account, essence, still
from tests.flows.crash.trial import Plan, Undisturbed, tried
from tests.flows.crash.victim import Moment, killed, steps
from tests.flows.outside import World, served

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.flows.crash.cases import Case
    from tests.flows.crash.trial import Outcome

_NEVER = Moment(event=100_000)


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of all trials."""

    kills: int
    points: Counter[str]
    """Kind of the last event at death to number."""
    wrong: tuple[str, ...]
    distinct: int
    """Different journaled points at which something died."""
    known: int
    """Journaled points of the undisturbed runs."""


def undisturbed(connection: Any, case: Case) -> Undisturbed:
    with tempfile.TemporaryDirectory(prefix="undisturbed-") as folder:
        home = Path(folder)
        world = World(connection, home)
        before = account(world.control("GET", "state"))
        begun = time.monotonic()
        death = killed((*world.run, *case.arguments), world.environ, home, _NEVER)
        seconds = time.monotonic() - begun
        _, document = world.call("runs", "show", death.run)
        assert document["exit"] == death.code, document
        after = account(world.control("GET", "state"))
        written = steps(home / "journal.sqlite3")
        saved = json.loads((home / "runs" / death.run / "pool.json").read_bytes())
    original = before["pools"][connection["pool"]][1]
    assert {key: still(saved)[key] for key in original if key in saved} == original
    return Undisturbed(death.events, seconds, essence(document), before, after, still(saved), written)


def plans(known: Undisturbed, case: Case, kills: int, chance: random.Random) -> list[Plan]:
    """Every journaled point, the gap after each change, and random moments; a choice when few are asked."""
    if case.step:
        moments = _within(known.steps, case.step, kills, chance)
        return [_plan(moment, known, case, chance) for moment in moments]
    points = [Moment(event) for event in range(1, len(known.events) + 1)]
    gaps = [
        Moment(event, before_next=True)
        for event, kind in enumerate(known.events, start=1)
        if kind.startswith("change-") or kind == "step-started"
    ]
    wanted = points + gaps
    if len(wanted) > kills * 3 // 4:
        changes = [point for point in gaps if known.events[point.event - 1].startswith("change-")]
        first = chance.sample(changes, min(len(changes), kills // 4))
        wanted = first + chance.sample([each for each in wanted if each not in first], kills // 2)
    while len(wanted) < kills:
        wanted.append(Moment(seconds=chance.uniform(0.0, known.seconds)))
    return [_plan(moment, known, case, chance) for moment in wanted]


def _within(steps: Sequence[str], step: str, kills: int, chance: random.Random) -> list[Moment]:
    """Each journaled point of that step, the gap after it, and moments between two of them."""
    inside = [number for number, name in enumerate(steps, start=1) if name == step]
    points = [Moment(event, before_next=late) for event in inside for late in (False, True)]
    first = chance.sample(points, min(len(points), kills // 2))
    while len(first) < kills:
        first.append(Moment(chance.choice(inside), seconds=chance.uniform(0.005, 0.5)))
    return first


def _plan(moment: Moment, known: Undisturbed, case: Case, chance: random.Random) -> Plan:
    again = Moment(seconds=chance.uniform(0.2, known.seconds))
    return Plan(moment, chance.choice(case.ends), again, unknown_is_right=bool(case.step))


def run(kills: int, seed: int, workers: int = 2, cases: Sequence[Case] = CASES) -> Tally:
    """All cases side by side, each in a simulated Azure of its own. Prints what goes wrong as it happens."""
    share = -(-kills // len(cases))
    with ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(lambda case: _case(case, share, seed), cases))
    outcomes = [outcome for _, each in done for outcome in each]
    died = [death for outcome in outcomes for death in outcome.deaths if death.killed]
    at = Counter(death.events[-1] if death.events else "nothing written" for death in died)
    places = {
        (number, len(outcome.deaths[0].events))
        for number, (_, each) in enumerate(done)
        for outcome in each
        if outcome.deaths[0].killed
    }
    wrong = tuple(text for outcome in outcomes for text in outcome.wrong)
    known = sum(len(base.events) for base, _ in done)
    return Tally(len(died), at, wrong, len(places), known)


def _case(case: Case, kills: int, seed: int) -> tuple[Undisturbed, list[Outcome]]:
    chance = random.Random(f"{seed}/{case.scenario}")
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        with served(Path("unused"), case.scenario) as first:
            known = undisturbed(first.connection, case)
        shared = stack.enter_context(served(Path("unused"), case.scenario))
        waiting = plans(known, case, kills, chance)
        while waiting or sum(outcome.kills for outcome in outcomes) < kills:
            more = waiting or plans(known, case, 1, chance) if case.step else waiting
            plan = more.pop(0) if more else _plan(_early(known, chance), known, case, chance)
            outcome = tried(shared.connection, case, plan, known)
            for text in outcome.wrong:
                _say(f"WRONG  {case}, {plan.moment}, then {plan.end}: {text}")
            outcomes.append(outcome)
    return known, outcomes


def _early(known: Undisturbed, chance: random.Random) -> Moment:
    """A moment that surely comes before the end, for a process that ended before it was killed."""
    return Moment(chance.randint(2, len(known.events) // 2))


def report(tally: Tally, seed: int, seconds: float, cases: Sequence[Case] = CASES) -> str:
    rows = "\n".join(f"  {number:5}  after {kind}" for kind, number in tally.points.most_common())
    verdict = f"{len(tally.wrong)} WRONG" if tally.wrong else "all as expected"
    return (
        f"{tally.kills} kills over {len(cases)} cases, seed {seed}, {seconds:.0f} s: {verdict}\n{rows}\n"
        f"  {tally.distinct} different points of death; the undisturbed runs have {tally.known} events"
    )


def _say(text: str) -> None:
    print(text, flush=True)


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tasks", action="store_true", help="Only while nodes are read by tasks.")
    given = parser.parse_args(list(arguments))
    begun, cases = time.monotonic(), BY_TASKS if given.tasks else CASES
    tally = run(given.kills, given.seed, given.workers, cases)
    _say(report(tally, given.seed, time.monotonic() - begun, cases))
    return 1 if tally.wrong or tally.kills < given.kills else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
