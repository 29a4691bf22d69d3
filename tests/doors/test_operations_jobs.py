"""Jobs and schedules of the original: disabled as chosen, and afterwards exactly as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.doors.bench import asked
from troubleshooter.errors import GaveUp, Interrupted, NotFound, NotPermitted, ServiceRefusal
from troubleshooter.model.change import ENDPOINT, JOB, JOB_SCHEDULE, NODE_USER, POOL, WHY_LEFT
from troubleshooter.model.event import EventKind
from troubleshooter.model.facts import JobFacts
from troubleshooter.operations import jobs

if TYPE_CHECKING:
    from tests.doors.bench import Bench
    from troubleshooter.model.run import Question

INTENDED, MADE, UNKNOWN = EventKind.CHANGE_INTENDED, EventKind.CHANGE_MADE, EventKind.CHANGE_UNKNOWN
ABANDONED = "abandoned"
"""A state that this version does not know, and that sorts before all that it knows."""


def disable(bench: Bench, tasks: str = "requeue") -> None:
    jobs.disable(bench.tools, bench.ctx(), tasks)


def enable(bench: Bench) -> None:
    jobs.enable(bench.tools, bench.ctx("clean-up"))


def one(bench: Bench, job: JobFacts, tasks: str = "requeue") -> bool:
    """Of one job, as it was read."""
    return jobs._disable(bench.tools, bench.ctx(), job, tasks)


def read(bench: Bench, name: str) -> JobFacts:
    return bench.tools.azure.batch.job(bench.endpoint, name)


def posts(bench: Bench) -> list[str]:
    return [call.removeprefix("POST /") for call, _ in bench.account.changes()]


def wrote(bench: Bench) -> list[str]:
    return [event for event, _, _ in bench.journal()]


def fault(bench: Bench, name: str, what: str = "disable", **how: Any) -> None:
    bench.account.fault(f"POST /{name}/{what}$", **how)


# Found, asked and told


def test_what_is_over_is_not_found_and_the_rest_as_it_was_before(bench: Bench) -> None:
    account = bench.account
    known = ("active", "disabled", "completed", "terminating", "deleting", "enabling", "disabling", ABANDONED)
    for state in known:
        account.make_job(bench.pool, state, state)
    account.make_schedule(bench.pool, "disabled", "hourly")
    account.make_job(account.client.connection["pool"], name="elsewhere")
    found = {each.id: (each.state, each.schedule) for each in jobs.found(bench.tools, bench.ctx())}

    assert found == {
        "hourly": ("disabled", True),
        "hourly:job-1": ("active", False),
        "active": ("active", False),
        "disabled": ("disabled", False),
        "enabling": ("active", False),
        "disabling": ("disabled", False),
        ABANDONED: (ABANDONED, False),
    }


def test_what_this_run_disabled_was_as_it_wrote_down_and_no_more_once_that_is_over(bench: Bench) -> None:
    ours, over = (bench.account.make_job(bench.pool, "disabled") for _ in range(2))
    for name in (ours, over):
        bench.wrote(MADE, JOB, name, before="active")
    bench.wrote(EventKind.CHANGE_REMOVED, JOB, over)

    assert {each.id: each.state for each in jobs.found(bench.tools, bench.ctx())} == {
        ours: "active",
        over: "disabled",
    }


ACTIVE, RESTING, HOURLY = JobFacts("a", "active"), JobFacts("b", "disabled"), JobFacts("c", "active", True)
STRANGE = JobFacts("d", ABANDONED)


def question(bench: Bench, *found: JobFacts, underway: bool = False, **plan: Any) -> Question:
    ctx = bench.ctx("plan")
    return asked(lambda: jobs.ask(ctx, found, plan, underway=underway, else_="nothing is changed"))


@pytest.mark.parametrize("underway", [True, False])
def test_where_none_is_active_nothing_is_asked(bench: Bench, underway: bool) -> None:
    assert not jobs.ask(bench.ctx("plan"), (RESTING, STRANGE), {}, underway=underway)


def test_the_question_stands_below_the_plan(bench: Bench) -> None:
    given = question(bench, ACTIVE, RESTING, before={"a": 1}, notes=["another"])

    assert given.text == f"1 job runs on {bench.pool}. What shall their running tasks do?"
    assert given.plan == {
        "before": {"a": 1},
        "notes": [
            "job a is active: disabled, and enabled again at the end",
            "job b is disabled: left as it is",
            "another",
        ],
    }
    assert [each.value for each in given.choices] == ["requeue", "terminate", "wait", "stop"]
    assert given.choices[-1].detail == "nothing is changed"


def test_several_are_counted(bench: Bench) -> None:
    assert question(bench, ACTIVE, HOURLY, STRANGE).text.startswith("2 jobs run on ")


def test_underway_it_cannot_be_stopped_and_what_was_answered_holds(bench: Bench) -> None:
    given = question(bench, ACTIVE, underway=True)
    assert [each.value for each in given.choices] == ["requeue", "terminate", "wait"]

    bench.answer(given, "terminate")
    changed = (ACTIVE, JobFacts("new", "active"))
    assert jobs.ask(bench.ctx("plan"), changed, {"another": 1}, underway=True) == "terminate"
    assert question(bench, *changed, another=1).choices[-1].value == "stop", "another plan is asked for anew"


def test_what_becomes_of_each_is_told(bench: Bench) -> None:
    assert jobs.told((HOURLY, RESTING, STRANGE), "wait") == [
        "job schedule c is active: disabled, and enabled again at the end; running tasks: wait",
        "job b is disabled: left as it is",
        f"job d is {ABANDONED}: left as it is",
    ]


# Disabled


def test_the_schedules_first_and_then_the_jobs_all_waited_for(bench: Bench) -> None:
    account = bench.account
    schedule = account.make_schedule(bench.pool)
    first, second = f"{schedule}:job-1", account.make_job(bench.pool)
    for name in ("resting", ABANDONED):
        account.make_job(bench.pool, "disabled" if name == "resting" else ABANDONED, name)
    account.make_schedule(bench.pool, "disabled", "yearly")
    account.end_job("yearly:job-1")
    account.make_schedule(bench.pool, ABANDONED, "daily")
    account.end_job("daily:job-1")
    disable(bench, "terminate")

    assert posts(bench) == [
        f"jobschedules/{schedule}/disable",
        f"jobs/{first.replace(':', '%3A')}/disable",
        f"jobs/{second}/disable",
    ]
    assert (account.schedule(schedule), account.job(first), account.job(second)) == ("disabled",) * 3
    assert [account.job_disabled_with(name) for name in (first, second)] == ["terminate"] * 2
    assert bench.journal() == [
        ("intended", JOB_SCHEDULE, schedule),
        ("made", JOB_SCHEDULE, schedule),
        ("intended", JOB, first),
        ("intended", JOB, second),
        ("made", JOB, first),
        ("made", JOB, second),
    ]
    assert bench.details()[0] == {"before": "active", "tasks": "terminate", ENDPOINT: bench.endpoint}
    assert bench.notes() == [f"disabled with terminate: {first}, {second}"]


def test_where_nothing_is_active_nothing_is_said(bench: Bench) -> None:
    bench.account.make_job(bench.pool, "disabled")
    disable(bench)

    assert (posts(bench), bench.journal(), bench.notes()) == ([], [], [])


@pytest.mark.parametrize("options", [{"limit_seconds": 2.0}])
def test_a_job_that_somebody_enables_meanwhile_is_not_disabled(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    bench.patience.meanwhile(*[lambda: bench.account.set_job(name, "active")] * 99)
    with pytest.raises(GaveUp):
        disable(bench)

    assert wrote(bench) == ["intended"]


def test_a_job_that_ends_while_it_is_disabled_is_waited_for_no_more(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    bench.patience.meanwhile(lambda: bench.account.set_job(name, "completed"))
    disable(bench)

    assert wrote(bench) == ["intended", "made"]


def test_disabled_again_it_is_to_be_as_it_was_at_first(bench: Bench) -> None:
    """A run that disabled it and stopped: what it was before was written down then."""
    name = bench.account.make_job(bench.pool, "disabled")
    bench.wrote(INTENDED, JOB, name, before="active", tasks="wait")
    disable(bench)
    assert bench.details()[1]["before"] == "active"

    bench.wrote(EventKind.CHANGE_REMOVED, JOB, name)
    bench.account.set_job(name, "active")
    assert one(bench, replace(read(bench, name), state="as read now"))
    assert bench.details()[-1]["before"] == "as read now"


def test_before_the_call_the_intent_is_written(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, hold="reset")
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted):
        disable(bench)

    assert wrote(bench) == ["intended"]


def test_cancelled_even_what_is_disabled_stays_intended(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, after_effect=True, status=503)
    bench.patience.meanwhile(bench.patience.set)
    with pytest.raises(Interrupted):
        disable(bench)

    assert wrote(bench) == ["intended"]


def test_what_azure_refused_was_never_made(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, status=400)
    with pytest.raises(ServiceRefusal):
        disable(bench)

    assert (wrote(bench), bench.account.job(name)) == (["intended", "never-made"], "active")


@pytest.mark.parametrize("status", [400, 410, 413])
def test_another_refusal_says_nothing_of_the_job(bench: Bench, status: int) -> None:
    """Even where it is over, or disabled: it is not asked."""
    name = bench.account.make_job(bench.pool)
    found = read(bench, name)
    fault(bench, name, status=status, after_effect=True)
    bench.account.forget_calls()
    with pytest.raises(ServiceRefusal):
        one(bench, found)

    assert [call for call, _ in bench.account.calls()][-1].startswith("POST")
    assert wrote(bench) == ["intended", "never-made"]


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_with_one_that_is_disabled_is_no_refusal(bench: Bench, status: int) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, status=status, after_effect=True)
    disable(bench)

    assert (wrote(bench), bench.account.job(name)) == (["intended", "made"], "disabled")


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_with_one_that_is_over_is_its_end(bench: Bench, status: int) -> None:
    name = bench.account.make_job(bench.pool)
    found = read(bench, name)
    fault(bench, name, status=status)
    bench.account.set_job(name, "completed")

    assert not one(bench, found)
    assert wrote(bench) == ["intended", "never-made"]


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_with_one_that_runs_on_is_told_as_it_came(bench: Bench, status: int) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, status=status, times=9)
    with pytest.raises(ServiceRefusal) as refused:
        disable(bench)

    assert refused.value.status == status
    assert wrote(bench) == ["intended", "never-made"]
    forms = 2 if status == 412 else 1
    sent = [f"jobs/{name}/disable"] * forms
    assert posts(bench) == sent, "its ETag is what it was: another try would tell no more"


def test_a_conflict_is_a_refusal_although_nobody_may_look(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, status=409)
    bench.account.fault(f"GET /jobs/{name}$", status=403)
    with pytest.raises(NotPermitted):
        disable(bench)

    assert wrote(bench) == ["intended", "never-made"]


def test_one_that_is_not_found_is_over(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    found = read(bench, name)
    bench.account.end_job(name)

    assert not one(bench, found)
    assert wrote(bench) == ["intended", "never-made"]


def test_one_that_is_not_found_by_mistake_runs_on(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, status=404)
    with pytest.raises(NotFound, match=name):
        disable(bench)

    assert wrote(bench) == ["intended", "never-made"]


def test_a_schedule_that_is_over_is_left(bench: Bench) -> None:
    name = bench.account.make_schedule(bench.pool)
    (found,) = bench.tools.azure.batch.schedules(bench.endpoint, bench.pool)
    fault(bench, name, status=409)
    bench.account.set_schedule(name, "completed")

    assert not one(bench, found)


def test_without_an_answer_what_is_disabled_was_made(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    with bench.lost(f"POST /{name}/disable$"):
        disable(bench)

    assert wrote(bench) == ["intended", "made"]


def test_without_an_answer_what_runs_on_may_still_be_disabled(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, hold="reset", times=30)
    with pytest.raises(GaveUp):
        disable(bench)

    assert wrote(bench) == ["intended"]


def test_a_refusal_leaves_open_what_became_of_an_earlier_try(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    bench.wrote(INTENDED, JOB, name, before="active")
    fault(bench, name, status=400)
    with pytest.raises(ServiceRefusal):
        disable(bench)

    assert wrote(bench) == ["intended", "intended"]


def test_of_one_that_was_disabled_before_a_refusal_is_certain(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    bench.wrote(MADE, JOB, name, before="active")
    fault(bench, name, status=400)
    with pytest.raises(ServiceRefusal):
        disable(bench)

    assert wrote(bench) == ["made", "intended", "never-made"]


# One that moves on


@pytest.mark.parametrize("etag", ["0x1", "0xF"])
def test_one_that_moved_is_read_and_tried_again(bench: Bench, etag: str) -> None:
    name = bench.account.make_job(bench.pool)

    assert one(bench, replace(read(bench, name), etag=etag))
    assert posts(bench) == [f"jobs/{name}/disable"] * 2
    assert wrote(bench) == ["intended"]


@pytest.mark.parametrize("etag", ["0x1", "0xF"])
def test_so_is_a_schedule_among_others(bench: Bench, etag: str) -> None:
    for name in ("a", "z", "m"):
        bench.account.make_schedule(bench.pool, name=name)
    assert one(bench, JobFacts("m", "active", schedule=True, etag=etag))

    states = {name: bench.account.schedule(name) for name in ("a", "m", "z")}
    assert states == {"a": "active", "m": "disabled", "z": "active"}


@pytest.mark.parametrize("status", [409, 413])
def test_only_a_condition_that_is_not_met_is_tried_again(bench: Bench, status: int) -> None:
    name = bench.account.make_job(bench.pool)
    fault(bench, name, status=status)
    with pytest.raises(ServiceRefusal):
        one(bench, replace(read(bench, name), etag="0x1"))

    assert posts(bench) == [f"jobs/{name}/disable"]


@pytest.mark.parametrize("state", ["disabled", ABANDONED])
def test_one_that_moved_out_of_its_state_is_not_tried_again(bench: Bench, state: str) -> None:
    name = bench.account.make_job(bench.pool, state)
    found = JobFacts(name, "active", etag="0x1")
    fault(bench, name, status=412, code="ConditionNotMet")
    if state == "disabled":
        assert one(bench, found)
    else:
        with pytest.raises(ServiceRefusal):
            one(bench, found)

    assert posts(bench) == [f"jobs/{name}/disable"]


def test_one_that_keeps_moving_is_tried_three_times(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool)
    found = read(bench, name)
    for etag in ("0xA", "0xB", "0xC", "0xD", "0xE"):
        told = {"id": name, "state": "active", "eTag": etag, "poolInfo": {"poolId": bench.pool}}
        bench.account.fault(f"GET ^/jobs/{name}$", body=json.dumps(told))
    fault(bench, name, status=412, code="ConditionNotMet", times=9)
    with pytest.raises(ServiceRefusal) as refused:
        one(bench, found)

    assert refused.value.status == 412
    assert posts(bench) == [f"jobs/{name}/disable"] * 3


# Enabled


def test_what_this_run_disabled_is_enabled_and_nothing_else(bench: Bench) -> None:
    account = bench.account
    name, other = bench.disable_job(), account.make_job(bench.pool, "disabled")
    schedule = account.make_schedule(bench.pool, "disabled")
    bench.wrote(MADE, JOB_SCHEDULE, schedule, before="active")
    for kind in (POOL, NODE_USER, "disk", "share"):
        bench.wrote(MADE, kind, other)
    enable(bench)

    assert (account.job(name), account.job(other), account.schedule(schedule)) == (
        "active",
        "disabled",
        "active",
    )
    assert bench.journal()[6:] == [
        ("removing", JOB, name),
        ("removed", JOB, name),
        ("removing", JOB_SCHEDULE, schedule),
        ("removed", JOB_SCHEDULE, schedule),
    ]
    assert bench.notes() == [
        f"job {name} is enabled as before",
        f"job-schedule {schedule} is enabled as before",
    ]
    enable(bench)
    assert len(posts(bench)) == 2


def test_one_that_cannot_be_enabled_keeps_none_of_the_others(bench: Bench) -> None:
    first, second = bench.disable_job(), bench.disable_job()
    fault(bench, first, "enable", status=400)
    with pytest.raises(ServiceRefusal):
        enable(bench)

    (left,) = bench.ctx().state.open_changes
    assert (left.id, bench.account.job(second)) == (first, "active")
    assert left.detail[WHY_LEFT]
    assert bench.notes()[0].startswith(f"job {first} could not be taken back: ")


@pytest.mark.parametrize("state", ["completed", "terminating", "deleting", "gone"])
def test_what_is_over_needs_nothing(bench: Bench, state: str) -> None:
    name = bench.disable_job()
    if state == "gone":
        bench.account.end_job(name)
    else:
        bench.account.set_job(name, state)
    enable(bench)

    assert (posts(bench), wrote(bench)) == ([], ["made", "removed"])
    assert bench.notes() == [f"job {name} is over meanwhile"]


@pytest.mark.parametrize("state", ["active", "enabling"])
def test_what_runs_already_is_waited_for_and_not_enabled_again(bench: Bench, state: str) -> None:
    name = bench.disable_job()
    bench.account.set_job(name, state)
    bench.patience.meanwhile(lambda: bench.account.set_job(name, "active"))
    enable(bench)

    assert (posts(bench), wrote(bench)) == ([], ["made", "removing", "removed"])
    assert len(bench.patience.waited) == (state == "enabling")


def test_it_is_enabled_once_it_is_active(bench: Bench) -> None:
    name = bench.disable_job()
    enable(bench)

    assert bench.account.job(name) == "active"
    assert wrote(bench)[-1] == "removed"


@pytest.mark.parametrize("state", ["active", "enabling"])
@pytest.mark.parametrize("before", [INTENDED, UNKNOWN])
def test_what_may_still_be_disabled_stays_open(bench: Bench, state: str, before: EventKind) -> None:
    name = bench.account.make_job(bench.pool, state)
    bench.wrote(INTENDED, JOB, name, before="active")
    bench.wrote(before, JOB, name)
    enable(bench)

    assert (posts(bench), wrote(bench)[2:]) == ([], ["unknown"])
    assert bench.notes() == [f"job {name} is {state}; that it was to be disabled got no answer"]


def test_what_was_disabled_after_all_was_made_and_is_enabled(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool, "disabled")
    bench.wrote(INTENDED, JOB, name, before="active")
    enable(bench)

    assert wrote(bench) == ["intended", "made", "removing", "removed"]
    assert bench.account.job(name) == "active"


def test_what_nobody_knows_of_and_is_over_was_not_made(bench: Bench) -> None:
    name = bench.account.make_job(bench.pool, "completed")
    bench.wrote(INTENDED, JOB, name, before="active")
    enable(bench)

    assert wrote(bench) == ["intended", "removed"]


def ended_at(bench: Bench, name: str, status: int) -> None:
    """It is found disabled, and has ended when it is to be enabled; only the first read is of old."""
    told = {"id": name, "state": "disabled", "eTag": "0xA", "poolInfo": {"poolId": bench.pool}}
    bench.account.fault(f"GET ^/jobs/{name}$", body=json.dumps(told))
    bench.account.set_job(name, "completed")
    fault(bench, name, "enable", status=status)


@pytest.mark.parametrize("status", [404, 409])
def test_one_that_ends_at_that_moment_is_over(bench: Bench, status: int) -> None:
    name = bench.disable_job()
    ended_at(bench, name, status)
    enable(bench)

    assert wrote(bench) == ["made", "removing", "removed"]
    assert bench.notes() == [f"job {name} is over meanwhile"]


@pytest.mark.parametrize("status", [400, 410, 412])
def test_another_refusal_does_not_say_that_it_ended(bench: Bench, status: int) -> None:
    name = bench.disable_job()
    ended_at(bench, name, status)
    with pytest.raises(ServiceRefusal):
        enable(bench)

    assert [event for event in wrote(bench) if event == "removed"] == []


@pytest.mark.parametrize("status", [404, 409])
def test_a_refusal_of_one_that_has_not_ended_is_told_as_it_came(bench: Bench, status: int) -> None:
    name = bench.disable_job()
    fault(bench, name, "enable", status=status)
    with pytest.raises((NotFound, ServiceRefusal), match=name):
        enable(bench)

    assert bench.account.job(name) == "disabled"
    assert wrote(bench) == ["made", "removing", "removing"]


def test_a_lost_answer_is_looked_up(bench: Bench) -> None:
    name = bench.disable_job()
    with bench.lost(f"POST /{name}/enable$"):
        enable(bench)

    assert (wrote(bench)[-1], bench.account.job(name)) == ("removed", "active")


def test_a_conflict_with_an_own_try_is_looked_up(bench: Bench) -> None:
    name = bench.disable_job()
    with bench.lost(f"POST /{name}/enable$", status=409):
        enable(bench)

    assert wrote(bench)[-1] == "removed"


def test_a_lost_answer_of_one_that_is_disabled_still_is_a_failure(bench: Bench) -> None:
    name = bench.disable_job()
    fault(bench, name, "enable", reset=True, times=30)
    with pytest.raises(GaveUp):
        enable(bench)

    assert wrote(bench)[-1] != "removed"


def test_a_conflict_with_another_is_a_failure_though_it_is_active(bench: Bench) -> None:
    """Nobody lost an answer, so it was refused for another reason."""
    name = bench.disable_job()
    fault(bench, name, "enable", status=409, after_effect=True)
    with pytest.raises(ServiceRefusal):
        enable(bench)


def test_without_the_right_it_stays_disabled(bench: Bench) -> None:
    name = bench.disable_job()
    fault(bench, name, "enable", status=403)
    with pytest.raises(NotPermitted):
        enable(bench)

    assert bench.account.job(name) == "disabled"


def test_a_schedule_is_not_waited_for(bench: Bench) -> None:
    for name in ("a", "m", "z"):
        bench.account.make_schedule(bench.pool, "disabled", name)
    bench.wrote(MADE, JOB_SCHEDULE, "m", before="active")
    enable(bench)

    assert [bench.account.schedule(name) for name in ("a", "m", "z")] == ["disabled", "active", "disabled"]
    assert bench.patience.waited == []


def test_a_schedule_that_is_over_needs_nothing(bench: Bench) -> None:
    bench.account.make_schedule(bench.pool, "completed", "m")
    bench.wrote(MADE, JOB_SCHEDULE, "m", before="active")
    enable(bench)

    assert (posts(bench), bench.notes()) == ([], ["job-schedule m is over meanwhile"])
