"""All mutants that are wanted, judged by two workers, or known from before."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from tests.mutants.judge import LEAST, Ended, Judge, NotSound
from tests.mutants.mutation import Mutation
from tests.mutants.named import ROOT
from tests.mutants.seen_by import seen_by
from tests.mutants.session import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.mutants.judge import Verdict
    from tests.mutants.session import Session

WORKERS = 2
AT_ONCE = 25
"""Mutants between two looks whether the tests pass without any."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some mutants of one file, judged one after another in one copy of the tree."""

    place: str
    tests: list[str]
    seal: str
    """Of the tests as they stand."""
    mutants: Sequence[Mutation]


class Round:
    def __init__(self, session: Session, root: Path = ROOT, least: float = LEAST) -> None:
        self.found: dict[str, dict[Mutation, Verdict]] = {}
        self.failed: list[str] = []
        """Why there are no verdicts on a file, or on some of it."""
        self._session = session
        self._root = root
        self._least = least
        self._parts: SimpleQueue[_Part] = SimpleQueue()

    def judge(self, wanted: Mapping[str, Sequence[Mutation]]) -> None:
        for place, mutants in wanted.items():
            self._divide(place, mutants)
        if not self._parts.empty():
            with ThreadPoolExecutor(WORKERS) as workers:
                for failed in workers.map(lambda _: self._work(), range(WORKERS)):
                    self.failed += failed.values()

    def _divide(self, place: str, mutants: Sequence[Mutation]) -> None:
        """What was judged before is found; the rest waits in parts."""
        tests = seen_by(place, self._root)
        found = self.found.setdefault(place, {})
        if not tests:
            self.failed.append(f"{place}: no test is named for it")
            return
        seal = fingerprint(self._root, tests)
        known = {mutant: verdict for mutant in mutants if (verdict := self._session.known(mutant, seal))}
        found.update(known)
        left = [mutant for mutant in mutants if mutant not in known]
        for at in range(0, len(left), AT_ONCE):
            self._parts.put(_Part(place, tests, seal, left[at : at + AT_ONCE]))

    def _work(self) -> dict[str, str]:
        """One worker, until no part is left; where the tests fail by themselves nothing is kept."""
        failed: dict[str, str] = {}
        with Judge(self._root, self._least) as judge:
            while part := self._next():
                if part.place in failed:
                    continue
                try:
                    verdicts = list(judge.judge(part.place, part.mutants, part.tests))
                except NotSound as error:
                    failed[part.place] = f"{part.place}: {error}"
                else:
                    self._keep(part, verdicts)
        return failed

    def _next(self) -> _Part | None:
        try:
            return self._parts.get_nowait()
        except Empty:
            return None

    def _keep(self, part: _Part, verdicts: list[Verdict]) -> None:
        new = dict(zip(part.mutants, verdicts, strict=True))
        self._session.keep(part.seal, new.items())
        self.found[part.place].update(new)
        seconds = sum(verdict.seconds for verdict in verdicts)
        survived = sum(verdict.ended is Ended.SURVIVED for verdict in verdicts)
        print(f"{part.place}: {len(new)} in {seconds:.0f} s, {survived} survived", flush=True)
