"""Whole files that delete or undo, mutated by cosmic-ray: every mutant of its list, none chosen.

    python -m tests.mutants.whole [PLACE...] [--sample] [--count]

A place is a file below `troubleshooter/`; without one it is every file of `tests/floors.py`. What was judged
is kept in `.mutants/` and not judged again while the file's text and its tests stay the same.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from tests.floors import PACKAGE, places
from tests.mutants.judge import Ended, Judge, NotSound
from tests.mutants.mutation import Mutation, mutations
from tests.mutants.named import ROOT
from tests.mutants.seen_by import seen_by
from tests.mutants.session import Session, fingerprint
from tests.mutants.survivors import drafted, reason_of, survivors
from tests.mutants.table import Row, lines, outlived, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.mutants.table import Judged

KEPT = ROOT / ".mutants" / "verdicts.jsonl"
WORKERS = 2
AT_ONCE = 25
"""Mutants between two looks whether the tests pass without any."""
SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Part:
    """Some mutants of one file, judged one after another in one copy of the tree."""

    place: str
    tests: list[str]
    print_of_tests: str
    mutants: list[Mutation]


def sample(listed: Iterable[Sequence[Mutation]], size: int = SAMPLE) -> set[Mutation]:
    """The first lot of every file, then the first of all."""
    ranked = []
    for of_file in listed:
        judged = sorted((mutant for mutant in of_file if mutant.judged), key=lambda mutant: mutant.lot)
        ranked += [(at > 0, mutant.lot, mutant) for at, mutant in enumerate(judged)]
    return {mutant for *_, mutant in sorted(ranked, key=lambda rank: rank[:2])[:size]}


def judged(wanted: dict[str, list[Mutation]], session: Session) -> tuple[dict[str, Judged], list[str]]:
    """Every verdict by file, and why there is none: from before where there is one, or by two workers."""
    found: dict[str, Judged] = {place: {} for place in wanted}
    parts: SimpleQueue[Part] = SimpleQueue()
    wrong: list[str] = []
    for place, mutants in wanted.items():
        tests = seen_by(place)
        if not tests:
            wrong.append(f"{place}: no test is named for it")
            continue
        seal = fingerprint(ROOT, tests)
        known = {mutant: verdict for mutant in mutants if (verdict := session.known(mutant, seal))}
        found[place].update(known)
        left = [mutant for mutant in mutants if mutant not in known]
        for at in range(0, len(left), AT_ONCE):
            parts.put(Part(place, tests, seal, left[at : at + AT_ONCE]))
    if not parts.empty():
        with ThreadPoolExecutor(WORKERS) as workers:
            for failed in workers.map(lambda _: _work(parts, session, found), range(WORKERS)):
                wrong += failed.values()
    return found, wrong


def _work(parts: SimpleQueue[Part], session: Session, found: dict[str, Judged]) -> dict[str, str]:
    """One worker, until no part is left. Of a part whose tests fail by themselves nothing is kept."""
    failed: dict[str, str] = {}
    with Judge() as judge:
        while True:
            try:
                part = parts.get_nowait()
            except Empty:
                return failed
            if part.place in failed:
                continue
            try:
                verdicts = list(judge.judge(part.place, part.mutants, part.tests))
            except NotSound as error:
                failed[part.place] = f"{part.place}: {error}"
                continue
            new = dict(zip(part.mutants, verdicts, strict=True))
            session.keep(part.print_of_tests, new.items())
            found[part.place].update(new)
            seconds = sum(verdict.seconds for verdict in verdicts)
            survived = sum(verdict.ended is Ended.SURVIVED for verdict in verdicts)
            print(f"{part.place}: {len(new)} in {seconds:.0f} s, {survived} survived", flush=True)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.whole", description=__doc__)
    parser.add_argument("place", nargs="*", help="a file below troubleshooter/, e.g. operations/pools.py")
    parser.add_argument("--sample", action="store_true", help=f"only the {SAMPLE} that are always the same")
    parser.add_argument("--count", action="store_true", help="only count them")
    given = parser.parse_args(words)
    chosen = [place.removeprefix("troubleshooter/") for place in given.place] or places()
    listed = {place: mutations(place, (PACKAGE / place).read_text(encoding="utf-8")) for place in chosen}
    drawn = sample(listed.values()) if given.sample else None
    wanted = {
        place: [each for each in mutants if each.judged and (drawn is None or each in drawn)]
        for place, mutants in listed.items()
    }
    found, failed = ({}, []) if given.count else judged(wanted, Session(KEPT))
    return told(
        [Row(place, listed[place], found.get(place, {})) for place in chosen], failed, whole=not drawn
    )


def told(rows: Sequence[Row], failed: Sequence[str], *, whole: bool) -> int:
    """The table, what is not seen, and whether that may be so."""
    known = survivors()
    unknown = [mutant for row in rows for mutant in row.survived if not reason_of(mutant, known)]
    bad = list(failed)
    for row in rows:
        bad += wrong(row, known) if whole else ()
        bad += outlived(row.judged, known)
    if not whole and unknown:
        bad.append(f"{len(unknown)} of the sample survive without a reason")
    print("\n".join(lines(rows, known)))
    if unknown:
        print(f"\nNot seen, and without a reason (tests/mutants/survivors.yaml):\n{drafted(unknown)}")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
