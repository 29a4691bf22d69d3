"""Killed, survived, timed out: said of a made-up program whose mutants are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.mutants.conftest import PLACE, SOUND
from tests.mutants.judge import Ended, Judge, NotSound

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mutants.judge import Verdict
    from tests.mutants.mutation import Mutation

TESTS = ["tests/doors/test_doors_gate.py"]
HUNG = """
import subprocess
import time

started = subprocess.Popen(["sleep", "600"])
open("started", "w").write(str(started.pid))
time.sleep(600)
"""


TASKS = """

def test_it_runs_in_a_task():
    import asyncio

    async def act():
        assert asyncio.current_task() is not None

    asyncio.run(act())
"""


def runs(process: int) -> bool:
    """An ended one may stay listed where nobody asks for how it ended."""
    told = Path(f"/proc/{process}/stat")
    return told.exists() and told.read_text().rpartition(")")[2].split()[0] != "Z"


def verdicts(program: Path, *mutants: Mutation, least: float = 20) -> list[Verdict]:
    with Judge(program, least) as judge:
        return list(judge.judge(PLACE, mutants, TESTS))


def test_a_mutant_that_a_test_sees_is_killed_by_it(program: Path, mutant: Callable[..., Mutation]) -> None:
    seen = mutant(SOUND.replace("3\n", "4\n"))
    broken = mutant("raise OSError\n")
    unseen = mutant(SOUND.replace(">= 3", "> 2"))
    found = verdicts(program, seen, broken, unseen)

    assert [each.ended for each in found] == [Ended.KILLED, Ended.KILLED, Ended.SURVIVED]
    assert found[0].by == f"{TESTS[0]}::test_three_knocks_open_it"
    assert found[1].by == TESTS[0]


def test_mutants_of_equal_length_at_the_same_moment_are_told_apart(
    program: Path, mutant: Callable[..., Mutation]
) -> None:
    texts = [SOUND.replace("knocks >= 3", text) for text in ("knocks >= 9", "2 <  knocks")]
    found = verdicts(program, *[mutant(text) for text in texts * 2])

    assert [each.ended for each in found] == [Ended.KILLED, Ended.SURVIVED] * 2


def test_what_saw_the_last_one_is_run_first(program: Path, mutant: Callable[..., Mutation]) -> None:
    always, seen_by_both = (mutant(SOUND.replace(">= 3", text)) for text in (">= 0", "== 2"))
    found = verdicts(program, seen_by_both, always, seen_by_both)

    assert [each.by.partition("::test_")[2] for each in found] == [
        "three_knocks_open_it",
        "two_do_not",
        "two_do_not",
    ]


def test_what_is_imported_once_for_all_is_what_each_would_import(
    program: Path, mutant: Callable[..., Mutation]
) -> None:
    """The warm process imports asyncio where the sound tests did; in another order it knows no task."""
    tests = program / TESTS[0]
    tests.write_text(tests.read_text() + TASKS)
    (found,) = verdicts(program, mutant(SOUND.replace(">= 3", "> 2")))

    assert found.ended is Ended.SURVIVED


@pytest.mark.slow(every_change=True)
def test_a_mutant_without_end_is_timed_out_and_what_it_started_ended(
    program: Path, mutant: Callable[..., Mutation]
) -> None:
    with Judge(program, 1) as judge:
        (found,) = judge.judge(PLACE, [mutant(HUNG)], TESTS)
        started = int((judge.tree / "started").read_text())

    assert found.ended is Ended.TIMED_OUT
    assert not runs(started)


def test_one_that_wants_all_memory_does_not_get_it(program: Path, mutant: Callable[..., Mutation]) -> None:
    (found,) = verdicts(program, mutant(f"{SOUND}\nbytearray(8 << 30)\n"))

    assert found.ended is Ended.KILLED


def test_tests_that_fail_by_themselves_judge_nothing(program: Path, mutant: Callable[..., Mutation]) -> None:
    (program / TESTS[0]).write_text("def test_it():\n    assert False\n")

    with pytest.raises(NotSound, match="test_it"):
        verdicts(program, mutant(SOUND))


def test_tests_that_fail_afterwards_have_judged_nothing(
    program: Path, mutant: Callable[..., Mutation]
) -> None:
    with (program / TESTS[0]).open("a") as file:
        file.write(
            '\n\ndef test_nothing_is_spoilt():\n    import os\n    assert not os.path.exists("spoilt")\n'
        )

    with pytest.raises(NotSound, match="spoilt"):
        verdicts(program, mutant(f'{SOUND}\nopen("spoilt", "w").close()\n'))


def test_the_checkout_stays_as_it_is(program: Path, mutant: Callable[..., Mutation]) -> None:
    verdicts(program, mutant("raise OSError\n"))

    assert (program / "troubleshooter" / PLACE).read_text() == SOUND
    assert not list(program.rglob("*.pyc"))
