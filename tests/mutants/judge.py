"""Says of each mutant of a file whether the tests that are named for the file see it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Self

from tests.mutants.named import ROOT, copied, environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.mutants.mutation import Mutation

SOUND_LIMIT = 300.0
"""Seconds for the tests of a file without any mutant."""
LEAST = 20.0
TIMES = 5
"""A mutant has so many times what the sound program took, and never less than the least."""


class Ended(StrEnum):
    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Verdict:
    ended: Ended
    by: str
    """The test that failed first."""
    seconds: float


class NotSound(Exception):
    """The tests fail without a mutant: they can say nothing of one."""


@dataclass(frozen=True, slots=True)
class _Answer:
    code: int | None
    failed: str
    said: str
    seconds: float


class Judge:
    """A copy of the tree, and a warm process in it."""

    def __init__(self, root: Path = ROOT, least: float = LEAST) -> None:
        self._least = least
        self._first: dict[str, list[str]] = {}
        """By file: its tests that saw a mutant, the last one first."""
        self._folder = TemporaryDirectory(prefix="mutants-")
        self._scratch = Path(self._folder.name)
        self.tree = self._scratch / "tree"
        self.tree.mkdir()
        copied(self.tree, root)
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("warm.py"))],
            cwd=self.tree,
            env=environment(self.tree) | {"PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()
        self._folder.cleanup()

    def judge(self, place: str, mutants: Iterable[Mutation], tests: list[str]) -> Iterator[Verdict]:
        """One verdict each. The tests pass before, and after in the order that came of it: or all is void."""
        file = self.tree / "troubleshooter" / place
        sound = file.read_text(encoding="utf-8")
        first = self._first.setdefault(place, [])
        took = self._sound(tests, first)
        for compiled in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
            compiled.unlink()
        try:
            for mutant in mutants:
                file.write_text(mutant.text, encoding="utf-8")
                answer = self._run(tests, max(self._least, TIMES * took), first)
                if answer.failed:  # what saw one often sees the next
                    first[:] = [answer.failed, *(each for each in first if each != answer.failed)]
                yield _verdict(answer)
        finally:
            file.write_text(sound, encoding="utf-8")
        self._sound(tests, first)

    def _sound(self, tests: list[str], first: list[str]) -> float:
        answer = self._run(tests, SOUND_LIMIT, first, learn=True)
        if answer.code != 0:
            raise NotSound(f"{' '.join(tests)} without a mutant: {answer.code}\n{answer.said[-3000:]}")
        return answer.seconds

    def _run(self, tests: list[str], limit: float, first: list[str], *, learn: bool = False) -> _Answer:
        order = {
            "tests": tests,
            "first": first,
            "limit": limit,
            "scratch": str(self._scratch),
            "learn": learn,
        }
        asked, answers = _pipes(self._process)
        asked.write(json.dumps(order) + "\n")
        asked.flush()
        return _Answer(**json.loads(answers.readline()))


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def _verdict(answer: _Answer) -> Verdict:
    if answer.code is None:
        return Verdict(Ended.TIMED_OUT, "", answer.seconds)
    if answer.code == 0:
        return Verdict(Ended.SURVIVED, "", answer.seconds)
    return Verdict(Ended.KILLED, answer.failed or f"exit code {answer.code}", answer.seconds)
