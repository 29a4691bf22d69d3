"""The clean-up step: what it would remove, what it asks before that, and what only that word lets go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doors.actions import stages
from tests.doors.bench import asked
from troubleshooter.actions import GATES
from troubleshooter.actions.clean_up import clean_up
from troubleshooter.engine.driver import AnswerPolicy
from troubleshooter.errors import ExitCode, NotPermitted, Refused
from troubleshooter.model.change import JOB, POOL, ChangeState
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.run import Question


def step(bench: Bench) -> StepOutcome:
    return clean_up(bench.tools, bench.ctx("clean-up"))


def question(bench: Bench) -> Question:
    return asked(lambda: step(bench))


def test_where_nothing_was_made_nothing_is_asked(bench: Bench) -> None:
    outcome = step(bench)

    assert outcome.why == "nothing is left in Azure"
    assert (outcome.attention, outcome.exit_code, outcome.skipped) == (False, ExitCode.DONE, False)
    assert bench.account.changes() == []


def test_without_a_pool_the_rest_is_taken_back_unasked(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool, "disabled")
    bench.account.forget_calls()
    bench.wrote(EventKind.CHANGE_MADE, JOB, job, before="active")
    outcome = step(bench)

    assert outcome.why == "nothing is left in Azure"
    assert bench.account.job(job) == "active"
    assert bench.account.changes() == [(f"POST /jobs/{job}/enable", 202)]


def test_it_asks_before_anything_is_removed(bench: Bench) -> None:
    name = stages.make_beside(bench)
    bench.account.forget_calls()
    written = bench.journal()
    it = question(bench)

    assert it.gate == "clean-up"
    assert it.text == f"Remove {name}?"
    assert it.plan == {"removes": [f"pool {name} and its nodes"]}
    assert it.confirm == name
    remove, keep = it.choices
    assert (remove.value, remove.destructive, remove.own) == ("remove", True, True)
    assert remove.detail == "pools cost money as long as they have nodes"
    assert (keep.value, keep.destructive, keep.own) == ("keep", False, False)
    assert keep.detail == f"it costs money until it is removed with: troubleshooter runs cleanup {bench.id}"
    assert bench.account.pool(name)["state"] == "active"
    assert bench.account.changes() == []
    assert bench.journal() == written


def test_what_is_to_be_removed_is_removed_and_receipted(bench: Bench) -> None:
    name = stages.make_beside(bench)
    bench.answer(question(bench), "remove")
    before = len(bench.journal())
    bench.account.forget_calls()
    outcome = step(bench)

    assert bench.account.pool(name) is None
    assert bench.account.pool(bench.pool)["state"] == "active"
    assert bench.journal()[before:] == [("removing", POOL, name), ("removed", POOL, name)]
    assert bench.account.changes() == [(f"DELETE ARM/pools/{name}", 202)]
    assert outcome.why == "1 of 1 pool and 0 of 0 node users removed; nothing is left"
    assert (outcome.attention, outcome.exit_code) == (False, ExitCode.DONE)


def test_one_that_fails_keeps_no_other_and_is_asked_about_anew(bench: Bench) -> None:
    first, second = stages.make_beside(bench), stages.make_beside(bench, "fix")
    bench.answer(question(bench), "remove")
    bench.account.fault(f"DELETE /pools/{first}$", status=403)
    with pytest.raises(NotPermitted):
        step(bench)
    assert bench.account.pool(first)["state"] == "active"
    assert bench.account.pool(second) is None

    assert question(bench).text == f"Remove {first}?"
    bench.answer(question(bench), "remove")
    assert step(bench).why == "2 of 2 pools and 0 of 0 node users removed; nothing is left"
    assert bench.account.pool(first) is None


@pytest.mark.parametrize("word", ["keep", "removal", "erase", "zap", ""])
def test_only_that_word_removes(bench: Bench, word: str) -> None:
    name = stages.make_beside(bench)
    stages.recorded(bench, question(bench), word)
    bench.account.forget_calls()
    outcome = step(bench)

    assert (outcome.why, outcome.attention, outcome.exit_code) == (f"kept: {name}", True, ExitCode.DONE)
    assert bench.account.pool(name)["state"] == "active"
    assert bench.account.changes() == []
    assert bench.change(POOL, name).open  # type: ignore[union-attr]  # it was made above


def test_a_wrong_name_is_no_consent(bench: Bench) -> None:
    stages.make_beside(bench)
    it = question(bench)
    with pytest.raises(Refused, match="was not confirmed"):
        bench.answer(it, "remove", typed=bench.pool)

    assert question(bench) == it


def test_yes_types_the_name_of_what_the_run_itself_made(bench: Bench) -> None:
    name = stages.make_beside(bench)
    it = question(bench)
    policy = AnswerPolicy(GATES, yes=True)

    assert policy.answer(it) == ("remove", "yes")
    assert policy.typed(it) == name


def test_consent_is_for_the_pools_that_were_named(bench: Bench) -> None:
    stages.make_beside(bench)
    bench.answer(question(bench), "remove")
    other = stages.make_beside(bench, "fix")

    assert other in question(bench).text
    assert bench.account.pool(other)["state"] == "active"


def test_an_original_in_work_comes_first_and_is_not_the_runs_own(bench: Bench) -> None:
    names = [stages.make_beside(bench), stages.make_beside(bench, "fix")]
    stages.take_for_replaced(bench)
    it = question(bench)

    assert it.text == f"Remove {bench.pool}, {names[0]}, {names[1]}?"
    assert it.plan["removes"] == [
        f"pool {bench.pool} as this run made it; the original definition is put back",
        f"pool {names[0]} and its nodes",
        f"pool {names[1]} and its nodes",
    ]
    assert it.confirm == bench.pool
    assert it.choices[0].destructive
    assert not it.choices[0].own


def test_an_original_in_work_is_put_back(bench: Bench) -> None:
    before = bench.account.definition(bench.pool)["properties"]
    bench.save()
    stages.replace_original(bench)
    bench.answer(question(bench), "remove")
    outcome = step(bench)

    after = bench.account.definition(bench.pool)["properties"]
    assert after["metadata"] == before["metadata"]
    assert after["deploymentConfiguration"] == before["deploymentConfiguration"]
    assert outcome.why == "0 of 0 pools and 0 of 0 node users removed; nothing is left"


def test_a_rehearsal_costs_nothing(bench: Bench) -> None:
    rehearsal = bench.begin(rehearsal="troubleshooter demo")
    stages.make_beside(rehearsal)

    assert question(rehearsal).choices[1].detail == "it ends with the demo"
    rehearsal.close()


def test_what_may_still_come_is_no_clean_end(bench: Bench) -> None:
    name = stages.beside_name(bench, "dbg")
    stages.lose_sight_of(bench, name)
    it = question(bench)
    assert it.plan["removes"] == [f"pool {name} and its nodes, if it was made after all: no answer told"]

    bench.answer(it, "remove")
    outcome = step(bench)
    assert (outcome.attention, outcome.exit_code) == (True, ExitCode.INCOMPLETE)
    assert outcome.why == (
        "0 of 1 pool and 0 of 0 node users removed; not known whether made, look again later: " + name
    )
    change = bench.change(POOL, name)
    assert change is not None
    assert change.state is ChangeState.UNKNOWN


def test_without_a_pool_what_may_still_come_is_told_too(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool)
    bench.wrote(EventKind.CHANGE_INTENDED, JOB, job, before="active")
    outcome = step(bench)

    assert (outcome.attention, outcome.exit_code) == (True, ExitCode.INCOMPLETE)
    assert outcome.why.endswith(f"not known whether made, look again later: {job}")
