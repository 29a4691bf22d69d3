"""Whole files that delete or undo, mutated by cosmic-ray: every mutant of its list, none chosen.

    python -m tests.mutants.whole [PLACE...] [--sample] [--count]

A place is a file below `troubleshooter/`; without one it is every file of `tests/floors.py`. What was judged
is kept in `.mutants/` and not judged again while the file's text and its tests stay the same.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from tests.floors import PACKAGE, places
from tests.mutants.mutation import mutations
from tests.mutants.named import ROOT
from tests.mutants.round import WORKERS, Round
from tests.mutants.session import Session
from tests.mutants.survivors import drafted, orphans, reason_of, survivors
from tests.mutants.table import Row, lines, outlived, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.mutants.mutation import Mutation
    from tests.mutants.survivors import Survivor

KEPT = ROOT / ".mutants" / "verdicts.jsonl"
SAMPLE = 60


def listed(place: str) -> list[Mutation]:
    return mutations(place, (PACKAGE / place).read_text(encoding="utf-8"))


def sample(of_files: Iterable[Sequence[Mutation]], size: int = SAMPLE) -> set[Mutation]:
    """The first lot of every file, then the first of all."""
    ranked = []
    for mutants in of_files:
        lots = sorted((mutant for mutant in mutants if mutant.judged), key=lambda mutant: mutant.lot)
        ranked += [(at > 0, mutant.lot, mutant) for at, mutant in enumerate(lots)]
    return {mutant for *_, mutant in sorted(ranked, key=lambda rank: rank[:2])[:size]}


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.whole")
    parser.add_argument("place", nargs="*", help="a file below troubleshooter/, e.g. operations/pools.py")
    parser.add_argument("--sample", action="store_true", help=f"only {SAMPLE}, always the same")
    parser.add_argument("--count", action="store_true", help="only count them")
    given = parser.parse_args(words)
    chosen = [place.removeprefix("troubleshooter/") for place in given.place] or places()
    with ProcessPoolExecutor(WORKERS) as both:
        mutants = dict(zip(chosen, both.map(listed, chosen), strict=True))
    wanted = {place: [each for each in of_file if each.judged] for place, of_file in mutants.items()}
    if given.sample:
        drawn = sample(mutants.values())
        wanted = {place: [each for each in of_file if each in drawn] for place, of_file in wanted.items()}
    judged = Round(Session(KEPT))
    if not given.count:
        judged.judge(wanted)
    rows = [Row(place, mutants[place], judged.found.get(place, {})) for place in chosen]
    bad = [*judged.failed, *orphans((each for row in rows for each in row.mutants), survivors())]
    return told(rows, bad, survivors(), whole=not given.sample)


def told(rows: Sequence[Row], failed: Sequence[str], known: Sequence[Survivor], *, whole: bool) -> int:
    """The table, what is not seen, and whether that may be so."""
    unknown = [mutant for row in rows for mutant in row.survived if not reason_of(mutant, known)]
    bad = list(failed)
    for row in rows:
        bad += wrong(row, known) if whole else ()
        bad += outlived(row.judged, known)
    if unknown and not whole:
        bad.append(f"{len(unknown)} of the sample survive without a reason")
    print("\n".join(lines(rows, known)))
    if unknown:
        print(f"\nNot seen, and without a reason (tests/mutants/survivors.yaml):\n{drafted(unknown)}")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
