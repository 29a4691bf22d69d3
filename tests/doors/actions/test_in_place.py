"""Work on the original itself: wanted in so many words, shown whole, begun only if nothing has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.actions import stages
from tests.doors.bench import asked
from troubleshooter.actions import GATES, in_place
from troubleshooter.engine.driver import AnswerPolicy
from troubleshooter.errors import ExitCode, Refused
from troubleshooter.model.change import JOB, ORIGINAL
from troubleshooter.model.event import EventKind
from troubleshooter.model.finding import Diagnosis
from troubleshooter.model.handover import Made, Planned
from troubleshooter.operations.unchanged import PoolChanged
from troubleshooter.pooldef import bodies, stamps
from troubleshooter.pooldef.mark import IN_PLACE, mark_of

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.run import Question

ANSWERS = {"allow-from": stages.RANGE, "jobs": "requeue", "route": "in-place", "plan": "approve"}
OTHERS = [{"name": "team", "value": "another"}]


@pytest.fixture
def options() -> dict[str, Any]:
    return {"mode": "in-place"}


def plan(bench: Bench) -> StepOutcome:
    return in_place.plan(bench.tools, bench.ctx("plan"))


def recreate(bench: Bench) -> StepOutcome:
    return in_place.recreate(bench.tools, bench.ctx("recreate"))


def consent(bench: Bench, gate: str = "route") -> Question:
    return stages.until(bench, gate, lambda: plan(bench), ANSWERS)


def answered(bench: Bench, **choices: str) -> None:
    """As a journal holds it."""
    for gate, choice in choices.items():
        said = {"gate": gate, "choice": choice, "plan_hash": "", "by": "operator"}
        bench.run._write([(EventKind.ANSWERED, said)])


def second_round(bench: Bench) -> None:
    """No node of the debug pool under the original's id was reached, and nothing was decided."""
    bench.ctx("diagnose").diagnosed(Diagnosis())


# Wanted


@pytest.mark.parametrize(
    ("mode", "answers", "wanted"),
    [
        ("in-place", {}, True),
        ("in-place", {"plan": "approve"}, True),
        ("in-place", {"route": "stop"}, True),
        ("in-place", {"route": "debug-pool"}, False),
        ("in-place", {"route": "debug-pool", "plan": "in-place"}, False),
        ("debug-pool", {}, False),
        ("sideways", {}, False),
        ("debug-pool", {"plan": "in-place"}, True),
        ("debug-pool", {"plan": "approve"}, False),
        ("debug-pool", {"plan": "stop"}, False),
        ("debug-pool", {"plan": "approve", "route": "in-place"}, True),
        ("debug-pool", {"route": "in-place"}, True),
        ("debug-pool", {"route": "hold"}, False),
        ("debug-pool", {"route": "stop"}, False),
    ],
)
def test_it_is_wanted_by_that_word_alone(
    bench: Bench, mode: str, answers: dict[str, str], wanted: bool
) -> None:
    run = bench.begin(mode=mode)
    answered(run, **answers)
    state = run.run.state
    run.close()

    assert in_place.wanted(state) is wanted
    assert in_place.chosen(state) is (answers.get("route") == "in-place")


@pytest.mark.parametrize(
    ("route", "declined"),
    [("debug-pool", True), ("beside", False), ("in-place", False), ("stop", False), (None, False)],
)
def test_it_is_declined_by_the_other_route_alone(bench: Bench, route: str | None, declined: bool) -> None:
    answered(bench, **({"route": route} if route else {}))

    assert in_place.declined(bench.run.state) is declined
    assert in_place.wanted(bench.run.state) is not declined


@pytest.mark.parametrize(("route", "is_it"), [("in-place", True), ("", False), ("other", False)])
def test_the_plan_says_which_route_it_was_for(bench: Bench, route: str, is_it: bool) -> None:
    assert in_place.is_planned(bench.ctx()) is False
    stages.planned(bench, route=route)

    assert in_place.is_planned(bench.ctx()) is is_it


# Planned


def test_all_of_it_is_shown_before_the_name_is_typed(bench: Bench) -> None:
    definition = bench.save()
    bench.account.forget_calls()
    it = consent(bench)

    assert it.text == f"Delete {bench.pool} and create it again under its own id?"
    assert it.confirm == bench.pool
    beside, here, stop = it.choices
    assert (beside.value, beside.destructive) == ("debug-pool", False)
    assert (here.value, here.destructive, here.label) == ("in-place", True, f"delete {bench.pool}")
    assert (stop.value, stop.destructive) == ("stop", False)
    assert it.plan["pool"] == bench.pool
    assert it.plan["of"] == stamps.bound(definition)
    assert it.plan["removes"] == [f"pool {bench.pool}, its 1 node and the files on them"]
    before, after = it.plan["before"]["properties"], it.plan["after"]["properties"]
    assert before["displayName"] == after["displayName"] == "Nightly rendering"
    assert bodies.sorted_copy(before) == before
    assert mark_of(it.plan["after"]) is not None
    assert bench.account.changes() == []
    assert bench.journal() == []


