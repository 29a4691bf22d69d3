"""Every request of both routes, its answer lost or refused, and what is said against what is so.

python -m tests.flows.lost.table --seed 1 --cells 300
python -m tests.flows.lost.table --seed 1 --cells 300 --route "beside, then in place"
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from tests.flows.faults.table import Operation
from tests.flows.lost.cells import BESIDE, BLIND, IN_PLACE, ROUTES, Cell, cells, chosen
from tests.flows.lost.front import Hung, desk
from tests.flows.lost.judge import Account, Judge, announced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.flows.lost.front import Desk, Said

SCENARIO = "wrong-client-id"
POOL = "render-pool"
_RUN = ("--allow-from", "127.0.0.1/32", "--confirm", POOL, "--answer", "jobs=requeue")
_APPLY = ("--answer", "apply=pool", "--answer", "jobs=requeue")
_BY = {
    IN_PLACE: ("--mode", "in-place"),
    BESIDE: ("--answer", "next=look", "--answer", "apply=pool"),
}
_PACE = ("--yes", "--poll-interval", "0.05", "--limit", "6s")
_WAYS = {"resume": ("--yes", "--confirm", POOL), "cleanup": ("--yes",), "restore": ("--confirm", POOL)}
_LOOK = 0.01
_OFTEN = 16
"""How many of the reads of one thing are met one by one: later ones only wait."""


@dataclass(frozen=True, slots=True)
class Verdict:
    cell: Cell
    wrong: tuple[str, ...]
    met: bool
    told: str
    """All that was printed, where something is wrong."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a run that nothing happens to."""

    judge: Judge
    operations: tuple[Operation, ...]
    route: str


def ground(route: str = IN_PLACE) -> Ground:
    with desk(SCENARIO) as here:
        before = Account.of(here.control("GET", "state"))
        here.control("DELETE", "calls")
        said = _run(here, "json", route)
        assert said.code == 0, said
        calls = here.control("GET", "calls")["calls"]
        fixed = Account.of(here.control("GET", "state"))
    operations = tuple(dict.fromkeys(_counted(Operation.of(call) for call in calls)))
    return Ground(Judge(before, fixed, POOL), operations, route)


def _counted(asked: Iterable[Operation]) -> Iterator[Operation]:
    """Each change by itself, and each of the first reads of a pool; of others the first stands for all."""
    times: Counter[Operation] = Counter()
    for operation in asked:
        number = times[operation]
        times[operation] += 1
        alone = operation.method != "GET" or operation.name.endswith(f"/pools/{POOL}")
        if "TENANT" not in operation.name and number < (_OFTEN if alone else 1):
            yield replace(operation, skip=number)


def _run(here: Desk, form: str, route: str) -> Said:
    return here("run", here.connection["pool_id"], *_RUN, *_BY[route], *_PACE, "--output", form)


def tried(cell: Cell, judge: Judge) -> Verdict:
    with desk(SCENARIO) as here:
        met = threading.Event()
        wrong: list[str] = []
        try:
            wrong = _tried(here, cell, judge, met)
        except Hung:
            wrong.append(f"hung, after {here.said[-1].arguments if here.said else 'nothing'}")
        told = "\n".join(str(said) for said in here.said) if wrong else ""
        return Verdict(cell, tuple(wrong), met.is_set(), told)


def _tried(here: Desk, cell: Cell, judge: Judge, met: threading.Event) -> list[str]:
    for fault in cell.faults():
        here.control("POST", "fault", fault)
    planted = here.control("GET", "state")["faults"]
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(here, cell, planted, met, over))
    watch.start()
    try:
        said = _run(here, cell.form, cell.route)
    finally:
        over.set()
        watch.join()
    if here.control("GET", "state")["faults"] != planted:  # on a busy machine the watch may look too late
        met.set()
    here.control("DELETE", "fault")
    now = Account.of(here.control("GET", "state"))
    listed = here.json("runs", "list")["runs"]
    if not listed:
        same = now == judge.before
        return [] if same and said.code != 1 else ["no run is known, and something was changed"]
    run = listed[0]["id"]
    wrong = [f"at the end: {text}" for text in judge.ended(said, run, now, here.home)]
    if now.away(POOL):
        wrong += [f"next: {text}" for text in judge.next_call(here("runs", "list"), run)]
    if cell.first == "early":
        here.control("POST", "release")
    back, shown, wrong_back = _back(here, cell, judge, run, cell.way)
    wrong += wrong_back
    if cell.first == "late" and here.control("POST", "release")["released"]:
        now = Account.of(here.control("GET", "state"))
        wrong += [f"late: {text}" for text in judge.came(back, shown, now)]
        wrong += _back(here, cell, judge, run, "cleanup")[2]
    return wrong


