"""The whole of it: what is judged or known from before, the sample, the table, and what may not stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.floors import PACKAGE, places
from tests.mutants.conftest import PLACE, SOUND
from tests.mutants.judge import Ended, Verdict
from tests.mutants.mutation import mutations
from tests.mutants.round import Round
from tests.mutants.seen_by import ALSO, ROOT, seen_by
from tests.mutants.session import Session
from tests.mutants.survivors import Survivor, drafted, orphans, survivors
from tests.mutants.table import Row, lines
from tests.mutants.whole import sample, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.mutants.mutation import Mutation

SEEN, UNSEEN = Verdict(Ended.KILLED, "a test", 0.1), Verdict(Ended.SURVIVED, "", 0.2)


def judged(program: Path, kept: Path) -> Round:
    done = Round(Session(kept), program)
    done.judge({PLACE: mutations(PLACE, (program / "troubleshooter" / PLACE).read_text())})
    return done


def test_what_was_judged_is_known_the_next_time(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept" / "verdicts.jsonl"
    first = judged(program, kept)
    assert PLACE in capsys.readouterr().out
    again = judged(program, kept)

    assert capsys.readouterr().out == ""
    assert again.found == first.found
    assert first.failed == again.failed == []
    ends = {mutant.becomes: verdict.ended for mutant, verdict in first.found[PLACE].items()}
    assert ends["return knocks != 3"] is Ended.KILLED
    assert ends["return knocks == 3"] is Ended.SURVIVED


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("changed", [f"troubleshooter/{PLACE}", "tests/doors/test_doors_gate.py"])
def test_another_text_or_other_tests_are_judged_anew(
    program: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: str
) -> None:
    kept = tmp_path / "verdicts.jsonl"
    judged(program, kept)
    with (program / changed).open("a") as file:
        file.write("\n\n# and more\n")
    capsys.readouterr()
    judged(program, kept)

    assert PLACE in capsys.readouterr().out


def test_tests_that_fail_by_themselves_are_told_and_nothing_is_kept(program: Path, tmp_path: Path) -> None:
    (program / "tests" / "doors" / "test_doors_gate.py").write_text("def test_it():\n    assert 0\n")
    done = judged(program, tmp_path / "verdicts.jsonl")

    assert done.found == {PLACE: {}}
    assert all("test_it" in line for line in done.failed)
    assert done.failed
    assert not (tmp_path / "verdicts.jsonl").exists()


def test_a_file_without_tests_is_told(program: Path, tmp_path: Path) -> None:
    (program / "tests" / "doors" / "test_doors_gate.py").unlink()

    assert judged(program, tmp_path / "kept").failed == [f"{PLACE}: no test is named for it"]


def test_tests_are_found_by_name(tmp_path: Path) -> None:
    for test in ("doors/test_cli_gate.py", "doors/cli/test_gate_late.py", "unit/cli/test_gate.py"):
        (tmp_path / "tests" / test).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / test).touch()

    assert len(seen_by("cli/gate.py", tmp_path)) == 3
    assert seen_by("cloud/gate.py", tmp_path) == []


def test_the_table_of_other_tests_is_of_files_that_are_there() -> None:
    assert set(ALSO) <= set(places())
    named = [test.partition("::")[0] for tests in ALSO.values() for test in tests]
    assert [test for test in named if not (ROOT / test).is_file()] == []


def test_the_sample_is_of_every_file_and_stays_the_same() -> None:
    files = {place: f"{SOUND}    return {place} < 1 or {place} > 2\n" for place in "abc"}
    listed = [mutations(place, text) for place, text in files.items()]
    drawn = sample(listed, 10)
    moved = [mutations(place, f"\n\n{text}") for place, text in files.items()]

    assert len(drawn) == 10
    assert {each.place for each in drawn} == {"a", "b", "c"}
    assert {each.lot for each in sample(moved, 10)} == {each.lot for each in drawn}
    assert sample(listed, 3) < drawn


def reasoned(mutant: Mutation, **told: bool) -> Survivor:
    return Survivor(mutant.place, mutant.was, (mutant.becomes,), "it is the same", mutant.within, **told)


def test_a_survivor_wants_a_reason_that_somebody_confirmed(
    mutant: Callable[..., Mutation], capsys: pytest.CaptureFixture[str]
) -> None:
    mutants = [mutant(str(number)) for number in range(20)]
    row = Row(PLACE, mutants, {each: UNSEEN if each.becomes == "7" else SEEN for each in mutants})

    assert told([row], [], [], whole=True) == 1
    assert "1 survive without a reason" in capsys.readouterr().out
    assert told([row], [], [reasoned(mutants[7])], whole=True) == 1
    assert "no second reader" in capsys.readouterr().out
    assert told([row], [], [reasoned(mutants[7], confirmed=True)], whole=True) == 0
    assert told([row], [], [reasoned(mutants[7])], whole=False) == 0
    assert told([row], [], [], whole=False) == 1


def test_more_than_five_in_a_hundred_are_too_many(
    mutant: Callable[..., Mutation], capsys: pytest.CaptureFixture[str]
) -> None:
    mutants = [mutant(str(number)) for number in range(19)]
    row = Row(PLACE, mutants, {each: UNSEEN if each.becomes == "7" else SEEN for each in mutants})

    assert told([row], [], [reasoned(mutants[7], confirmed=True)], whole=True) == 1
    assert "5.3 % survive" in capsys.readouterr().out


def test_a_reason_for_what_is_seen_or_is_no_mutant_is_told(
    mutant: Callable[..., Mutation], capsys: pytest.CaptureFixture[str]
) -> None:
    seen, gone, elsewhere = mutant("1"), mutant("2"), mutant("3", place="another")
    known = [reasoned(each, confirmed=True) for each in (seen, gone, elsewhere)]

    assert told([Row(PLACE, [seen], {seen: SEEN})], [], known, whole=True) == 1
    assert "killed by now" in capsys.readouterr().out
    assert list(orphans([seen], known)) == [
        f"{PLACE}: a reason for what is no mutant: return knocks >= 3 -> 2"
    ]


def test_the_table_counts_everything(mutant: Callable[..., Mutation]) -> None:
    mutants = [mutant("1"), mutant("2"), mutant("3"), mutant("4", unread=True), mutant("5", python=False)]
    ends = (SEEN, UNSEEN, Verdict(Ended.TIMED_OUT, "", 20))
    row = Row(PLACE, mutants, dict(zip(mutants, ends, strict=False)))
    of_file, all_ = list(lines([row, Row("b.py", [], {})], [reasoned(mutants[1])]))[1::2]

    assert of_file.split() == [PLACE, "5", "1", "1", "1", "1", "1", "1", "0", "33.3"]
    assert all_.split() == ["all", "5", "1", "1", "1", "1", "1", "1", "0", "33.3"]


def test_what_is_drafted_can_be_read_once_it_has_a_reason(
    mutant: Callable[..., Mutation], tmp_path: Path
) -> None:
    mutants = [mutant("a: 'b'"), mutant("# c"), mutant("d", nth=2)]
    file = tmp_path / "survivors.yaml"
    file.write_text(drafted(mutants))
    read = survivors(file)

    assert [[each.is_(mutant) for mutant in mutants] for each in read] == [
        [True, True, False],
        [False, False, True],
    ]


def test_every_survivor_is_of_a_file_that_deletes_or_undoes_and_has_a_reason() -> None:
    known = survivors()

    assert {each.place for each in known} <= set(places())
    assert [each for each in known if not each.reason.strip() or not each.becomes] == []
    assert all((PACKAGE / each.place).is_file() for each in known)