def test_its_notes_say_what_comes_of_jobs_pool_and_fields(bench: Bench) -> None:
    running, resting = bench.account.make_job(bench.pool), bench.account.make_job(bench.pool, "disabled")
    bench.save()
    notes = consent(bench).plan["notes"]

    assert notes[:2] == [
        f"job {running} is active: disabled, and enabled again at the end; running tasks: requeue",
        f"job {resting} is disabled: left as it is",
    ]
    assert notes[2] == "requireInitialSync is off, so that nodes become idle without their certificates"
    assert "after you choose a fix, it is created once more with the fix and requireInitialSync on" in notes
    assert [note for note in notes if "other public addresses" in note]
    assert not [each for each in notes if "beside" in each or "everything created" in each]
    (last,) = [each for each in notes if "not returned by Azure" in each]
    assert notes[-1] == last
    assert notes[-2].startswith("without a proven fix the original definition is put back")


@pytest.mark.parametrize(("dedicated", "spot", "told"), [(0, 1, 1), (1, 0, 0), (1, 1, 0)])
def test_that_a_node_may_be_taken_away_is_told_of_spot_nodes_alone(
    bench: Bench, dedicated: int, spot: int, told: int
) -> None:
    fixed = {"targetDedicatedNodes": dedicated, "targetLowPriorityNodes": spot}
    bench.account.patch(bench.pool, scaleSettings={"fixedScale": fixed})
    bench.save()
    notes = consent(bench).plan["notes"]

    assert len([note for note in notes if note.startswith("its nodes are Spot nodes. Azure may")]) == told


def test_with_the_name_typed_it_is_planned(bench: Bench) -> None:
    bench.account.make_job(bench.pool)
    bench.save()
    outcome = stages.through(bench, lambda: plan(bench), ANSWERS)

    assert outcome.why == f"in place, 1 node, SSH from {stages.RANGE}, else tasks"
    assert isinstance(outcome.output, Planned)
    assert replace(outcome.output, needs=None) == Planned(
        bodies.DEBUG, stages.RANGE, 1, route="in-place", jobs="requeue", tasks=True
    )
    assert (outcome.outcome, outcome.exit_code) == ("done", ExitCode.DONE)
    assert bench.account.etag(bench.pool) == bench.tools.definition()["etag"]


def test_a_wrong_name_is_no_consent(bench: Bench) -> None:
    bench.save()
    it = consent(bench)
    with pytest.raises(Refused, match="was not confirmed"):
        bench.answer(it, "in-place", typed=f"{bench.pool}-dbg")

    assert consent(bench) == it


def test_yes_works_beside_the_original(bench: Bench) -> None:
    bench.save()
    it = consent(bench)

    assert AnswerPolicy(GATES, yes=True).answer(it) == ("debug-pool", "yes")
    assert AnswerPolicy(GATES, yes=True).typed(it) == ""


def test_consent_given_beforehand_is_void_once_the_pool_has_changed(bench: Bench) -> None:
    bench.save()
    bench.answer(consent(bench), "in-place")
    bench.account.patch(bench.pool, metadata=OTHERS)
    bench.save()
    it = consent(bench)

    assert it.plan["before"]["properties"]["metadata"] == OTHERS
    assert AnswerPolicy(GATES).void(bench.run.state, it, "in-place")


@pytest.mark.parametrize("word", ["stop", "debug-pool", "consent", "in", "yes", ""])
def test_without_that_word_nothing_is_planned(bench: Bench, word: str) -> None:
    bench.save()
    stages.recorded(bench, consent(bench), word)
    outcome = plan(bench)

    assert (outcome.outcome, outcome.exit_code) == ("stopped", ExitCode.REFUSED)
    assert outcome.why == "stopped by the operator"
    assert outcome.output is None


@pytest.mark.parametrize("tasks", ["requeue", "terminate", "wait"])
def test_what_running_tasks_do_is_part_of_the_plan(bench: Bench, tasks: str) -> None:
    bench.account.make_job(bench.pool)
    bench.save()
    outcome = stages.through(bench, lambda: plan(bench), {**ANSWERS, "jobs": tasks})

    assert isinstance(outcome.output, Planned)
    assert outcome.output.jobs == tasks


def test_at_the_jobs_it_can_be_stopped(bench: Bench) -> None:
    bench.account.make_job(bench.pool)
    bench.save()
    it = consent(bench, "jobs")
    assert it.choices[-1].value == "stop"
    assert it.choices[-1].detail == "nothing is changed"
    assert it.plan["removes"]

    bench.answer(it, "stop")
    outcome = plan(bench)
    assert (outcome.outcome, outcome.exit_code) == ("stopped", ExitCode.REFUSED)