def _back(here: Desk, cell: Cell, judge: Judge, run: str, way: str) -> tuple[Said, Said, list[str]]:
    """Go the way back: what it said, what is shown of the run then, and what is wrong."""
    consent = _APPLY if cell.route == BESIDE and way == "resume" else ()  # asked anew, if the pool changed
    said = here("runs", way, run, *_WAYS[way], *consent, "--output", "json")
    if cell.route == BESIDE and way == "restore":  # it puts the original back, and says which pools are left
        said = here("runs", "cleanup", run, *_WAYS["cleanup"], "--output", "json")
    shown = here("runs", "show", run, "--output", "json")
    now = Account.of(here.control("GET", "state"))
    told = (
        announced(said) if way == "resume" else set()
    )  # of a run that is over it does nothing, and tells all
    wrong = judge.recovered(said, shown, now, lost=cell.lost, told=told)
    return said, shown, [f"after {way}: {text}" for text in wrong]


def _watch(here: Desk, cell: Cell, planted: Any, met: threading.Event, over: threading.Event) -> None:
    """See the first fault met, and let happen at that moment what is to."""
    while not met.is_set():
        if here.control("GET", "state")["faults"] != planted:
            met.set()
            if "blind" in cell.then:
                here.control("POST", "fault", BLIND)
            if "cancel" in cell.then:
                here.interrupt()
        elif over.wait(_LOOK):
            return


def _judged(work: tuple[Cell, Judge]) -> Verdict:
    return judged(*work)


def judged(cell: Cell, judge: Judge) -> Verdict:
    """Whether a request is made at all hangs on how long others take: what was not met is tried again."""
    verdict = tried(cell, judge)
    for _ in range(2):
        if verdict.met or verdict.wrong:
            break
        verdict = tried(cell, judge)
    return verdict


def table(
    number: int, seed: int, route: str = IN_PLACE, workers: int = 2, only: str = ""
) -> tuple[Ground, list[Verdict]]:
    """The cells side by side in processes; what is wrong is printed as it is found."""
    known = ground(route)
    some = [cell for cell in cells(known.operations, route) if only in str(cell)]
    work = [(cell, known.judge) for cell in chosen(some, number, seed)]
    verdicts = []
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_deaf) as pool:
        try:
            for verdict in pool.map(_judged, work):
                verdicts.append(verdict)
                if verdict.wrong:
                    print(f"WRONG  {verdict.cell}", *verdict.wrong, sep="\n       ", flush=True)
        except KeyboardInterrupt:  # what is known by then is told
            pool.shutdown(cancel_futures=True)
    return known, verdicts


def _deaf() -> None:
    """A Ctrl-C that comes between two commands is nobody's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def report(known: Ground, verdicts: Sequence[Verdict], seed: int, seconds: float) -> str:
    wrong = Counter(verdict.cell.operation for verdict in verdicts if verdict.wrong)
    rows = "\n".join(f"  {number:4}  {operation}" for operation, number in wrong.most_common())
    unmet = sum(not verdict.met for verdict in verdicts)
    return (
        f"{known.route}: {len(verdicts)} of {len(cells(known.operations, known.route))} combinations "
        f"over {len(known.operations)} requests, seed {seed}, {seconds:.0f} s: "
        f"{wrong.total()} wrong, {unmet} never met\n{rows}".rstrip()
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--cells", type=int, default=0, help="how many; all unless said")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--route", choices=ROUTES, default=IN_PLACE)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="cells whose description holds this")
    parser.add_argument("--told", action="store_true", help="print what was said where it is wrong")
    given = parser.parse_args(arguments)
    begun = time.monotonic()
    known, verdicts = table(given.cells, given.seed, given.route, given.workers, given.only)
    if given.told:
        print(*(verdict.told for verdict in verdicts if verdict.wrong), sep="\n\n")
    print(report(known, verdicts, given.seed, time.monotonic() - begun), flush=True)
    return 1 if any(verdict.wrong for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
