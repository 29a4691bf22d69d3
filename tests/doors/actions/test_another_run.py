"""A pool with another run's mark: asked about, and taken for the original on that one word alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from tests.doors.bench import asked
from troubleshooter.actions import GATES
from troubleshooter.actions.another_run import refuse
from troubleshooter.engine.driver import AnswerPolicy
from troubleshooter.errors import Refused
from troubleshooter.pooldef import bodies, pool_body

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.run import Question

LOWEST, HIGHEST = "00000000", "ffffffff"
"""Ids of runs, before and after that of every other by their letters."""
HERE = "what that run changed is the difference to what it saved"
ELSEWHERE = "what else that run changed is not known here: its journal is not in this data directory"
SIZE = "as it stands: it has a fixed size of 1 node"
BACK = f"To have it put back instead: troubleshooter runs cleanup {LOWEST}"
BACK_THERE = f"To have it put back instead, by whoever has that run: troubleshooter runs cleanup {LOWEST}"


def look(bench: Bench) -> None:
    refuse(bench.tools, bench.ctx("survey"), bench.account.definition(bench.pool))


def question(bench: Bench) -> Question:
    return asked(lambda: look(bench))


def marked(bench: Bench, run: str = LOWEST, **said: str) -> Question:
    bench.account.mark(bench.pool, run, **said)
    return question(bench)


def saved(bench: Bench) -> Any:
    """That run's journal is in this data directory, with the pool as it was before."""
    body = bench.account.definition(bench.pool)
    body["properties"]["taskSlotsPerNode"] = 3
    folder = bench.workbench.folder(LOWEST)
    folder.mkdir(parents=True)
    (folder / bench.tools.saved_path.name).write_text(json.dumps(body))
    return body


def untouched(bench: Bench) -> bool:
    return (bench.account.changes(), bench.journal(), bench.notes()) == ([], [], [])


# Nobody else's


def test_a_pool_without_a_mark_is_not_asked_about(bench: Bench) -> None:
    look(bench)

    assert untouched(bench)


def test_neither_is_one_with_the_runs_own(bench: Bench) -> None:
    bench.account.mark(bench.pool, bench.id)
    look(bench)

    assert untouched(bench)


# What is asked


@pytest.mark.parametrize("run", [LOWEST, HIGHEST])
def test_every_other_runs_is_asked_about(bench: Bench, run: str) -> None:
    it = marked(bench, run)
    told = f"{bench.pool} is a pool of run {run}, by the mark that it carries."

    assert (it.gate, it.about) == ("marked", "")
    assert it.text == f"{told} Take it for the original, as it stands?"
    assert (it.plan["pool"], it.plan["run"]) == (bench.pool, run)
    assert it.confirm == bench.pool
    assert untouched(bench)


def test_only_to_adopt_it_is_destructive(bench: Bench) -> None:
    stop, adopt = marked(bench).choices

    assert (stop.value, stop.label, stop.detail) == ("stop", "stop here", "nothing is changed")
    assert (adopt.value, adopt.label) == ("adopt", f"take {bench.pool} as it stands")
    assert adopt.detail == "without that run's mark: it will not know it again"
    assert (stop.destructive, adopt.destructive) == (False, True)
    assert (stop.own, adopt.own) == (False, False), "it is another's"


def test_what_that_run_changed_is_not_known_without_its_journal(bench: Bench) -> None:
    it = marked(bench)

    assert set(it.plan) == {"pool", "run", "notes"}
    assert it.plan["notes"] == [SIZE, ELSEWHERE, BACK_THERE]


def test_what_that_run_changed_is_shown_where_it_saved_the_pool(bench: Bench) -> None:
    before = saved(bench)
    it = marked(bench)

    assert it.plan["notes"] == [SIZE, HERE, BACK]
    assert it.plan["called"] == ("as that run saved it", "as it stands")
    after = bench.account.definition(bench.pool)
    assert it.plan["before"] == bodies.sorted_copy(pool_body.creatable(before))
    assert it.plan["after"] == bodies.sorted_copy(pool_body.creatable(after))
    assert it.plan["before"] != it.plan["after"]


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("a", "job a"),
        ("schedule/c", "job schedule c"),
        ("schedule/c a b", "job a, job b, job schedule c"),
        ("a +1", "job a and 1 more"),
        ("schedule/c a +12", "job a, job schedule c and 12 more"),
    ],
)
def test_what_waits_for_that_run_is_told(bench: Bench, listed: str, told: str) -> None:
    it = marked(bench, jobs=listed)

    assert it.plan["notes"] == [
        SIZE,
        f"disabled by that run, and left so: {told}",
        ELSEWHERE,
        BACK_THERE,
    ]


# What is answered


def test_adopted_it_is_taken_as_it_stands(bench: Bench) -> None:
    bench.answer(marked(bench), "adopt")
    look(bench)

    assert bench.notes() == [f"{bench.pool} is taken as it stands, without the mark of run {LOWEST}"]
    assert (bench.account.changes(), bench.journal()) == ([], [])


@pytest.mark.parametrize("word", ["", "ADOPT", "adop", "adopted", "stop", "z"])
def test_no_other_word_is_consent(bench: Bench, word: str) -> None:
    stages.recorded(bench, marked(bench), word)
    with pytest.raises(Refused):
        look(bench)

    assert untouched(bench)


@pytest.mark.parametrize("here", [True, False])
def test_what_is_refused_names_the_run_and_how_to_go_on(bench: Bench, *, here: bool) -> None:
    if here:
        saved(bench)
    bench.answer(marked(bench, kind="debug", stage="look"), "stop")
    with pytest.raises(Refused) as refused:
        look(bench)

    told = refused.value
    assert (told.what, told.why, told.do) == (
        f"{bench.pool} is a debug pool of run {LOWEST} (stage: look).",
        "It is not the original as it was, so nothing is repaired in it.",
        BACK if here else BACK_THERE,
    )


@pytest.mark.parametrize("typed", ["", "another", LOWEST])
def test_a_wrong_name_is_no_consent(bench: Bench, typed: str) -> None:
    it = marked(bench)
    with pytest.raises(Refused, match="was not confirmed"):
        bench.answer(it, "adopt", typed=typed)

    assert question(bench) == it
    assert untouched(bench)


def test_yes_answers_nothing_and_types_nothing(bench: Bench) -> None:
    it = marked(bench)
    policy = AnswerPolicy(GATES, yes=True)

    assert policy.answer(it) is None
    assert policy.typed(it) == ""


def test_consent_is_for_the_pool_as_it_was_shown(bench: Bench) -> None:
    bench.answer(marked(bench), "adopt")
    it = marked(bench, HIGHEST)

    assert AnswerPolicy(GATES).void(bench.run.state, it, "adopt")
    assert untouched(bench)