def test_in_the_second_round_it_is_its_own_and_wants_no_name(bench: Bench) -> None:
    bench.account.make_job(bench.pool, "disabled")
    bench.save()
    stages.take_for_replaced(bench)
    second_round(bench)
    it = consent(bench, "plan")

    assert it.text == f"Create {bench.pool} once more, without the extension?"
    assert it.confirm == ""
    assert [(each.value, each.destructive) for each in it.choices] == [("approve", False), ("stop", False)]
    assert "removes" not in it.plan
    assert not [note for note in it.plan["notes"] if "other public addresses" in note]

    bench.answer(it, "approve")
    outcome = plan(bench)
    assert isinstance(outcome.output, Planned)
    assert replace(outcome.output, needs=None) == Planned(
        bodies.BARE, stages.RANGE, 1, route="in-place", tasks=True
    )


def test_the_second_round_can_be_stopped(bench: Bench) -> None:
    bench.save()
    stages.take_for_replaced(bench)
    second_round(bench)
    bench.answer(consent(bench, "plan"), "stop")

    assert plan(bench).outcome == "stopped-midway"


# Begun


def test_jobs_first_then_the_pool(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool)
    bench.save()
    stages.planned(bench, "in-place", "requeue")
    bench.account.forget_calls()
    outcome = recreate(bench)

    assert (outcome.why, outcome.output) == (f"{bench.pool} created again", Made(bench.pool))
    assert (outcome.outcome, outcome.attention) == ("done", False)
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
    made = bench.account.definition(bench.pool)
    mark = mark_of(made)
    assert mark is not None
    assert (mark.run, mark.kind, mark.stage, mark.jobs) == (bench.id, IN_PLACE, bodies.DEBUG, (job,))
    assert made["properties"]["displayName"] == "Nightly rendering", "it is the only one of that name"


def test_a_pool_that_changed_is_left_alone(bench: Bench) -> None:
    job = bench.account.make_job(bench.pool)
    bench.save()
    stages.planned(bench, "in-place", "requeue")
    bench.account.patch(bench.pool, metadata=OTHERS)
    bench.account.forget_calls()
    outcome = recreate(bench)

    assert (outcome.outcome, outcome.attention, outcome.output) == ("changed", True, None)
    assert outcome.why == (
        f"Pool {bench.pool} changed since it was read. Deleting it now would lose what was changed."
    )
    assert bench.account.changes() == []
    assert bench.account.job(job) == "active"
    assert bench.journal() == []


def test_what_changes_while_jobs_are_disabled_is_seen_too(bench: Bench) -> None:
    """At the new plan the operator may stop for good: no job is left disabled for that."""
    job = bench.account.make_job(bench.pool)
    bench.save()
    stages.planned(bench, "in-place", "requeue")
    bench.patience.meanwhile(lambda: bench.account.patch(bench.pool, metadata=OTHERS))
    outcome = recreate(bench)

    assert bench.patience.waited
    assert (outcome.outcome, outcome.attention) == ("changed", True)
    assert bench.account.definition(bench.pool)["properties"]["metadata"] == OTHERS
    assert bench.journal() == [(event, JOB, job) for event in ("intended", "made", "removing", "removed")]
    assert bench.account.job(job) == "active"


def test_what_the_run_itself_put_there_is_replaced_unasked(bench: Bench) -> None:
    bench.save()
    stages.replace_original(bench)
    bench.over("plan", Planned(bodies.BARE, stages.RANGE, 1, route="in-place"))
    outcome = recreate(bench)

    assert outcome.why == f"{bench.pool} created again"
    machine = bench.account.definition(bench.pool)["properties"]["deploymentConfiguration"]
    assert machine["virtualMachineConfiguration"].get("extensions", []) == []


def test_a_stranger_in_its_place_ends_the_step(bench: Bench) -> None:
    """By then the original is gone: a new plan would be for the stranger's pool."""
    bench.save()
    stages.replace_original(bench)
    bench.account.delete(bench.pool)
    bench.account.make_pool(bench.pool, lambda properties: properties.update(displayName="Daily rendering"))
    bench.over("plan", Planned(bodies.BARE, stages.RANGE, 1, route="in-place"))
    bench.account.forget_calls()
    with pytest.raises(PoolChanged):
        recreate(bench)

    assert bench.account.changes() == []
    assert bench.account.definition(bench.pool)["properties"]["displayName"] == "Daily rendering"


def test_where_it_is_not_what_was_asked_for_that_is_handed_on(bench: Bench) -> None:
    bench.save()
    stages.planned(bench, "in-place")
    bench.account.fault(f"GET /pools/{bench.pool}$", drop=["endpointConfiguration"], times=30)
    outcome = recreate(bench)

    assert outcome.attention
    assert isinstance(outcome.output, Made)
    assert len(outcome.output.differences) == 1


def test_without_a_plan_nothing_is_touched(bench: Bench) -> None:
    bench.save()
    with pytest.raises(Refused, match="lacks what it works on"):
        recreate(bench)

    assert bench.account.changes() == []


def test_before_the_range_is_known_nothing_is_shown(bench: Bench) -> None:
    bench.save()

    assert asked(lambda: plan(bench)).gate == "allow-from"
