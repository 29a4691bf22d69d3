"""The proven fix and the original: printed unless its name is typed last, for the pool as it is by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from tests.doors.bench import asked
from troubleshooter.actions import GATES
from troubleshooter.actions.apply import apply
from troubleshooter.engine.driver import AnswerPolicy
from troubleshooter.errors import Refused
from troubleshooter.model.change import JOB, ORIGINAL
from troubleshooter.model.handover import Printed, Proved
from troubleshooter.model.run import NOT_THAT_FAR
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef import bodies, pool_body, stamps

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.run import Question

HERE = {"apply": "pool", "jobs": "requeue"}
WHICH_WAY = "which way"
OTHERS = [{"name": "team", "value": "another"}]


def step(bench: Bench) -> StepOutcome:
    return apply(bench.tools, bench.ctx("apply"))


def through(bench: Bench) -> StepOutcome:
    return stages.through(bench, lambda: step(bench), HERE)


def last_question(bench: Bench) -> Question:
    return stages.until(bench, "apply", lambda: step(bench), HERE)


def proven(bench: Bench, *patch: dict[str, Any]) -> Any:
    """Beside the original, with this change; the original as the survey saved it."""
    definition = bench.save()
    stages.planned(bench)
    stages.chosen(bench, *(patch or (stages.CURE,)))
    bench.ctx("verify-all").verified(verified=True, because="")
    bench.account.forget_calls()
    return definition


def values(question: Question) -> list[str]:
    return [each.value for each in question.choices]


def untouched(bench: Bench) -> bool:
    return bench.account.changes() == [] and bench.journal() == []


# Nothing to apply


@pytest.mark.parametrize(
    ("verified", "why"), [(True, "the pool itself has the fix"), (False, "one node is stuck")]
)
def test_in_place_the_pool_has_it_already(bench: Bench, verified: bool, why: str) -> None:
    bench.save()
    stages.planned(bench, route="in-place")
    stages.chosen(bench, stages.CURE)
    bench.ctx("verify-all").verified(verified=verified, because="" if verified else why)
    outcome = step(bench)

    assert (outcome.why, outcome.skipped) == (why, True)


def test_without_a_fix_there_is_nothing_to_apply(bench: Bench) -> None:
    bench.save()
    stages.planned(bench)
    outcome = step(bench)

    assert (outcome.why, outcome.skipped, outcome.output) == (NOT_THAT_FAR, True, None)


def test_a_fix_outside_the_pool_changes_no_definition(bench: Bench) -> None:
    bench.save()
    stages.planned(bench)
    stages.chosen(bench)
    outcome = step(bench)

    assert (outcome.why, outcome.skipped) == ("the pool's definition needs no change", True)


# Printed


def test_without_a_proof_it_is_only_printed(bench: Bench) -> None:
    proven(bench)
    bench.ctx("verify-all").verified(verified=False, because="")
    it = asked(lambda: step(bench))
    assert values(it) == ["print"]
    assert it.plan["proven"] is False
    assert it.about == ""

    bench.answer(it, "print")
    outcome = step(bench)
    assert isinstance(outcome.output, Printed)
    assert outcome.output.patch == (stages.CURE,)
    assert outcome.output.change["patch"] == [stages.CURE]
    assert outcome.output.properties == pool_body.fixable(
        pool_body.patched(bench.tools.definition(), [stages.CURE])
    )
    assert outcome.why.startswith("extensions of an existing pool cannot be changed")
    assert not outcome.skipped
    assert untouched(bench)


def test_the_change_is_shown(bench: Bench) -> None:
    definition = proven(bench)
    it = asked(lambda: step(bench))

    assert (it.gate, it.about) == ("apply", WHICH_WAY)
    assert it.text == "How is the fix applied to the original?"
    assert values(it) == ["print", "pool"]
    assert not [each for each in it.choices if each.destructive]
    assert it.confirm == ""
    assert it.plan["pool"] == bench.target.resource_id
    assert it.plan["proven"] is True
    assert it.plan["patch"] == it.plan["change"]["patch"] == [stages.CURE]
    assert it.plan["before"] == pool_body.fixable(definition)
    assert it.plan["after"] == pool_body.fixable(pool_body.patched(definition, [stages.CURE]))
    assert it.plan["of"] == stamps.bound(definition)
    assert it.plan["removes"] == [f"pool {bench.pool}, its 1 node and the files on them"]


@pytest.mark.parametrize("word", ["print", "pools", "a copy", "pinned", ""])
def test_at_first_only_that_word_leads_on(bench: Bench, word: str) -> None:
    proven(bench)
    stages.recorded(bench, asked(lambda: step(bench)), word)

    assert isinstance(step(bench).output, Printed)
    assert untouched(bench)


@pytest.mark.parametrize("word", ["print", "pools", "a copy", "pinned", ""])
def test_at_last_only_that_word_deletes(bench: Bench, word: str) -> None:
    proven(bench)
    stages.recorded(bench, last_question(bench), word)

    assert isinstance(step(bench).output, Printed)
    assert untouched(bench)


def test_at_the_jobs_it_can_be_stopped(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool)
    proven(bench)
    it = stages.until(bench, "jobs", lambda: step(bench), HERE)
    assert it.choices[-1].value == "stop"
    assert it.choices[-1].detail == "the original is left alone, with its jobs"

    bench.answer(it, "stop")
    assert isinstance(step(bench).output, Printed)
    assert untouched(bench)
    assert bench.account.job(job) == "active"


def test_an_answer_about_the_jobs_of_another_plan_does_not_hold(bench: Bench) -> None:
    bench.account.make_job(bench.pool)
    proven(bench)
    bench.answer(stages.until(bench, "jobs", lambda: step(bench), HERE), "terminate")
    bench.account.make_job(bench.pool)

    assert asked(lambda: step(bench)).gate == "jobs"


def gone(bench: Bench) -> None:
    bench.account.delete(bench.pool)


def another_extension(bench: Bench) -> None:
    body = bench.account.definition(bench.pool)
    bench.account.delete(bench.pool)
    machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
    machine["extensions"][0]["typeHandlerVersion"] = "3.1"
    bench.account.put(bench.pool, pool_body.creatable(body))


def another_runs(bench: Bench) -> None:
    bench.account.mark(bench.pool, "00000000", kind="original")


@pytest.mark.parametrize("become", [gone, another_extension, another_runs])
def test_of_an_original_that_is_not_the_proven_one_it_is_only_printed(bench: Bench, become: Any) -> None:
    definition = proven(bench)
    become(bench)
    bench.account.forget_calls()
    it = asked(lambda: step(bench))

    assert values(it) == ["print"]
    assert it.plan["before"] == pool_body.fixable(definition), "as it was proven"


def test_a_mark_that_it_was_taken_with_makes_no_other_pool_of_it(bench: Bench) -> None:
    another_runs(bench)
    proven(bench)

    assert values(asked(lambda: step(bench))) == ["print", "pool"]


def test_what_was_changed_beside_the_fix_is_kept(bench: Bench) -> None:
    proven(bench)
    bench.account.patch(bench.pool, metadata=OTHERS)
    it = asked(lambda: step(bench))

    assert values(it) == ["print", "pool"]
    assert it.plan["change"]["original"]["properties"]["metadata"] == OTHERS


# Consented to


def test_the_name_is_typed_last_below_everything(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool)
    proven(bench)
    it = last_question(bench)

    assert it.text == f"Last question: delete {bench.pool} and create it with the fix?"
    assert it.confirm == bench.pool
    rather_not, consent = it.choices
    assert (rather_not.value, rather_not.destructive) == ("print", False)
    assert (consent.value, consent.destructive) == ("pool", True)
    assert it.plan["notes"][0].startswith(f"job {job} is active: disabled")
    assert it.plan["notes"][0].endswith("running tasks: requeue")
    assert it.plan["notes"][-1].startswith("scaleSettings.fixedScale.nodeDeallocationOption")
    assert untouched(bench)


def test_a_wrong_name_is_no_consent(bench: Bench) -> None:
    proven(bench)
    it = last_question(bench)
    with pytest.raises(Refused, match="was not confirmed"):
        bench.answer(it, "pool", typed=bench.pool.upper())

    assert asked(lambda: step(bench)) == it


def test_yes_prints_and_an_answer_that_is_not_offered_prints(bench: Bench) -> None:
    proven(bench)
    it = last_question(bench)
    assert AnswerPolicy(GATES, yes=True).answer(it) == ("print", "yes")

    bench.ctx("verify-all").verified(verified=False, because="")
    it = asked(lambda: step(bench))
    assert AnswerPolicy(GATES, {"apply": "pool"}).answer(it) == ("print", "option")


def test_consent_is_for_the_pool_as_it_was_shown(bench: Bench) -> None:
    proven(bench)
    bench.answer(last_question(bench), "pool")
    bench.account.patch(bench.pool, metadata=OTHERS)
    bench.account.forget_calls()
    it = last_question(bench)

    assert untouched(bench)
    assert AnswerPolicy(GATES).void(bench.run.state, it, "pool")


# Done in its place


def test_jobs_first_then_the_pool_with_the_fix(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool)
    proven(bench)
    outcome = through(bench)

    assert isinstance(outcome.output, Proved)
    assert outcome.output.proven
    assert outcome.why == "proven: the node is idle, its extension reports success"
    assert (bench.run.state.verified, bench.run.state.not_verified_because) == (True, "")
    assert bench.journal() == [
        ("intended", JOB, job),
        ("made", JOB, job),
        ("intended", ORIGINAL, bench.pool),
        ("intended", ORIGINAL, bench.pool),
        ("made", ORIGINAL, bench.pool),
    ]
    assert [call for call, _ in bench.account.changes()] == [
        f"POST /jobs/{job}/disable",
        f"DELETE /pools/{bench.pool}",
        f"PUT ARM/pools/{bench.pool}",
    ]
    assert bench.account.job_disabled_with(job) == "requeue"


@pytest.mark.parametrize("tasks", ["terminate", "wait"])
def test_running_tasks_do_what_was_chosen(bench: Bench, tasks: str) -> None:
    job = bench.account.make_job(bench.pool)
    proven(bench)
    stages.through(bench, lambda: step(bench), HERE | {"jobs": tasks})

    assert bench.account.job_disabled_with(job) == tasks


def test_what_is_put_back_is_the_pool_as_it_was_consented_to(bench: Bench) -> None:
    proven(bench)
    bench.account.patch(bench.pool, metadata=OTHERS)
    bench.answer(asked(lambda: step(bench)), "pool")
    assert bench.tools.definition()["properties"]["metadata"] != OTHERS, "only once it is begun"
    through(bench)

    assert bench.tools.definition()["properties"]["metadata"] == OTHERS
    made = bench.account.definition(bench.pool)["properties"]["metadata"]
    assert [each for each in made if not each["name"].startswith("troubleshooter-")] == OTHERS


def test_one_that_changes_after_consent_is_left_alone(bench: Bench) -> None:
    """The first reads find the pool that was consented to, the one just before the deletion another."""
    job = bench.account.make_job(bench.pool)
    proven(bench)
    bench.answer(last_question(bench), "pool")
    bench.account.forget_calls()
    bench.account.fault(f"GET /batchAccounts/.*/pools/{bench.pool}$", drop=["taskSlotsPerNode"], skip=2)
    with pytest.raises(PoolChanged):
        step(bench)

    assert untouched(bench)
    assert bench.account.job(job) == "active"


def test_not_proven_there_it_is_not_proven(bench: Bench) -> None:
    proven(bench, stages.NO_CURE)
    outcome = through(bench)

    assert isinstance(outcome.output, Proved)
    assert not outcome.output.proven
    assert not bench.run.state.verified
    assert bench.run.state.not_verified_because == (
        f"proven beside the original, not in its place: {outcome.why}"
    )
    assert outcome.why.startswith("not proven: ")


# Gone on with


def test_once_begun_it_goes_on_unasked(bench: Bench) -> None:
    """The process died when the pool with the fix had come to stand there."""
    proven(bench)
    through(bench)
    saved = bench.tools.saved_path.read_bytes()
    bench.account.forget_calls()
    before = bench.account.definition(bench.pool)["properties"]["creationTime"]
    outcome = step(bench)

    assert isinstance(outcome.output, Proved)
    assert outcome.output.proven
    assert bench.account.changes() == []
    assert bench.account.definition(bench.pool)["properties"]["creationTime"] == before
    assert bench.tools.saved_path.read_bytes() == saved


def test_a_job_that_came_since_is_asked_about_without_a_way_to_stop(bench: Bench) -> None:
    proven(bench)
    through(bench)
    job = bench.account.make_job(bench.pool)
    it = asked(lambda: step(bench))
    assert (it.gate, values(it)) == ("jobs", ["requeue", "terminate", "wait"])

    bench.answer(it, "terminate")
    step(bench)
    assert bench.account.job_disabled_with(job) == "terminate"


def test_what_was_said_of_the_jobs_before_holds_for_those_that_came_since(bench: Bench) -> None:
    bench.account.make_job(bench.pool)
    proven(bench)
    through(bench)
    job = bench.account.make_job(bench.pool)
    step(bench)

    assert bench.account.job_disabled_with(job) == "requeue"


def test_that_it_began_is_known_by_the_journal(bench: Bench) -> None:
    """Nothing is offered any more, whatever stands there."""
    proven(bench)
    bench.ctx("verify-all").verified(verified=False, because="")
    stages.take_for_replaced(bench, bodies.WITH_FIX)
    gone(bench)
    outcome = step(bench)

    assert isinstance(outcome.output, Proved)
    assert outcome.output.proven
    assert bench.journal()[-1] == ("made", ORIGINAL, bench.pool)
    assert bench.details()[-1]["stage"] == bodies.WITH_FIX
