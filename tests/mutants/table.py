"""The table of mutants per file, and what of it may not stay."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.mutants.judge import Ended
from tests.mutants.survivors import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.mutants.judge import Verdict
    from tests.mutants.mutation import Mutation
    from tests.mutants.survivors import Survivor

MOST = 5
"""Per cent of a file's judged mutants that may survive."""
HEADS = (  # unread: never evaluated; % of those that were judged
    "mutants",
    "unread",
    "no Python",
    "killed",
    "timed out",
    "survived",
    "reason",
    "confirmed",
    "%",
)


class Row:
    """One file: all of its mutants, and the verdicts on those that were judged."""

    def __init__(self, place: str, mutants: Sequence[Mutation], judged: Mapping[Mutation, Verdict]) -> None:
        self.place = place
        self.judged = judged
        self.ends = Counter(verdict.ended for verdict in judged.values())
        self.mutants = mutants

    @property
    def survived(self) -> list[Mutation]:
        return [mutant for mutant, verdict in self.judged.items() if verdict.ended is Ended.SURVIVED]

    @property
    def share(self) -> float:
        return 100 * len(self.survived) / max(1, len(self.judged))


def lines(rows: Sequence[Row], known: Sequence[Survivor]) -> Iterator[str]:
    yield f"{'file':26}" + "".join(f"{head:>10}" for head in HEADS)
    figures = []
    for row in rows:
        figures.append(_figures(row, known))
        yield _line(row.place, figures[-1], f"{row.share:.1f}")
    if len(rows) > 1:
        total = [sum(column) for column in zip(*figures, strict=True)]
        judged = sum(len(row.judged) for row in rows)
        yield _line("all", total, f"{100 * total[5] / max(1, judged):.1f}")


def _figures(row: Row, known: Sequence[Survivor]) -> list[int]:
    reasons = [found for mutant in row.survived if (found := reason_of(mutant, known))]
    ends = [row.ends[ended] for ended in (Ended.KILLED, Ended.TIMED_OUT, Ended.SURVIVED)]
    confirmed = sum(reason.confirmed for reason in reasons)
    counted_apart = [sum(each.unread for each in row.mutants), sum(not each.python for each in row.mutants)]
    return [len(row.mutants), *counted_apart, *ends, len(reasons), confirmed]


def _line(name: str, figures: Sequence[int], share: str) -> str:
    return f"{name:26}" + "".join(f"{figure:10}" for figure in figures) + f"{share:>10}"


def wrong(row: Row, known: Sequence[Survivor]) -> Iterator[str]:
    """What may not stay of a file that was judged as a whole."""
    if row.share > MOST:
        yield f"{row.place}: {row.share:.1f} % survive, {MOST} % may"
    found = [reason_of(mutant, known) for mutant in row.survived]
    if none := found.count(None):
        yield f"{row.place}: {none} survive without a reason"
    if unread := sum(reason is not None and not reason.confirmed for reason in found):
        yield f"{row.place}: {unread} survive for a reason that no second reader confirmed"


def outlived(judged: Mapping[Mutation, Verdict], known: Sequence[Survivor]) -> Iterator[str]:
    """Reasons for what is seen by now."""
    for mutant, verdict in judged.items():
        if verdict.ended is not Ended.SURVIVED and reason_of(mutant, known):
            told = f"{mutant.was} -> {mutant.becomes}"
            yield f"{mutant.place}: {verdict.ended} by now, its reason can go: {told}"
